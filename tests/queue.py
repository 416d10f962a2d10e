"""Jobs as tests see them: what waits, and doing one here and now."""

from types import SimpleNamespace

from procrastinate.contrib.django.models import ProcrastinateJob

from archive import tracing


def waiting_jobs() -> list[tuple[str, dict]]:
    """The names and arguments of the jobs that wait, in their order, without the id of who asked."""
    jobs = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return [
        (job.task_name, {name: value for name, value in job.args.items() if name != tracing.ARGUMENT}) for job in jobs
    ]


def job(*, attempts: int = 0, should_abort=lambda: False) -> SimpleNamespace:
    """What the worker tells a task about the job it does."""
    return SimpleNamespace(job=SimpleNamespace(attempts=attempts), should_abort=should_abort)

"""Jobs as tests see them: what waits, and doing one here and now."""

from types import SimpleNamespace

from procrastinate.contrib.django.models import ProcrastinateJob


def waiting_jobs() -> list[tuple[str, dict]]:
    """The names and arguments of the jobs that wait, in their order."""
    jobs = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return [(job.task_name, job.args) for job in jobs]


def job(*, attempts: int = 0, should_abort=lambda: False) -> SimpleNamespace:
    """What the worker tells a task about the job it does."""
    return SimpleNamespace(job=SimpleNamespace(attempts=attempts), should_abort=should_abort)

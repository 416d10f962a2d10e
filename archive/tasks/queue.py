"""The queue itself: whether anybody does its jobs, how many wait, and asking for one."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer
from procrastinate.tasks import Task
from procrastinate.worker import Worker

from archive import metrics, tracing

NEWS = "news"
"""The queue of what tells readers something."""

HEARTBEAT_SECONDS = 5
STALLED_SECONDS = 20
"""A worker that has not been heard of for so long is dead."""


class QueueState(NamedTuple):
    """Whether a worker lives, and how many jobs wait for it, or are being done."""

    is_alive: bool
    waiting: int
    running: int


def queue_state() -> QueueState:
    heard_since = timezone.now() - timedelta(seconds=STALLED_SECONDS)
    jobs = ProcrastinateJob.objects
    return QueueState(
        ProcrastinateWorker.objects.filter(last_heartbeat__gte=heard_since).exists(),
        jobs.filter(status="todo").count(),
        jobs.filter(status="doing").count(),
    )


def defer(job: Task | JobDeferrer, **arguments: object) -> None:
    """Ask for JOB with ARGUMENTS; it carries the id of the request, or of the job, that asks."""
    job.defer(**arguments, **tracing.carried())


def defer_unless_waiting(job: Task | JobDeferrer, **arguments: object) -> None:
    """Ask for JOB with ARGUMENTS, unless one with the same queueing lock waits."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        defer(job, **arguments)


def observed(call_next: Callable[[], object], context: JobContext, _worker: Worker) -> object:
    """Do a job and count it, under the id that it carries, which its task does not take; the worker's middleware."""
    job = context.job
    carried = job.task_kwargs.pop(tracing.ARGUMENT, None)
    trace = tracing.Trace(tracing.id_of_job(job.id, carried), doing=job.task_name)
    tracing.begin(trace, job=job.id, task=job.task_name)
    began_at, outcome = perf_counter(), "failed"
    try:
        result = call_next()
        outcome = "done"
        return result
    finally:
        try:
            metrics.count_job(job.task_name, outcome, perf_counter() - began_at)
        finally:
            tracing.end()
            if carried is not None:  # For what is said of the job, and for whoever tries again.
                job.task_kwargs[tracing.ARGUMENT] = carried

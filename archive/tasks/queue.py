"""The queue itself: whether anybody does its jobs, how many wait, and asking for one."""

import contextlib
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer
from procrastinate.tasks import Task

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


def defer_unless_waiting(job: Task | JobDeferrer, **arguments: object) -> None:
    """Ask for JOB with ARGUMENTS, unless one with the same queueing lock waits."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(**arguments)

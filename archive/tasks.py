"""What the queue's worker does beside the web server, and the thin functions by which a request asks for it.

A job is a row in the database: asked for in a transaction, it is there when that is committed and gone when it is
not. The worker (newsapp/worker.py) does one after another; a job that a dead worker left is begun again, so every
task can be begun again.
"""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

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

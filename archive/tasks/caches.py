"""Caches in front of the site."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from archive.caching.purging import purge_waiting
from archive.tasks.queue import defer_unless_waiting

PURGE_ATTEMPTS = 5
"""So often a cache that does not answer is told at once; then each minute."""


def request_purge() -> None:
    """Let the worker tell them what has changed, unless it is about to."""
    defer_unless_waiting(purge_now)


@app.task(
    name="purge_now",
    queueing_lock="purge_now",
    retry=RetryStrategy(max_attempts=PURGE_ATTEMPTS, exponential_wait=2),
)
def purge_now() -> None:
    purge_waiting()


@app.periodic(cron="* * * * *")
@app.task(name="purge", queueing_lock="purge")
def purge_each_minute(timestamp: int) -> None:
    """Each minute: tell them what no reader's or editor's request changed, and what they could not be told before."""
    purge_waiting()

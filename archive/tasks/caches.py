"""Caches in front of the site."""

import contextlib

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from archive.caching.purging import purge_waiting

PURGE_ATTEMPTS = 5
"""So often a cache that does not answer is told at once; then each minute."""


def request_purge() -> None:
    """Let the worker tell them what has changed, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        purge_now.configure(queueing_lock="purge_now").defer()


@app.task(name="purge_now", retry=RetryStrategy(max_attempts=PURGE_ATTEMPTS, exponential_wait=2))
def purge_now() -> None:
    purge_waiting()


@app.periodic(cron="* * * * *")
@app.task(name="purge", queueing_lock="purge")
def purge_each_minute(timestamp: int) -> None:
    """Each minute: tell them what no reader's or editor's request changed, and what they could not be told before."""
    purge_waiting()

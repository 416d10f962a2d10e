"""Telling the hub what has come out, and with it the subscribers."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from archive import websub
from archive.caching.purging import purge_waiting
from archive.exceptions import HubError, PurgeError
from archive.tasks.queue import NEWS, defer_unless_waiting
from archive.tasks.subscriptions import request_subscriber_news

HUB_ATTEMPTS, HUB_WAIT_SECONDS = 5, 4
"""A hub that cannot be told is told again after 4 seconds, 16, 64 and so on, and then from the beginning."""


def request_announcement() -> None:
    """Let the worker tell the hub and the subscribers what has come out, unless it is about to."""
    if websub.is_on():
        defer_unless_waiting(announce_news)
    request_subscriber_news()


@app.periodic(cron="* * * * *")
@app.task(
    name="announce",
    queue=NEWS,
    lock="announce",
    queueing_lock="announce",
    retry=RetryStrategy(
        max_attempts=HUB_ATTEMPTS, exponential_wait=HUB_WAIT_SECONDS, retry_exceptions={HubError, PurgeError}
    ),
)
def announce_news(timestamp: int = 0) -> None:
    """Each minute, and when an editor publishes: tell the hub of news, also what was imported or scheduled.

    A hub that does not answer is asked again ever later; what came out meanwhile is told then too.
    """
    if websub.is_on():
        # A hub comes for the feeds at once, and would be given those of before by a cache in front.
        purge_waiting()
        websub.announce(at=timezone.now())

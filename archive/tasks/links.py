"""Links of articles to the web."""

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from archive.newsroom import links
from archive.tasks.queue import defer_unless_waiting

CHECKING_SECONDS = 20
"""Other jobs do not wait longer for links to be looked at."""


@app.periodic(cron="29 2 * * *")
@app.task(name="gather_links", lock="gather_links", queueing_lock="gather_links")
def gather_links(timestamp: int) -> None:
    """Each night: note the links of articles."""
    links.gather()


def request_link_check() -> None:
    """Let the worker look at the links that are due, unless it is about to."""
    defer_unless_waiting(check_links)


@app.periodic(cron="* * * * *")
@app.task(name="check_links", pass_context=True, lock="check_links", queueing_lock="check_links")
def check_links(context: JobContext, timestamp: int = 0) -> None:
    """Each minute: ask for some of the addresses that are due, politely. What takes long is left to another job."""
    if links.check_due(at=timezone.now(), max_seconds=CHECKING_SECONDS, stopping=context.should_abort):
        request_link_check()

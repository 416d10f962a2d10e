"""What goes when it is old."""

from collections.abc import Callable

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from archive import readership, websub
from archive.ingest import uploads
from archive.models import NameChange
from archive.newsroom import fruitless, presence
from archive.stories.changing import renew_stale
from archive.subscriptions import enrolment, saved_searches
from archive.subscriptions.channels import whatsapp_inbox
from archive.tasks.subscriptions import request_recompiling

ATTEMPTS, WAIT_SECONDS = 3, 600

STEPS: tuple[Callable[[], None], ...] = (
    uploads.remove_old,
    lambda: readership.forget_old(timezone.localdate()),
    lambda: websub.forget_old(at=timezone.now()),
    lambda: enrolment.forget_old(at=timezone.now()),
    lambda: whatsapp_inbox.forget_old(at=timezone.now()),
    saved_searches.forget_unused,
    request_recompiling,
    NameChange.forget_old,
    lambda: fruitless.forget_old(timezone.localdate()),
    lambda: presence.forget_old(timezone.now()),
    renew_stale,
)


@app.periodic(cron="17 3 * * *")
@app.task(
    name="tidy", lock="tidy", queueing_lock="tidy", retry=RetryStrategy(max_attempts=ATTEMPTS, wait=WAIT_SECONDS)
)
def tidy(timestamp: int) -> None:
    """Each night: what was sent and never imported goes, as do old counts; what is made by names is made anew.

    A step that fails keeps no other from being done. What failed is raised in the end: it is logged, and tried again.
    """
    failures = []
    for step in STEPS:
        try:
            step()
        except Exception as error:  # Whatever it was, the others are about something else.
            failures.append(error)
    if failures:
        raise ExceptionGroup("Some of the nightly steps failed", failures)

"""The sizes of pictures."""

import contextlib

from django.db import transaction
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from archive.pictures import make_waiting


def request_picture_sizes() -> None:
    """Let the worker make the sizes of new pictures, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        make_picture_sizes.defer()


@app.periodic(cron="* * * * *")
@app.task(name="picture_sizes", pass_context=True, queueing_lock="picture_sizes")
def make_picture_sizes(context: JobContext, timestamp: int = 0) -> None:
    """Each minute, and when asked: the sizes of pictures that have none."""
    make_waiting(stopping=context.should_abort)

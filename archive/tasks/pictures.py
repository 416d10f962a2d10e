"""The sizes of pictures."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from archive.pictures import make_waiting
from archive.tasks.queue import defer_unless_waiting


def request_picture_sizes() -> None:
    """Let the worker make the sizes of new pictures, unless it is about to."""
    defer_unless_waiting(make_picture_sizes)


@app.periodic(cron="* * * * *")
@app.task(name="picture_sizes", pass_context=True, queueing_lock="picture_sizes")
def make_picture_sizes(context: JobContext, timestamp: int = 0) -> None:
    """Each minute, and when asked: the sizes of pictures that have none."""
    make_waiting(stopping=context.should_abort)

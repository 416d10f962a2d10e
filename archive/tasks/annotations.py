"""What is read out of texts."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from archive.annotating import annotate_waiting
from archive.stories.changing import renew_late


@app.periodic(cron="* * * * *")
@app.task(name="annotate", pass_context=True, queueing_lock="annotate")
def annotate_new(context: JobContext, timestamp: int) -> None:
    """Each minute: read what is new or changed, and renew the stories of what has come out by the clock.

    A worker that is going leaves the rest to the next.
    """
    try:
        renew_late()
    finally:  # A story that cannot be renewed keeps nothing from being read.
        annotate_waiting(lambda done, total: None, stopping=context.should_abort)

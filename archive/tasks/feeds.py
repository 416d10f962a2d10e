"""Feeds, and tables of figures."""

from django.conf import settings
from django.utils import translation
from procrastinate.contrib.django import app

from archive.ingest.feeds import visit
from archive.ingest.statistics import feeds as figures
from archive.models import DatasetFeed, Feed, Followed
from archive.tasks.queue import defer_unless_waiting


def request_visit(followed: Followed) -> None:
    """Let the worker fetch FOLLOWED, a feed or a table of figures, unless it is about to."""
    task, name = {Feed: (visit_feed, "feed"), DatasetFeed: (visit_figures, "figures")}[type(followed)]
    lock = f"{name}-{followed.pk}"
    defer_unless_waiting(task.configure(lock=lock, queueing_lock=lock), feed_id=followed.pk)


@app.periodic(cron="* * * * *")
@app.task(name="due_feeds", queueing_lock="due_feeds")
def visit_due_feeds(timestamp: int) -> None:
    """Each minute: a job for every feed, and every table of figures, that is due."""
    for followed in (*Feed.objects.due(), *DatasetFeed.objects.due()):
        request_visit(followed)


@app.task(name="feed")
def visit_feed(*, feed_id: int) -> None:
    """Fetch a feed; one that is followed no more is left alone."""
    feed = Feed.objects.select_related("source", "section").filter(pk=feed_id, active=True).first()
    if feed:
        with translation.override(settings.LANGUAGE_CODE):
            visit(feed)


@app.task(name="figures")
def visit_figures(*, feed_id: int) -> None:
    """Fetch a table of figures; one that is followed no more is left alone."""
    feed = DatasetFeed.objects.select_related("dataset").filter(pk=feed_id, active=True).first()
    if feed:
        with translation.override(settings.LANGUAGE_CODE):
            figures.visit(feed)

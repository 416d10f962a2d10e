"""Feeds that are due are visited, each once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.ingest import visiting
from archive.models import DatasetFeed, Feed, Observation
from archive.tasks import feeds
from archive.tasks.feeds import visit_due_feeds, visit_feed, visit_figures
from tests.archive.ingest.conftest import client, web  # noqa: F401 - fixtures
from tests.factories import DatasetFeedFactory
from tests.queue import waiting_jobs


@pytest.mark.django_db
def test_feeds_that_are_due_are_asked_for_once():
    later = timezone.now() + timedelta(hours=1)
    due = Feed.objects.create(url="https://news.example/1")
    Feed.objects.create(url="https://news.example/2", next_at=later)
    for minute in (1, 2):
        visit_due_feeds(minute)

    assert waiting_jobs() == [("feed", {"feed_id": due.pk})]


@pytest.mark.django_db
def test_feed_that_is_followed_no_more_is_not_fetched(monkeypatch):
    visited = []
    monkeypatch.setattr(feeds, "visit", visited.append)
    followed = [Feed.objects.create(url=f"https://news.example/{active}", active=active) for active in (True, False)]
    for feed in followed:
        visit_feed(feed_id=feed.pk)

    assert visited == followed[:1]


@pytest.mark.django_db
def test_tables_of_figures_that_are_due_are_asked_for_beside_feeds():
    later = timezone.now() + timedelta(hours=1)
    due = DatasetFeedFactory(url="https://figures.example/due.csv")
    for name, values in (("later", {"next_at": later}), ("ended", {"active": False})):
        DatasetFeedFactory(dataset=due.dataset, url=f"https://figures.example/{name}.csv", **values)
    for minute in (1, 2):
        visit_due_feeds(minute)

    assert waiting_jobs() == [("figures", {"feed_id": due.pk})]


@pytest.mark.django_db
def test_table_is_imported_and_due_again_after_its_interval(web, client, monkeypatch):  # noqa: F811
    monkeypatch.setattr(visiting, "_client", client)
    web.answers["/feed"] = (200, {}, b"date,country,confirmed\n2020-05-01,Lebanon,729\n")
    feed = DatasetFeedFactory(url=web.url(), interval_minutes=120)
    begun_at = timezone.now()
    visit_figures(feed_id=feed.pk)

    feed.refresh_from_db()
    assert [(one.measure.dataset, one.value) for one in Observation.objects.all()] == [(feed.dataset, 729)]
    assert feed.problem is None
    due = DatasetFeed.objects.due
    assert list(due(at=begun_at + timedelta(minutes=119))) == []
    assert list(due(at=timezone.now() + timedelta(minutes=120))) == [feed]


@pytest.mark.django_db
def test_table_that_is_followed_no_more_is_not_fetched(monkeypatch):
    visited = []
    monkeypatch.setattr(feeds.figures, "visit", visited.append)
    feed = DatasetFeedFactory(active=False)
    visit_figures(feed_id=feed.pk)
    assert visited == []

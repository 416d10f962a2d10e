"""Feeds that are due are visited, each once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.models import Feed
from archive.tasks import feeds
from archive.tasks.feeds import visit_due_feeds, visit_feed
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

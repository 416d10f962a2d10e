"""Telling the WebSub hub which feeds have changed, so that those who follow one need not come and look.

W3C WebSub leaves to publishers and hubs how they speak; this is what hubs understand: a POST with `hub.mode=publish`
and `hub.url` for every feed that has changed. Here feeds are named by what they are of: "latest", "section/politics".
"""

import http.client
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urlencode

from django.conf import settings

from archive.exceptions import HubError
from archive.feed_addresses import feed_addresses
from archive.models import Article, HubAnnouncement, Mention, Story, StoryArticle
from archive.models.article import NEWS_DAYS
from archive.replicas.watch import wait_for_replicas

MAX_ARTICLES = 100
TIMEOUT_SECONDS = 20

FOLLOWED = ("latest", "section", "author", "story", "entity")
"""What has feeds of which the hub is told."""


@dataclass(frozen=True)
class Change:
    """What the hub has not been told of an article: it came, was edited or went, or came into other feeds.

    TOUCHED are the feeds in which that shows; STANDS_IN are those it stands in now, none if readers see it no more.
    """

    article_id: int
    touched: set[str]
    stands_in: set[str]


def is_on() -> bool:
    return bool(settings.WEBSUB_HUB_URL)


def announce(*, at: datetime) -> int:
    """Tell the hub of what has changed by the time AT, and keep that it was told; return of how many articles.

    Raises HubError where it could not be told: nothing is kept then.
    """
    changes = list(islice(_changes(at), MAX_ARTICLES))
    if changes:
        # The hub comes for the feeds at once.
        wait_for_replicas()
        publish(addresses({feed for change in changes for feed in change.touched}))
        _keep(changes, at)
    return len(changes)


def forget_old(*, at: datetime) -> None:
    """Let go of what was kept of articles that are no news any more."""
    HubAnnouncement.objects.filter(article__listed_at__lte=at - timedelta(days=NEWS_DAYS)).delete()


def addresses(feeds: Iterable[str]) -> list[str]:
    """The full addresses of FEEDS, in every form."""
    named = sorted((FOLLOWED.index(kind), number) for kind, _slash, number in (feed.partition("/") for feed in feeds))
    return [
        settings.SITE_URL + address.path
        for kind, number in named
        for address in feed_addresses(FOLLOWED[kind], *filter(None, [number]))
    ]


def publish(urls: list[str]) -> None:
    """Tell the hub that the feeds at URLS have changed; raises HubError."""
    body = urlencode([("hub.mode", "publish"), *(("hub.url", url) for url in urls)]).encode()
    # The address is the operator's own, from the settings.
    request = urllib.request.Request(settings.WEBSUB_HUB_URL, body, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            answer.read()
    except (OSError, http.client.HTTPException) as problem:  # urllib's own errors are an OSError too.
        raise HubError(f"{settings.WEBSUB_HUB_URL}: {problem}") from problem


def _changes(at: datetime) -> Iterator[Change]:
    """Yield what the hub has not been told of the news that readers see at the time AT, or saw, the oldest first."""
    told = {kept.article_id: kept for kept in HubAnnouncement.objects.all()}
    news = Article.objects.news(at=at).order_by("listed_at", "pk")
    articles = list(news.select_related("section").only("updated_at", "section__slug"))
    feeds = _feeds(articles)
    for article in articles:
        before, now = told.get(article.pk), feeds[article.pk]
        if before is None:
            yield Change(article.pk, now, now)
        elif article.updated_at > before.announced_at:
            yield Change(article.pk, now.union(before.feeds), now)
        elif other := now.symmetric_difference(before.feeds):
            yield Change(article.pk, other, now)
    for kept in HubAnnouncement.objects.exclude(article__in=Article.objects.published(at=at)).order_by("pk"):
        yield Change(kept.article_id, set(kept.feeds), set())


def _feeds(articles: Iterable[Article]) -> dict[int, set[str]]:
    """The feeds that each of ARTICLES stands in, by their ids."""
    found = {article.pk: {"latest"} for article in articles}
    for article in articles:
        if article.section:
            found[article.pk].add(f"section/{article.section.slug}")
    authors = Article.authors.through.objects.filter(article__in=found).values_list("article", "author")
    places = StoryArticle.objects.filter(article__in=found, taken_out=False)
    stories = set(Story.objects.visible().filter(pk__in=places.values("story")).values_list("pk", flat=True))
    mentions = Mention.objects.filter(article__in=found).exclude(confirmed=False).values_list("article", "entity")
    for article_id, author_id in authors:
        found[article_id].add(f"author/{author_id}")
    for article_id, story_id in places.values_list("article", "story"):
        if story_id in stories:
            found[article_id].add(f"story/{story_id}")
    for article_id, entity_id in mentions.distinct():
        found[article_id].add(f"entity/{entity_id}")
    return found


def _keep(changes: Iterable[Change], at: datetime) -> None:
    """Keep that the hub was told of CHANGES up to the time AT."""
    gone = [change.article_id for change in changes if not change.stands_in]
    HubAnnouncement.objects.filter(article__in=gone).delete()
    HubAnnouncement.objects.bulk_create(
        [
            HubAnnouncement(article_id=change.article_id, announced_at=at, feeds=sorted(change.stands_in))
            for change in changes
            if change.stands_in
        ],
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["announced_at", "feeds"],
    )

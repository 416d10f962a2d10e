"""Telling the WebSub hub what has come out, so that those who follow a feed need not come and look.

W3C WebSub leaves to publishers and hubs how they speak; this is what hubs understand: a POST with `hub.mode=publish`
and `hub.url` for every feed that has changed.
"""

import http.client
import urllib.request
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings

from archive.exceptions import HubError
from archive.feed_addresses import feed_addresses
from archive.models import Article, ArticleQuerySet, HubAnnouncement, Mention, Story, StoryArticle
from archive.models.article import NEWS_DAYS

MAX_ARTICLES = 100
TIMEOUT_SECONDS = 20


def is_on() -> bool:
    return bool(settings.WEBSUB_HUB_URL)


def unannounced(*, at: datetime) -> ArticleQuerySet:
    """The news that readers see at the time AT and the hub has not been told of, oldest first."""
    return Article.objects.news(at=at).filter(hub_announcement=None).order_by("listed_at", "pk")


def announce(*, at: datetime) -> int:
    """Tell the hub of what has come out by the time AT, and keep that it was told; return of how many articles.

    Raises HubError where it could not be told: nothing is kept then.
    """
    articles = list(unannounced(at=at).select_related("section").only("section__slug")[:MAX_ARTICLES])
    if articles:
        publish(topics(articles))
        # Told twice by two workers is no harm; kept twice would be an error.
        HubAnnouncement.objects.bulk_create(
            [HubAnnouncement(article=article) for article in articles], ignore_conflicts=True
        )
    return len(articles)


def forget_old(*, at: datetime) -> None:
    """Let go of what was kept of articles that are no news any more."""
    HubAnnouncement.objects.filter(article__listed_at__lte=at - timedelta(days=NEWS_DAYS)).delete()


def topics(articles: Iterable[Article]) -> list[str]:
    """The full addresses of the feeds that ARTICLES stand in."""
    ids = [article.pk for article in articles]
    sections = {article.section.slug for article in articles if article.section}
    authors = Article.authors.through.objects.filter(article__in=ids).values_list("author", flat=True)
    places = StoryArticle.objects.filter(article__in=ids, taken_out=False)
    stories = Story.objects.visible().filter(pk__in=places.values("story")).values_list("pk", flat=True)
    entities = Mention.objects.filter(article__in=ids).exclude(confirmed=False).values_list("entity", flat=True)
    followed = [
        ("latest",),
        *(("section", slug) for slug in sorted(sections)),
        *(("author", pk) for pk in sorted(set(authors))),
        *(("story", pk) for pk in sorted(set(stories))),
        *(("entity", pk) for pk in sorted(set(entities))),
    ]
    return [settings.SITE_URL + address.path for thing in followed for address in feed_addresses(*thing)]


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

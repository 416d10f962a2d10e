"""When an article was changed: one moment, wherever it is told."""

import json
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.utils import timezone

from archive.models import Article, last_change
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

CREATED = datetime(2019, 3, 4, 9, 0, tzinfo=UTC)
REVISED = datetime(2021, 6, 7, 9, 0, tzinfo=UTC)


def told(client, article: Article) -> dict[str, str]:
    """The moment at which ARTICLE was changed, by who tells it."""
    page = client.get(article.get_absolute_url()).content.decode()
    news = next(block for block in json_blocks(page) if block["@type"] == "NewsArticle")
    part, part_changed = sitemap_entry(client, "/sitemap.xml")
    graph = re.search(r'<meta property="article:modified_time" content="([^"]*)"', page)
    shown = re.search(r'<a href="[^"]*/versions/"[^>]*>[^<]*<time datetime="([^"]*)"', page)
    return {
        "page": shown and shown[1],
        "json_ld": news.get("dateModified"),
        "open_graph": graph and graph[1],
        "sitemap": sitemap_entry(client, part)[1],
        "sitemap_index": part_changed,
        "atom": ElementTree.fromstring(client.get("/feeds/latest.atom").content).findtext("{*}entry/{*}updated"),
        "json_feed": client.get("/feeds/latest.json").json()["items"][0]["date_modified"],
    }


def json_blocks(page: str) -> list[dict]:
    return [
        json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    ]


def sitemap_entry(client, address: str) -> tuple[str, str | None]:
    """The only address of articles in the sitemap at ADDRESS, and when it says that they were changed."""
    root = ElementTree.fromstring(client.get(address).content)
    [entry] = (entry for entry in root if "article" in entry.findtext("{*}loc"))
    return entry.findtext("{*}loc"), entry.findtext("{*}lastmod")


def days(moments: dict[str, str]) -> dict[str, str | None]:
    return {name: moment and moment[:10] for name, moment in moments.items()}


@pytest.fixture
def old() -> Article:
    """An article that came here in 2019, and whose row was touched today."""
    article = ArticleFactory(published_at=CREATED - timedelta(days=500))
    Article.objects.filter(pk=article.pk).update(created_at=CREATED, updated_at=timezone.now(), importance=1)
    return Article.objects.get(pk=article.pk)


def test_one_moment_is_told_everywhere(client, old):
    Article.objects.filter(pk=old.pk).update(title="عنوان صُحّح")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET revised_at = %s", [REVISED])
    article = Article.objects.get(pk=old.pk)
    assert set(days(told(client, article)).values()) == {"2021-06-07"}


def test_what_readers_never_saw_change_is_as_old_as_its_coming_here(client, old):
    """What was done to its row since is no change to them, and its page says of none."""
    assert days(told(client, old)) == {
        "page": None,
        "json_ld": None,
        "open_graph": None,
        "sitemap": "2019-03-04",
        "sitemap_index": "2019-03-04",
        "atom": "2019-03-04",
        "json_feed": "2019-03-04",
    }


def test_article_that_waited_for_its_time_is_as_old_as_its_coming_into_sight():
    late = ArticleFactory(published_at=CREATED + timedelta(days=9))
    Article.objects.filter(pk=late.pk).update(created_at=CREATED)
    undated = ArticleFactory(undated=True)
    for article, expected in ((late, CREATED + timedelta(days=9)), (undated, undated.created_at)):
        [found] = Article.objects.filter(pk=article.pk).annotate(changed=last_change())
        assert found.changed == found.changed_at == expected

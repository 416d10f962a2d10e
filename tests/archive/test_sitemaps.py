"""The sitemap: every published address once, in parts."""

import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive import sitemaps
from archive.models import Article
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, StoryFactory

pytestmark = pytest.mark.django_db

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return [element.text for element in ElementTree.fromstring(response.content).iter(f"{NAMESPACE}loc")]


def test_index_lists_the_parts(client):
    assert locations(client, "/sitemap.xml") == [
        f"http://testserver/sitemap-{part}.xml" for part in ("pages", "sections", "articles", "entities", "stories")
    ]


def test_parts_together_hold_every_public_address(client):
    article = ArticleFactory()
    entity = MentionFactory(article=article).entity
    story = StoryFactory(articles=[article, ArticleFactory(section=article.section)])
    other = story.places.last().article
    addresses = [address for part in locations(client, "/sitemap.xml") for address in locations(client, part)]
    expected = ["/", "/archive/", "/entity/", "/quotations/", "/story/", "/about/"]
    expected += [thing.get_absolute_url() for thing in (article.section, article, other, entity, story)]
    assert addresses == [f"http://testserver{path}" for path in expected]
    assert {client.get(address).status_code for address in addresses} == {200}


def test_nothing_unpublished(client):
    tomorrow = timezone.now() + timedelta(days=1)
    draft = ArticleFactory(draft=True)
    MentionFactory(article=draft)
    ArticleFactory(status=Article.Status.WITHDRAWN)
    ArticleFactory(published_at=tomorrow)
    ArticleFactory(status=Article.Status.SCHEDULED, published_at=tomorrow)
    EntityFactory()
    MentionFactory(article=ArticleFactory(title="منشور"), confirmed=False)
    assert len(locations(client, "/sitemap-articles.xml")) == 1
    assert locations(client, "/sitemap-entities.xml") == []


def test_parts_hold_ten_thousand_at_most(client, monkeypatch):
    assert sitemaps.ADDRESSES_PER_PART == 10_000
    monkeypatch.setattr(sitemaps.ArticleSitemap, "limit", 2)
    articles = ArticleFactory.create_batch(3)
    index = locations(client, "/sitemap.xml")
    assert "http://testserver/sitemap-articles.xml?p=2" in index
    pages = [locations(client, address) for address in index if "articles" in address]
    assert pages == [
        [f"http://testserver{article.get_absolute_url()}" for article in part]
        for part in (articles[:2], articles[2:])
    ]
    assert client.get("/sitemap-articles.xml?p=3").status_code == 404
    assert client.get("/sitemap-articles.xml?p=x").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_lastmod_is_the_last_change(client):
    article = ArticleFactory()
    response = client.get("/sitemap-articles.xml")
    root = ElementTree.fromstring(response.content)
    assert root.find(f".//{NAMESPACE}lastmod").text == timezone.localtime(article.updated_at).date().isoformat()
    assert response["Last-Modified"]


def test_index_does_not_read_every_article(client):
    def query_count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap.xml")
        return len(queries)

    ArticleFactory()
    with_one = query_count()
    ArticleFactory.create_batch(2)
    assert query_count() == with_one

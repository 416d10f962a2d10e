"""The sitemap: every published address once, in parts."""

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive import sitemaps
from archive.models import Article
from tests.factories import ArticleFactory, AuthorFactory, EntityFactory, MentionFactory, SectionFactory, StoryFactory

pytestmark = pytest.mark.django_db

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return [element.text for element in ElementTree.fromstring(response.content).iter(f"{NAMESPACE}loc")]


def test_index_lists_the_parts(client):
    assert locations(client, "/sitemap.xml") == [
        f"http://testserver/sitemap-{part}.xml" for part in ("pages", "sections", "entities", "authors", "stories")
    ]
    ArticleFactory()
    assert "http://testserver/sitemap-articles.xml" in {
        address.partition("?")[0] for address in locations(client, "/sitemap.xml")
    }


def test_parts_together_hold_every_public_address(client):
    article = ArticleFactory()
    author = AuthorFactory()
    article.authors.add(author)
    entity = MentionFactory(article=article).entity
    story = StoryFactory(articles=[article, ArticleFactory(section=article.section)])
    other = story.places.last().article
    addresses = [address for part in locations(client, "/sitemap.xml") for address in locations(client, part)]
    expected = ["/", "/archive/", "/entity/", "/quotations/", "/story/", "/about/"]
    expected += [thing.get_absolute_url() for thing in (article.section, article, other, entity, author, story)]
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
    articles = [address for address in locations(client, "/sitemap.xml") if "articles" in address]
    assert [len(locations(client, address)) for address in articles] == [1]
    assert locations(client, "/sitemap-entities.xml") == []


def parts_of_articles(client) -> dict[str, str]:
    """The addresses of the parts that hold articles, with when each last changed."""
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = {
        entry.findtext(f"{NAMESPACE}loc"): entry.findtext(f"{NAMESPACE}lastmod")
        for entry in root.iter(f"{NAMESPACE}sitemap")
    }
    return {address: changed for address, changed in found.items() if "articles" in address}


def test_a_part_holds_the_articles_of_a_range_of_numbers(client, monkeypatch):
    assert sitemaps.ADDRESSES_PER_PART == 10_000
    monkeypatch.setattr(sitemaps.ArticleSitemap, "limit", 2)
    for number in (1, 2, 3, 8):
        ArticleFactory(pk=number)
    parts = {address: locations(client, address) for address in parts_of_articles(client)}
    assert [[url.split("/")[4] for url in urls] for urls in parts.values()] == [["1", "2"], ["3"], ["8"]]
    assert list(parts) == [f"http://testserver/sitemap-articles.xml{query}" for query in ("", "?p=2", "?p=4")]
    Article.objects.filter(pk=2).delete()
    assert [len(locations(client, address)) for address in parts] == [1, 1, 1]


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "99999999999999999999"])
def test_there_is_no_part_without_articles(client, number):
    ArticleFactory(pk=1)
    assert client.get(f"/sitemap-articles.xml?p={number}").status_code == 404
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_the_index_says_when_each_part_last_changed(client, monkeypatch):
    monkeypatch.setattr(sitemaps.ArticleSitemap, "limit", 1)
    for number, year in ((1, 2018), (2, 2020)):
        ArticleFactory(pk=number)
        Article.objects.filter(pk=number).update(created_at=datetime(year, 1, 1, 12, tzinfo=UTC))
    assert list(parts_of_articles(client).values()) == ["2018-01-01T14:00:00+02:00", "2020-01-01T14:00:00+02:00"]


def test_when_parts_changed_is_read_in_an_index_alone():
    ArticleFactory()
    paginator = sitemaps.ArticleSitemap().paginator
    # In a table as small as this every index costs as much: none of the others is left.
    others = [index.name for index in Article._meta.indexes if index.name != "article_sitemap"]
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        cursor.execute(
            f"SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; DROP INDEX {', '.join(others)}"
        )
        assert len(list(paginator.parts())) == 1
        cursor.execute(f"EXPLAIN {queries[-1]['sql']}")
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using article_sitemap" in plan


def test_what_is_kept_out_of_search_engines_is_in_no_sitemap(client):
    ArticleFactory(pk=1, title="مفتوح", published_at=timezone.now())
    ArticleFactory(pk=2, title="محجوب", published_at=timezone.now(), noindex=True)
    for address in ("/sitemap-articles.xml", "/news-sitemap.xml"):
        assert [url.split("/")[4] for url in locations(client, address)] == ["1"]


# --- News ----------------------------------------------------------------------------------------------------------

NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def test_the_news_sitemap_has_what_google_wants(client):
    moment = timezone.localtime().replace(second=0, microsecond=0) - timedelta(hours=1)
    article = ArticleFactory(title="قال: <نعم> & \x01", language="ar-LB", published_at=moment)
    root = ElementTree.fromstring(client.get("/news-sitemap.xml").content)
    (url,) = root
    assert url.findtext(f"{NAMESPACE}loc") == f"http://testserver{article.get_absolute_url()}"
    assert {
        element.tag.removeprefix(NEWS): element.text for element in url.iter() if (element.text or "").strip()
    } == {
        f"{NAMESPACE}loc": f"http://testserver{article.get_absolute_url()}",
        "name": "سِجِلّ",
        "language": "ar",
        "publication_date": moment.isoformat(timespec="minutes"),
        "title": "قال: <نعم> & ",
    }


def test_the_news_sitemap_has_two_days_newest_first(client):
    now = timezone.now()
    for hours in (47, 1, 49):
        ArticleFactory(title=str(hours), published_at=now - timedelta(hours=hours))
    ArticleFactory(published_at=now - timedelta(hours=1), date_precision="month")
    ArticleFactory(published_at=now - timedelta(hours=1), draft=True)
    ArticleFactory(published_at=now + timedelta(hours=1))
    ArticleFactory(undated=True)
    root = ElementTree.fromstring(client.get("/news-sitemap.xml").content)
    assert [title.text for title in root.iter(f"{NEWS}title")] == ["1", "47"]


def test_lastmod_is_the_last_change(client):
    article = ArticleFactory(pk=1)
    response = client.get("/sitemap-articles.xml")
    root = ElementTree.fromstring(response.content)
    assert root.find(f".//{NAMESPACE}lastmod").text == timezone.localtime(article.created_at).date().isoformat()
    assert response["Last-Modified"]


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sitemap-articles.xml?p={part}", "/news-sitemap.xml"])
def test_as_many_questions_for_three_articles_as_for_one(client, address):
    def query_count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address.format(part=part)).status_code == 200
        return len(queries)

    section = SectionFactory()
    article = ArticleFactory(section=section, published_at=timezone.now())
    part = (article.pk - 1) // sitemaps.ADDRESSES_PER_PART + 1
    query_count()  # What stands around every page is known from then on.
    article.save()
    with_one = query_count()
    ArticleFactory.create_batch(2, section=section, published_at=timezone.now())
    assert query_count() == with_one

"""The sitemap: every published address once, in parts."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from archive import sitemaps
from archive.models import Article, Dataset
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    DatasetFactory,
    EntityFactory,
    MentionFactory,
    SectionFactory,
    StoryFactory,
)

pytestmark = pytest.mark.django_db

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


MAX_ADDRESSES, MAX_BYTES, MAX_ADDRESS_CHARS = 50_000, 50 * 1024 * 1024, 2048
"""What the protocol allows (sitemaps.org)."""

W3C_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")


def entries(client, address: str) -> dict[str, str | None]:
    """The addresses of the sitemap, or the index, at ADDRESS, with when each last changed, as the protocol wants it."""
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    root = ElementTree.fromstring(response.content)
    kinds = {f"{NAMESPACE}urlset": f"{NAMESPACE}url", f"{NAMESPACE}sitemapindex": f"{NAMESPACE}sitemap"}
    found = {}
    for entry in root:
        assert entry.tag == kinds[root.tag]
        (located, *others) = entry
        assert located.tag == f"{NAMESPACE}loc"
        assert located.text.startswith("http://testserver/")
        assert located.text.isascii()
        assert len(located.text) < MAX_ADDRESS_CHARS
        assert [other.tag for other in others] in ([], [f"{NAMESPACE}lastmod"])
        changed = others[0].text if others else None
        assert changed is None or W3C_TIME.fullmatch(changed)
        assert located.text not in found
        found[located.text] = changed
    assert 0 < len(found) <= MAX_ADDRESSES
    return found


def locations(client, address: str) -> list[str]:
    return list(entries(client, address))


def parts(client) -> list[str]:
    """What the parts are of that the index names, each with its query."""
    return [
        address.removeprefix("http://testserver/sitemap-").replace(".xml", "")
        for address in locations(client, "/sitemap.xml")
    ]


def full(*paths: str) -> list[str]:
    return [f"http://testserver{iri_to_uri(path)}" for path in paths]


@pytest.fixture
def everything() -> dict[str, list[str]]:
    """The addresses of an archive with all there is, by the kind of part that they belong in."""
    section = SectionFactory(slug="سياسة")
    article = ArticleFactory(section=section, published_at=datetime(2017, 12, 21, 8, tzinfo=UTC))
    author = AuthorFactory()
    article.authors.add(author)
    entity = MentionFactory(article=article).entity
    of_month = ArticleFactory(
        section=section, published_at=datetime(2016, 3, 1, 8, tzinfo=UTC), date_precision="month"
    )
    of_year = ArticleFactory(section=None, published_at=datetime(2015, 1, 1, 8, tzinfo=UTC), date_precision="year")
    undated = ArticleFactory(section=None, undated=True)
    story = StoryFactory(articles=[article, of_month])
    dataset = DatasetFactory()
    DatasetFactory(slug="hidden", visible=False)
    articles = [one.get_absolute_url() for one in (article, of_month, of_year, undated)]
    periods = [f"{section.get_absolute_url()}{period}" for period in ("2016/", "2016/3/", "2017/", "2017/12/")]
    days = ["2015/", "2016/", "2016/3/", "2017/", "2017/12/", "2017/12/21/"]
    return {
        "pages": ["/", "/archive/", "/entity/", "/quotations/", "/story/", "/statistics/", "/about/"],
        "sections": [section.get_absolute_url()],
        "section-periods": periods,
        "calendar": [f"/archive/{day}" for day in days],
        "articles": articles,
        "entities": [entity.get_absolute_url()],
        "authors": [author.get_absolute_url()],
        "stories": [story.get_absolute_url()],
        "statistics": [dataset.get_absolute_url()],
    }


def test_an_index_of_an_empty_archive_names_no_empty_part(client):
    assert parts(client) == ["pages"]


def test_parts_together_hold_every_public_address(client, everything):
    assert list(dict.fromkeys(part.partition("?")[0] for part in parts(client))) == list(everything)
    addresses = [address for part in locations(client, "/sitemap.xml") for address in locations(client, part)]
    assert addresses == [address for paths in everything.values() for address in full(*paths)]
    assert {client.get(address).status_code for address in addresses} == {200}


def test_a_full_part_is_as_small_as_the_protocol_wants(client):
    """Of the longest addresses there are."""
    assert sitemaps.ADDRESSES_PER_PART <= MAX_ADDRESSES
    ArticleFactory(pk=1, title="طويل " * 100)
    response = client.get("/sitemap-articles.xml")
    assert len(response.content) * sitemaps.ADDRESSES_PER_PART < MAX_BYTES


@pytest.mark.parametrize("kind", [kind for kind in sitemaps.SITEMAPS if kind != "pages"])
def test_every_kind_is_split_by_size(client, everything, monkeypatch, kind):
    """Every part holds no more than there may be, and together they hold all."""
    monkeypatch.setattr(sitemaps.SITEMAPS[kind], "limit", 1)
    of_kind = [f"/sitemap-{part.replace(kind, f'{kind}.xml')}" for part in parts(client) if is_of(part, kind)]
    found = [locations(client, address) for address in of_kind]
    assert found == [[address] for address in full(*everything[kind])]


def is_of(part: str, kind: str) -> bool:
    return part.partition("?")[0] == kind


@pytest.mark.parametrize("kind", ["sections", "section-periods", "calendar", "entities", "authors", "stories"])
def test_what_lists_articles_changed_when_the_last_of_them_did(client, everything, kind):
    articles = Article.objects.order_by("pk")
    for article, year in zip(articles, (2019, 2020, 2021, 2022), strict=True):
        Article.objects.filter(pk=article.pk).update(revised_at=datetime(year, 1, 1, 12, tzinfo=UTC))
    expected = {
        "sections": ["2020"],
        "section-periods": ["2020", "2020", "2019", "2019"],
        "calendar": ["2021", "2020", "2020", "2019", "2019", "2019"],
        "entities": ["2019"],
        "authors": ["2019"],
        "stories": ["2020"],
    }
    found = entries(client, f"/sitemap-{kind}.xml{query_of(client, kind)}")
    assert list(found.values()) == [f"{year}-01-01" for year in expected[kind]]


def query_of(client, kind: str) -> str:
    """The query of the first part of KIND, which the numbers of its rows decide."""
    (part,) = [part for part in parts(client) if is_of(part, kind)]
    return part.removeprefix(kind)


def test_a_dataset_changed_when_its_figures_did(client):
    dataset = DatasetFactory(pk=1)
    assert entries(client, "/sitemap-statistics.xml") == dict.fromkeys(full(dataset.get_absolute_url()))
    Dataset.objects.update(changed_at=datetime(2020, 5, 3, 12, tzinfo=UTC))
    assert list(entries(client, "/sitemap-statistics.xml").values()) == ["2020-05-03"]


def test_periods_change_with_the_last_of_what_is_in_them(client):
    section = SectionFactory(slug="politics")
    for day, year in ((21, 2020), (22, 2019)):
        article = ArticleFactory(section=section, published_at=datetime(2017, 12, day, 8, tzinfo=UTC))
        Article.objects.filter(pk=article.pk).update(revised_at=datetime(year, 1, 1, 12, tzinfo=UTC))
    ArticleFactory(section=section, draft=True, published_at=datetime(2016, 1, 1, tzinfo=UTC))
    paths = full(*(f"/archive/2017/{rest}" for rest in ("", "12/", "12/21/", "12/22/")))
    assert entries(client, "/sitemap-calendar.xml") == dict(
        zip(paths, ("2020-01-01", "2020-01-01", "2020-01-01", "2019-01-01"), strict=True)
    )
    index = {
        address: changed for address, changed in entries(client, "/sitemap.xml").items() if "calendar" in address
    }
    assert list(index.values()) == ["2020-01-01T14:00:00+02:00"]


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
    assert "entities" not in "".join(parts(client))


def parts_of_articles(client) -> dict[str, str]:
    """The addresses of the parts that hold articles, with when each last changed."""
    return {address: changed for address, changed in entries(client, "/sitemap.xml").items() if "articles" in address}


def test_a_part_holds_the_articles_of_a_range_of_numbers(client, monkeypatch):
    assert sitemaps.ADDRESSES_PER_PART == 10_000
    monkeypatch.setattr(sitemaps.ArticleSitemap, "limit", 2)
    for number in (1, 2, 3, 8):
        ArticleFactory(pk=number)
    found = {address: locations(client, address) for address in parts_of_articles(client)}
    assert [[url.split("/")[4] for url in urls] for urls in found.values()] == [["1", "2"], ["3"], ["8"]]
    assert list(found) == [f"http://testserver/sitemap-articles.xml{query}" for query in ("", "?p=2", "?p=4")]
    Article.objects.filter(pk=2).delete()
    assert [len(locations(client, address)) for address in found] == [1, 1, 1]


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
    # In a table as small as this every index costs as much: none of the others is left.
    others = [index.name for index in Article._meta.indexes if index.name != "article_sitemap"]
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        cursor.execute(
            f"SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; DROP INDEX {', '.join(others)}"
        )
        assert len(sitemaps.ArticleSitemap().parts(place=0)) == 1
        cursor.execute(f"EXPLAIN {queries[-1]['sql']}")
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using article_sitemap" in plan


def test_what_is_kept_out_of_search_engines_is_in_no_sitemap(client):
    ArticleFactory(pk=1, title="مفتوح", published_at=timezone.now())
    ArticleFactory(pk=2, title="محجوب", published_at=timezone.now(), noindex=True)
    root = ElementTree.fromstring(client.get("/news-sitemap.xml").content)
    news = [element.text for element in root.iter(f"{NAMESPACE}loc")]
    for urls in (locations(client, "/sitemap-articles.xml"), news):
        assert [url.split("/")[4] for url in urls] == ["1"]


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


@pytest.mark.parametrize(
    "address", ["/sitemap.xml", "/sitemap-articles.xml?p={part}", "/sitemap-calendar.xml", "/news-sitemap.xml"]
)
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

"""Feeds: the newest published articles, readable by any feed reader."""

import json
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.models import Article
from archive.search.messages import problem_message
from archive.search.query import Problem, Trouble
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    EntityFactory,
    MentionFactory,
    QuotationFactory,
    SectionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"


def channel(client, address="/feeds/latest.rss", **parameters):
    response = client.get(address, parameters)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content).find("channel")


def titles(feed):
    return [item.findtext("title") for item in feed.iter("item")]


def test_item_holds_what_a_reader_shows(client):
    article = ArticleFactory(
        title="محادثات <جنيف> & أستانة",
        summary="ملخص فيه < و &",
        section=SectionFactory(name="سياسة"),
        published_at=datetime(2017, 12, 21, 8, 30, tzinfo=UTC),
    )
    feed = channel(client)
    [item] = feed.iter("item")
    assert item.findtext("title") == "محادثات <جنيف> & أستانة"
    assert item.findtext("link") == f"http://testserver{article.get_absolute_url()}"
    assert item.findtext("description") == "ملخص فيه &lt; و &amp;"
    assert item.findtext("category") == "سياسة"
    assert item.findtext("pubDate") == "Thu, 21 Dec 2017 10:30:00 +0200"
    assert item.find("guid").attrib == {"isPermaLink": "true"}
    assert feed.findtext("language") == "ar"
    assert feed.findtext("link") == "http://testserver/"
    assert feed.find(f"{ATOM}link").attrib["href"] == "http://testserver/feeds/latest.rss"


def by_and_from(address: str, client) -> list[tuple[list[str], list[str]]]:
    """The authors and the publisher of each item."""
    feed = ElementTree.fromstring(client.get(address).content)
    authors, items = (
        (f"{ATOM}author/{ATOM}name", f"{ATOM}entry") if "atom" in address else (f"{DUBLIN_CORE}creator", "item")
    )
    return [
        ([one.text for one in item.findall(authors)], [one.text for one in item.findall(f"{DUBLIN_CORE}publisher")])
        for item in feed.iter(items)
    ]


@pytest.mark.parametrize(
    "address", ["/feeds/latest.rss", "/feeds/latest.atom", "/feeds/section/سياسة.rss", "/search/feed/?q=ميناء"]
)
def test_authors_are_its_creators_and_the_source_its_publisher(client, address):
    source, section = SourceFactory(name="صحيفة الميناء"), SectionFactory(slug="سياسة")
    signed = ArticleFactory(
        title="ميناء", source=source, section=section, published_at=datetime(2017, 2, 1, tzinfo=UTC)
    )
    signed.authors.add(AuthorFactory(name="سلمى"), AuthorFactory(name="كريم"))
    ArticleFactory(title="ميناء", source=source, section=section, published_at=datetime(2017, 1, 1, tzinfo=UTC))
    assert by_and_from(address, client) == [(["سلمى", "كريم"], ["صحيفة الميناء"]), ([], ["صحيفة الميناء"])]


def test_an_atom_feed_has_an_author_for_entries_without(client):
    ArticleFactory()
    feed = ElementTree.fromstring(client.get("/feeds/latest.atom").content)
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "سِجِلّ"


def test_guid_outlives_the_title_and_leads_to_the_article(client):
    article = ArticleFactory()
    [before] = channel(client).iter("item")
    article.title = "عنوان مصحح"
    article.save()
    [after] = channel(client).iter("item")
    assert after.findtext("guid") == before.findtext("guid")
    assert client.get(after.findtext("guid"))["Location"] == article.get_absolute_url()


def test_without_a_summary_the_first_paragraph_describes(client):
    ArticleFactory(summary="", body="<p>رست السفينة.</p><p>وقال المدير.</p>")
    [item] = channel(client).iter("item")
    assert item.findtext("description") == "رست السفينة."


@pytest.mark.parametrize(
    ("precision", "has_date"), [("minute", True), ("day", True), ("month", False), ("year", False)]
)
def test_date_not_known_to_the_day_is_not_made_up(client, precision, has_date):
    ArticleFactory(date_precision=precision)
    [item] = channel(client).iter("item")
    assert (item.find("pubDate") is not None) == has_date


def test_article_without_a_date_has_none(client):
    ArticleFactory(undated=True)
    [item] = channel(client).iter("item")
    assert item.find("pubDate") is None


def test_atom_holds_the_same(client):
    article = ArticleFactory(undated=True)
    response = client.get("/feeds/latest.atom")
    feed = ElementTree.fromstring(response.content)
    [entry] = feed.iter(f"{ATOM}entry")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert entry.findtext(f"{ATOM}title") == article.title
    assert entry.find(f"{ATOM}published") is None
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) == article.created_at
    assert feed.findtext(f"{ATOM}subtitle")
    assert feed.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "ar"


def test_newest_first_and_thirty_at_most(client):
    start = datetime(2017, 1, 1, tzinfo=UTC)
    for day in range(31):
        ArticleFactory(title=f"{day}", published_at=start + timedelta(days=day))
    assert titles(channel(client)) == [str(day) for day in range(30, 0, -1)]


@pytest.mark.parametrize("address", ["/feeds/latest.rss", "/search/feed/?q=جنيف", "/search/feed/", "section"])
def test_nothing_unpublished(client, address):
    section = SectionFactory(slug="سياسة")
    tomorrow = timezone.now() + timedelta(days=1)
    ArticleFactory(title="مسودة جنيف", draft=True, section=section)
    ArticleFactory(title="مسحوب جنيف", status=Article.Status.WITHDRAWN, section=section)
    ArticleFactory(title="غد جنيف", published_at=tomorrow, section=section)
    ArticleFactory(title="مجدول جنيف", status=Article.Status.SCHEDULED, published_at=tomorrow, section=section)
    ArticleFactory(title="جنيف", section=section)
    address = "/feeds/section/سياسة.rss" if address == "section" else address
    assert titles(channel(client, address)) == ["جنيف"]


def test_section_feed_is_of_its_section(client):
    section = SectionFactory(name="سياسة", name_latin="Politics", slug="سياسة")
    ArticleFactory(title="منه", section=section)
    ArticleFactory(title="من غيره")
    feed = channel(client, "/feeds/section/سياسة.rss")
    assert titles(feed) == ["منه"]
    assert feed.findtext("title") == "سياسة — سِجِلّ"
    assert client.get("/feeds/section/لا-وجود-له.rss").status_code == 404
    assert client.get("/feeds/section/%00.rss").status_code == 404


def test_search_feed_holds_articles_with_every_word_newest_first(client):
    ArticleFactory(title="محادثات جنيف الأولى", published_at=datetime(2016, 1, 1, tzinfo=UTC))
    ArticleFactory(title="محادثات جنيف الثانية", published_at=datetime(2017, 1, 1, tzinfo=UTC))
    ArticleFactory(title="محادثات أستانة")
    feed = channel(client, "/search/feed/", q="محادثات جنيف", sort="relevance", page="7")
    assert titles(feed) == ["محادثات جنيف الثانية", "محادثات جنيف الأولى"]
    assert "محادثات جنيف" in feed.findtext("title")
    assert feed.findtext("link").startswith("http://testserver/search/?q=%D9")
    assert "page" not in feed.findtext("link")


def test_feed_of_an_empty_search_links_to_the_search(client):
    assert channel(client, "/search/feed/", q="").findtext("link") == "http://testserver/search/"


def test_search_feed_takes_the_filters_and_says_what_it_could_not_use(client):
    section = SectionFactory(slug="سياسة")
    ArticleFactory(title="منه", section=section)
    ArticleFactory(title="من غيره")
    assert titles(channel(client, "/search/feed/", section="سياسة")) == ["منه"]
    feed = channel(client, "/search/feed/", section="لا-وجود-له")
    assert len(titles(feed)) == 2
    assert feed.findtext("description")


def test_search_feed_says_what_of_the_words_it_passed_over(client):
    assert channel(client, "/search/feed/", q="جنيف أو").findtext("description") == "«أو» لا يتوسّط كلمتين: أُهمل."
    assert channel(client, "/search/feed/", q="كلمة " * 33).findtext("description").startswith("الكلمات أكثر")


def test_search_feed_of_no_words_is_empty_and_says_so_once(client):
    ArticleFactory()
    feed = channel(client, "/search/feed/", q="؟!")
    assert titles(feed) == []
    assert feed.findtext("description") == problem_message(Problem(Trouble.NO_WORDS))


@pytest.mark.parametrize("address", ["/feeds/latest.rss", "/feeds/latest.atom", "/search/feed/?q=\x01"])
def test_control_characters_never_break_the_feed(client, address):
    article = ArticleFactory(
        title="عنوان\x01\ufffe", summary="", body="<p>نص\x0b هنا</p>", section=SectionFactory(name="قسم\x02")
    )
    article.authors.add(AuthorFactory(name="كاتب\x1f"))
    assert ElementTree.fromstring(client.get(address).content) is not None


@pytest.mark.parametrize("address", ["/feeds/latest.rss", "/feeds/latest.atom", "/search/feed/?q=ميناء"])
def test_unchanged_feed_is_not_sent_again(client, address):
    article = ArticleFactory(title="ميناء")
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    article.title = "ميناء آخر"
    article.save()
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_if_modified_since_answers_304(client, settings):
    settings.PAGE_CACHE_MEGABYTES = 8
    ArticleFactory()
    first = client.get("/feeds/latest.rss")
    assert client.get("/feeds/latest.rss", headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304


def test_feed_is_arabic_whatever_the_reader_asks(client):
    section = SectionFactory(name="سياسة", name_latin="Politics", slug="سياسة")
    ArticleFactory(section=section)
    response = client.get("/feeds/latest.rss", headers={"Accept-Language": "en"})
    assert response["Content-Language"] == "ar"
    assert "Politics" not in response.content.decode()


def test_feeds_are_read_only(client):
    assert client.head("/feeds/latest.rss").status_code == 200
    assert client.post("/feeds/latest.rss").status_code == 405


@pytest.mark.parametrize("address", ["/feeds/latest.rss", "/feeds/latest.atom", "/search/feed/?q=ميناء"])
def test_the_same_number_of_queries_for_one_and_for_three(client, address):
    def query_count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    ArticleFactory(title="ميناء").authors.add(AuthorFactory())
    with_one = query_count()
    for _ in range(2):
        ArticleFactory(title="ميناء").authors.add(AuthorFactory())
    assert query_count() == with_one


def test_a_feed_of_quotations_says_who_said_what(client):
    quotation = QuotationFactory(text="الأبواب مفتوحة", kind="direct", speaker_text="سامية")
    QuotationFactory(text="الهدنة صامدة")
    feed = channel(client, "/quotations/feed/", q="الأبواب")
    (item,) = feed.iter("item")
    assert item.findtext("title") == "سامية: الأبواب مفتوحة"
    assert item.findtext("description") == "«الأبواب مفتوحة»"
    assert item.findtext("link") == f"http://testserver{quotation.article.get_absolute_url()}"
    assert item.findtext("guid").endswith(f"#{quotation.start}")


@pytest.fixture
def geneva():
    """A name in two articles of three, one of them with everything that an item tells."""
    entity = EntityFactory(name="جنيف", description="مدينة سويسرية")
    full = ArticleFactory(
        title="محادثات & جنيف",
        summary="ملخص فيه < و &",
        section=SectionFactory(name="سياسة"),
        source=SourceFactory(name="الضفاف"),
        published_at=datetime(2017, 12, 21, 8, 30, tzinfo=UTC),
    )
    full.authors.add(AuthorFactory(name="سلمى"))
    undated = ArticleFactory(title="بلا تاريخ", undated=True)
    ArticleFactory(title="خبر آخر")
    for article in (full, undated, ArticleFactory(draft=True)):
        MentionFactory(article=article, entity=entity)
    return entity


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feed_of_a_name_holds_its_articles(client, geneva, form):
    feed = ElementTree.fromstring(client.get(f"/feeds/entity/{geneva.pk}.{form}").content)
    found = {element.text for element in feed.iter() if element.tag.rpartition("}")[2] == "title"}
    assert found == {"جنيف — سِجِلّ", "محادثات & جنيف", "بلا تاريخ"}


def test_json_feed_of_a_name_says_the_same(client, geneva):
    response = client.get(f"/feeds/entity/{geneva.pk}.json")
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(response.content)
    items = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "جنيف — سِجِلّ",
        "home_page_url": f"http://testserver{geneva.get_absolute_url()}",
        "feed_url": f"http://testserver/feeds/entity/{geneva.pk}.json",
        "description": "مدينة سويسرية",
        "language": "ar",
    }
    full = Article.objects.get(title="محادثات & جنيف")
    assert items[0] == {
        "id": f"http://testserver/article/{full.pk}/",
        "url": f"http://testserver{full.get_absolute_url()}",
        "title": "محادثات & جنيف",
        "content_text": "ملخص فيه < و &",
        "date_published": "2017-12-21T10:30:00+02:00",
        "date_modified": full.created_at.isoformat(),
        "authors": [{"name": "سلمى"}, {"name": "الضفاف"}],
        "tags": ["سياسة"],
        "language": "ar",
    }
    assert "date_published" not in items[1]


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_a_name_that_is_not_to_be_seen_has_no_feed(client, form):
    hidden = MentionFactory(article=ArticleFactory(draft=True)).entity
    assert client.get(f"/feeds/entity/{hidden.pk}.{form}").status_code == 404

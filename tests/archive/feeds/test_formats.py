"""The three forms of a feed say the same, as a reader of feeds reads them."""

import json
import re
from datetime import UTC, datetime

import feedparser
import html5lib
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from archive.models import SiteSettings
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    ImageFactory,
    MentionFactory,
    SectionFactory,
    SourceFactory,
    StoryFactory,
)
from tests.factories.article import picture_file

pytestmark = pytest.mark.django_db

ODD_TITLE = 'قال: "نعم" </script> <b>و</b> & ]]> (UN) 2011–2020 \u2067معزول\u2069'
ODD_SUMMARY = "ملخص <i>فيه</i> &amp; و]]>"
BODY = (
    '<p>رست <a href="/article/1/">السفينة</a> قرب <a href="https://example.org/?a=1&amp;b=2">الرصيف</a>.</p>'
    '<p>كتب: href="x" و&lt;a href="y"&gt; ]]&gt;</p><script>alert(1)</script>'
)
NAMESPACES = {"media": "http://search.yahoo.com/mrss/", "content": "http://purl.org/rss/1.0/modules/content/"}


@pytest.fixture
def full():
    """An article with everything that a feed tells."""
    article = ArticleFactory(
        title=ODD_TITLE,
        summary=ODD_SUMMARY,
        body=BODY,
        section=SectionFactory(name="سياسة & مال", slug="سياسة"),
        source=SourceFactory(name="الضفاف"),
        published_at=datetime(2017, 12, 21, 8, 30, tzinfo=UTC),
        language="ar",
    )
    article.authors.add(AuthorFactory(name="سلمى"), AuthorFactory(name="كريم"))
    ImageFactory(article=article, alternative_text='سفينة "بيضاء"', caption="عند <الرصيف>", credit="هالة")
    ImageFactory(article=article, file="", url="https://example.org/p.jpg", width=None, height=None)
    MentionFactory(article=article)
    StoryFactory(articles=[article, ArticleFactory(published_at=datetime(2017, 1, 1, tzinfo=UTC))])
    return article


def addresses(article, form: str) -> list[str]:
    """All feeds of FORM that ARTICLE is the newest of."""
    author, entity = article.authors.order_by("pk")[0], article.mentions.get().entity
    story = article.story_places.get().story
    things = ["latest", f"section/{article.section.slug}", f"author/{author.pk}", f"entity/{entity.pk}"]
    search = {"rss": "/search/feed/?q=نعم", "atom": "/search/feed.atom?q=نعم", "json": "/search/feed.json?q=نعم"}
    return [*(f"/feeds/{thing}.{form}" for thing in [*things, f"story/{story.pk}"]), search[form]]


def with_content(address: str, content: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}content={content}"


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_reader_of_feeds_understands_every_one(client, full, form):
    for address in addresses(full, form):
        response = client.get(address)
        etree.fromstring(response.content)
        feed = feedparser.parse(response.content)
        assert (feed.bozo, feed.version) == (False, {"rss": "rss20", "atom": "atom10"}[form])
        assert feed.feed.language == "ar"
        entry = feed.entries[0]
        assert entry.title == ODD_TITLE
        assert html5lib.parseFragment(entry.summary).text == ODD_SUMMARY
        assert entry.link == f"http://testserver{full.get_absolute_url()}"
        assert entry.id == f"http://testserver/article/{full.pk}/"
        assert entry.published_parsed[:5] == (2017, 12, 21, 8, 30)
        assert [tag.term for tag in entry.tags] == ["سياسة & مال"]


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_pictures_come_with_what_stands_for_them(client, full, form):
    feed = etree.fromstring(client.get(f"/feeds/latest.{form}").content)
    picture = full.images.exclude(file="").get()
    (found,) = feed.iterfind(".//media:content", NAMESPACES)
    assert dict(found.attrib) == {
        "url": f"http://testserver{picture.file.url}",
        "type": "image/png",
        "medium": "image",
        "width": "80",
        "height": "50",
    }
    told = {element.tag.rpartition("}")[2]: element.text for element in found}
    assert told == {"title": "عند <الرصيف>", "description": 'سفينة "بيضاء"', "credit": "هالة"}


def whole(client, full, form: str) -> str:
    response = client.get(f"/feeds/latest.{form}?content=full")
    if form == "json":
        item = json.loads(response.content)["items"][0]
        assert (item["summary"], "content_text" in item) == (ODD_SUMMARY, False)
        return item["content_html"]
    (content,) = feedparser.parse(response.content, sanitize_html=False).entries[0].content
    return content.value


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_a_whole_article_stands_on_any_page(client, full, form):
    tree = html5lib.parseFragment(whole(client, full, form), namespaceHTMLElements=False)
    assert [link.get("href") for link in tree.iter("a")] == [
        "http://testserver/article/1/",
        "https://example.org/?a=1&b=2",
    ]
    (image,) = tree.iter("img")
    assert image.get("src").startswith("http://testserver/media/images/")
    assert image.get("alt") == 'سفينة "بيضاء"'
    text = "".join(tree.itertext())
    assert text.startswith("عند <الرصيف>")
    assert 'كتب: href="x" و<a href="y"> ]]>' in text
    assert not list(tree.iter("script"))


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_the_site_says_how_much_and_the_address_can_say_otherwise(client, full, form):
    def is_whole(query: str = "") -> bool:
        return "الرصيف</a>" in client.get(f"/feeds/latest.{form}{query}").content.decode().replace(
            "&lt;", "<"
        ).replace("&gt;", ">")

    assert (is_whole(), is_whole("?content=full"), is_whole("?content=all")) == (False, True, False)
    SiteSettings.objects.create(feeds_full_text=True)
    assert (is_whole(), is_whole("?content=summary")) == (True, False)


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_whole_or_not_it_takes_the_same_questions(client, full, form):
    for address in addresses(full, form):
        client.get(address)  # What stands around every page is known from then on.
        counts = []
        for content in ("summary", "full"):
            with CaptureQueriesContext(connection) as queries:
                client.get(with_content(address, content))
            counts.append(len(queries))
        assert counts[0] == counts[1]


JSON_FEED = {
    "version": str,
    "title": str,
    "home_page_url": str,
    "feed_url": str,
    "description": str,
    "language": str,
    "hubs": list,
    "items": list,
}
JSON_ITEM = {
    "id": str,
    "url": str,
    "title": str,
    "content_html": str,
    "content_text": str,
    "summary": str,
    "image": str,
    "date_published": str,
    "date_modified": str,
    "authors": list,
    "tags": list,
    "language": str,
    "attachments": list,
}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def is_json_feed(feed: dict) -> bool:
    """Whether FEED is as jsonfeed.org/version/1.1 says."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for data, fields in ((feed, JSON_FEED), *((item, JSON_ITEM) for item in feed["items"])):
        assert {name for name, value in data.items() if not isinstance(value, fields[name])} == set()
    for item in feed["items"]:
        assert item["id"]
        assert "content_html" in item or "content_text" in item
        assert all(RFC_3339.fullmatch(item[name]) for name in ("date_published", "date_modified") if name in item)
        assert all({"url", "mime_type"} <= set(attachment) for attachment in item.get("attachments", ()))
        assert all(isinstance(author, dict) and author for author in item["authors"])
        assert all(isinstance(tag, str) for tag in item.get("tags", ()))
    ids = [item["id"] for item in feed["items"]]
    return len(ids) == len(set(ids))


def test_every_json_feed_is_one(client, full):
    ArticleFactory(summary="", body="", section=None)
    ImageFactory(file=picture_file("picture.unheard"))
    for address in addresses(full, "json"):
        for content in ("summary", "full"):
            assert is_json_feed(client.get(with_content(address, content)).json())


def test_the_hub_is_named_where_it_is_told(client, full, settings):
    settings.WEBSUB_HUB_URL = "https://hub.example/"
    own = "http://testserver/feeds/latest"
    rss = etree.fromstring(client.get("/feeds/latest.rss").content)
    atom = etree.fromstring(client.get("/feeds/latest.atom").content)
    links = "{http://www.w3.org/2005/Atom}link"
    named = [
        {link.get("rel"): link.get("href") for link in tree.iterfind(path)}
        for tree, path in ((rss, f"channel/{links}"), (atom, links))
    ]
    assert [(one["hub"], one["self"]) for one in named] == [
        ("https://hub.example/", f"{own}.rss"),
        ("https://hub.example/", f"{own}.atom"),
    ]
    response = client.get("/feeds/latest.json")
    assert json.loads(response.content)["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert response["Link"] == f'<https://hub.example/>; rel="hub", <{own}.json>; rel="self"'


@pytest.mark.parametrize("address", ["/search/feed/?q=نعم", "/feeds/latest.rss?content=full", "/quotations/feed/"])
def test_the_hub_is_not_named_where_it_is_not_told(client, full, settings, address):
    settings.WEBSUB_HUB_URL = "https://hub.example/"
    response = client.get(address)
    assert "Link" not in response
    assert "hub.example" not in response.content.decode()

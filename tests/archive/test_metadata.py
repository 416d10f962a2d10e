"""What pages say to other machines."""

import json
import re
from datetime import UTC, datetime, timedelta

import html5lib
import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.encoding import iri_to_uri

from archive import metadata
from archive.caching.chrome import chrome_of
from archive.models import SiteSettings
from archive.pagination import ARTICLES_PER_PAGE
from tests.archive.views.html import Page
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    EntityFactory,
    ImageFactory,
    MentionFactory,
    SectionFactory,
    SourceFactory,
    StoryFactory,
)

pytestmark = pytest.mark.django_db

EVIL = "</script><script>alert(1)</script><!--"


@pytest.fixture
def request_(rf: RequestFactory):
    return rf.get("/")


def printed(data):
    return render_to_string("archive/partials/metadata.html", {"metadata": data, "site": SiteSettings()})


def test_article_is_a_news_article(request_, settings):
    article = ArticleFactory(
        title="محادثات",
        summary="ملخص",
        section=SectionFactory(name="سياسة", slug="سياسة"),
        source__name="الميناء",
        source__url="https://example.org/",
        original_url="https://example.org/1",
        place="جنيف",
        published_at=datetime(2017, 12, 21, 8, 30, tzinfo=UTC),
    )
    author = AuthorFactory(name="سلمى")
    article.authors.add(author)
    entity = EntityFactory(name="جنيف", name_latin="Geneva", kind="place", wikidata_id="Q71")
    MentionFactory(article=article, entity=entity)
    MentionFactory(article=article, confirmed=False)
    image = ImageFactory(article=article)
    data = metadata.article_metadata(request_, article)
    news, breadcrumbs = data.json_ld
    url = f"http://testserver{article.get_absolute_url()}"
    assert news == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": "محادثات",
        "description": "ملخص",
        "inLanguage": "ar",
        "datePublished": "2017-12-21T10:30+02:00",
        "dateline": "جنيف",
        "articleSection": "سياسة",
        "wordCount": 12,
        "isAccessibleForFree": True,
        "author": [
            {"@type": "Person", "name": "سلمى", "url": f"http://testserver{author.get_absolute_url()}"},
        ],
        "publisher": {"@type": "Organization", "name": "الميناء", "url": "https://example.org/"},
        "sdPublisher": {
            "@type": "Organization",
            "name": "سِجِلّ",
            "url": "http://testserver/",
            "logo": "http://testserver/static/img/apple-touch-icon.png",
        },
        "isPartOf": {"@type": "WebSite", "@id": "http://testserver/#site", "url": "http://testserver/"},
        "isBasedOn": "https://example.org/1",
        "image": [
            f"http://testserver{image.file.url}",
            f"http://testserver/article/{article.pk}/card.png?v={int(article.updated_at.timestamp())}",
        ],
        "mentions": [
            {
                "@type": "Place",
                "name": "جنيف",
                "alternateName": "Geneva",
                "url": f"http://testserver{entity.get_absolute_url()}",
                "sameAs": "https://www.wikidata.org/entity/Q71",
            }
        ],
    }
    assert [step["item"] for step in breadcrumbs["itemListElement"]] == [
        "http://testserver/",
        f"http://testserver{article.section.get_absolute_url()}",
        url,
    ]
    assert [step["position"] for step in breadcrumbs["itemListElement"]] == [1, 2, 3]


@pytest.mark.parametrize(("precision", "expected"), [("day", "2017-12-21"), ("month", "2017-12"), ("year", "2017")])
def test_date_is_given_as_far_as_it_is_known(request_, precision, expected):
    data = metadata.article_metadata(request_, ArticleFactory(date_precision=precision))
    assert data.json_ld[0]["datePublished"] == expected
    assert dict(data.open_graph)["article:published_time"] == expected


def test_unknown_date_is_left_out(request_):
    data = metadata.article_metadata(request_, ArticleFactory(undated=True))
    assert "datePublished" not in data.json_ld[0]
    assert "article:published_time" not in dict(data.open_graph)


def test_a_long_title_is_a_short_headline_and_a_name(request_):
    title = "محادثات أستانة تُستأنف غدًا " * 6
    [news, _breadcrumbs] = metadata.article_metadata(request_, ArticleFactory(title=title.strip())).json_ld
    assert news["name"] == title.strip()
    assert len(news["headline"]) <= 110
    assert news["headline"].endswith("…")


def test_what_nobody_knows_the_newspaper_of_is_published_by_the_site(request_):
    article = ArticleFactory(source=SourceFactory(slug="unknown", name="مصدر غير معروف"))
    [news, _breadcrumbs] = metadata.article_metadata(request_, article).json_ld
    assert news["publisher"] == news["sdPublisher"]
    assert "author" not in news


def test_article_without_section_authors_summary_or_picture(request_):
    article = ArticleFactory(section=None, summary="", body="<p>رست السفينة.</p>")
    data = metadata.article_metadata(request_, article)
    assert data.description == "رست السفينة."
    assert data.json_ld[0]["author"] == [data.json_ld[0]["publisher"]]


def test_open_graph_of_an_article(request_):
    article = ArticleFactory(title="محادثات", summary="ملخص", section=SectionFactory(name="سياسة"))
    data = metadata.article_metadata(request_, article)
    graph = dict(data.open_graph)
    assert (graph["og:type"], graph["og:title"], graph["og:description"]) == ("article", "محادثات", "ملخص")
    assert (graph["og:locale"], graph["article:section"]) == ("ar_AR", "سياسة")
    assert graph["og:image"].startswith(f"http://testserver/article/{article.pk}/card.png?v=")
    assert (graph["og:image:width"], graph["og:image:height"], graph["og:image:alt"]) == ("1200", "630", "محادثات")
    assert '<meta name="twitter:card" content="summary_large_image">' in printed(data)
    assert '<meta name="twitter:image:alt" content="محادثات">' in printed(data)


def test_the_picture_has_another_address_once_the_article_has_changed(request_):
    article = ArticleFactory()
    before = metadata.card_path(article)
    article.updated_at += timedelta(seconds=2)
    assert metadata.card_path(article) != before


def test_front_page_says_who_it_is_and_how_to_search(request_):
    SiteSettings.objects.create(contact_email="editors@example.org")
    data = metadata.site_metadata(request_)
    [website] = data.json_ld
    assert (website["name"], website["alternateName"], website["@id"]) == ("سِجِلّ", "Sijill", "http://testserver/#site")
    assert website["publisher"] == {
        "@type": "Organization",
        "name": "سِجِلّ",
        "url": "http://testserver/",
        "logo": "http://testserver/static/img/apple-touch-icon.png",
        "email": "editors@example.org",
    }
    assert dict(data.open_graph)["og:image"] == "http://testserver/card.png"
    assert website["potentialAction"]["target"]["urlTemplate"] == ("http://testserver/search/?q={search_term_string}")


def test_other_pages_have_a_breadcrumb(request_):
    section = SectionFactory(name="سياسة", slug="سياسة")
    data = metadata.page_metadata(request_, title="سياسة", path=section.get_absolute_url())
    [breadcrumbs] = data.json_ld
    assert [step["name"] for step in breadcrumbs["itemListElement"]][1:] == ["سياسة"]
    assert data.url == f"http://testserver{section.get_absolute_url()}"


# --- What a page is about ------------------------------------------------------------------------------------------


def blocks(client, address: str) -> dict[str, dict]:
    """The JSON-LD of the page at ADDRESS, by type."""
    page = Page(client.get(address))
    found = [json.loads(script.text) for script in page.all("script[@type='application/ld+json']")]
    assert {block["@context"] for block in found} == {"https://schema.org"}
    return {block["@type"]: block for block in found}


def links(client, address: str, relation: str) -> list[str]:
    return [link.get("href") for link in Page(client.get(address)).all(f"link[@rel='{relation}']")]


def full(path: str) -> str:
    return f"http://testserver{iri_to_uri(path)}"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("person", "Person"), ("organisation", "Organization"), ("place", "Place"), ("event", "Event")],
)
def test_the_page_of_a_name_is_about_it(client, kind, name):
    entity = EntityFactory(
        kind=kind,
        name="جنيف",
        name_latin="Geneva",
        wikidata_id="Q71",
        description="مدينة",
        latitude=46.2,
        longitude=6.15,
    )
    MentionFactory(entity=entity)
    found = blocks(client, entity.get_absolute_url())
    url = full(entity.get_absolute_url())
    geo = {"geo": {"@type": "GeoCoordinates", "latitude": 46.2, "longitude": 6.15}} if kind == "place" else {}
    assert found[name] == {
        "@context": "https://schema.org",
        "@type": name,
        "name": "جنيف",
        "alternateName": "Geneva",
        "url": url,
        "sameAs": "https://www.wikidata.org/entity/Q71",
        "@id": url,
        "mainEntityOfPage": url,
        "description": "مدينة",
        **geo,
    }
    assert [step["name"] for step in found["BreadcrumbList"]["itemListElement"]][1:] == ["الأسماء", "جنيف"]


def test_a_page_without_a_description_of_its_own_has_the_site_s(client):
    SiteSettings(description="أخبار تُحفظ وتُقرأ.").save()
    section = SectionFactory(name="سياسة", slug="سياسة", description="")
    page = client.get(section.get_absolute_url()).content.decode()
    [description] = re.findall(r'<meta name="description" content="([^"]*)">', page)
    assert description == "سياسة — أخبار تُحفظ وتُقرأ."


def test_a_section_and_a_story_list_their_articles(client):
    section = SectionFactory(name="سياسة", slug="سياسة", description="أخبار السياسة")
    older, newer = (
        ArticleFactory(section=section, published_at=datetime(year, 1, 1, tzinfo=UTC)) for year in (2016, 2017)
    )
    story = StoryFactory(title="قصة", articles=[older, newer])
    page = blocks(client, section.get_absolute_url())["CollectionPage"]
    assert (page["name"], page["description"]) == ("سياسة", "أخبار السياسة")
    listed = page["mainEntity"]
    assert listed["itemListElement"] == [
        {"@type": "ListItem", "position": position, "name": article.title, "url": full(article.get_absolute_url())}
        for position, article in enumerate((newer, older), 1)
    ]
    listed = blocks(client, story.get_absolute_url())["CollectionPage"]["mainEntity"]
    assert [item["name"] for item in listed["itemListElement"]] == [older.title, newer.title]
    assert (listed["numberOfItems"], listed["itemListOrder"]) == (2, "https://schema.org/ItemListOrderAscending")


def test_the_page_of_an_author_is_a_profile(client):
    author = AuthorFactory(name="سلمى")
    ArticleFactory().authors.add(author)
    profile = blocks(client, author.get_absolute_url())["ProfilePage"]
    assert profile["mainEntity"] == {"@type": "Person", "name": "سلمى", "url": full(author.get_absolute_url())}


# --- Addresses -----------------------------------------------------------------------------------------------------


def test_an_article_names_those_beside_it(client):
    first, second, third = (
        ArticleFactory(published_at=datetime(year, 1, 1, tzinfo=UTC)) for year in (2015, 2016, 2017)
    )
    address = second.get_absolute_url()
    assert links(client, address, "prev") == [full(first.get_absolute_url())]
    assert links(client, address, "next") == [full(third.get_absolute_url())]
    assert links(client, third.get_absolute_url(), "next") == []


def test_pages_of_a_list_name_one_another_and_each_is_one_of_its_own(client, monkeypatch):
    section = SectionFactory(slug="سياسة")
    ArticleFactory.create_batch(ARTICLES_PER_PAGE + 1, section=section)
    path = section.get_absolute_url()
    (older,) = links(client, path, "next")
    assert links(client, path, "canonical") == [full(path)]
    (newer,) = links(client, older.removeprefix("http://testserver"), "prev")
    assert links(client, older.removeprefix("http://testserver"), "canonical") == [older]
    assert client.get(newer.removeprefix("http://testserver")).status_code == 200
    assert links(client, f"{path}?before=nonsense", "canonical") == [full(path)]


def test_one_address_in_two_interface_languages_is_one_page(client):
    article = ArticleFactory(title="Report", language="en")
    for cookie in ("ar", "en"):
        client.cookies["django_language"] = cookie
        page = Page(client.get(article.get_absolute_url()))
        (alternate,) = page.all("link[@hreflang]")
        assert (alternate.get("hreflang"), alternate.get("href")) == ("en", full(article.get_absolute_url()))
        assert [link.get("href") for link in page.all("link[@rel='canonical']")] == [alternate.get("href")]


@pytest.mark.parametrize("kind", ["section", "entity", "author", "story"])
def test_what_can_be_followed_names_its_feeds(client, kind):
    article = ArticleFactory(section=SectionFactory(slug="سياسة"))
    article.authors.add(AuthorFactory())
    things = {
        "section": article.section,
        "entity": MentionFactory(article=article).entity,
        "author": article.authors.get(),
        "story": StoryFactory(articles=[article, ArticleFactory()]),
    }
    page = Page(client.get(things[kind].get_absolute_url()))
    named = {
        link.get("type"): link.get("href") for link in page.all("link[@rel='alternate']") if kind in link.get("href")
    }
    feeds = {media_type: url for media_type, url in named.items() if "feeds" in url}
    assert sorted(feeds) == ["application/atom+xml", "application/feed+json", "application/rss+xml"]
    for media_type, url in feeds.items():
        response = client.get(url.removeprefix("http://testserver"))
        assert response["Content-Type"].partition(";")[0] == media_type


def test_an_article_may_be_kept_out_of_search_engines(client):
    shown, kept_out = ArticleFactory(), ArticleFactory(noindex=True)
    answers = [client.get(article.get_absolute_url()) for article in (shown, kept_out)]
    robots = [Page(answer).one("meta[@name='robots']").get("content") for answer in answers]
    assert robots == ["max-image-preview:large", "noindex"]
    assert [answer.get("X-Robots-Tag") for answer in answers] == [None, "noindex"]


# --- Safety --------------------------------------------------------------------------------------------------------


def test_nothing_breaks_out_of_the_script_or_the_attributes(request_):
    article = ArticleFactory(
        title=f'{EVIL}" onload="x', summary=f"{EVIL}\u2028&amp;", section=SectionFactory(name=EVIL)
    )
    data = metadata.article_metadata(request_, article)
    page = printed(data)
    tree = html5lib.parse(f"<!doctype html><head>{page}</head>", namespaceHTMLElements=False)
    scripts = tree.findall(".//script")
    assert [script.attrib for script in scripts] == [{"type": "application/ld+json"}] * 2
    assert [json.loads(script.text) for script in scripts] == list(data.json_ld)
    assert not re.search(r"<(?!/?(script|meta|link)\b)", page)
    contents = {element.attrib.get("property"): element.attrib for element in tree.iter("meta")}
    assert contents["og:title"] == {"property": "og:title", "content": article.title}


def test_article_page_prints_it(client):
    article = ArticleFactory(title=EVIL)
    page = client.get(article.get_absolute_url()).content.decode()
    assert page.count('type="application/ld+json"') == 2
    assert page.count('rel="canonical"') == 1
    assert "<script>alert" not in page


def test_few_queries_for_one_and_for_three(request_, django_assert_max_num_queries):
    article = ArticleFactory()
    chrome_of(request_)  # What stands around every page is known from then on.
    for count in (1, 3):
        while article.mentions.count() < count:
            MentionFactory(article=article)
            ImageFactory(article=article)
            article.authors.add(AuthorFactory())
        with django_assert_max_num_queries(5):
            metadata.article_metadata(request_, type(article).objects.select_related("section", "source").get())

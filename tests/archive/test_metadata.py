"""What pages say to other machines."""

import json
import re
from datetime import UTC, datetime

import html5lib
import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from archive import metadata
from archive.models import SiteSettings
from tests.factories import ArticleFactory, AuthorFactory, EntityFactory, ImageFactory, MentionFactory, SectionFactory

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
    article.authors.add(AuthorFactory(name="سلمى"))
    entity = EntityFactory(name="جنيف", name_latin="Geneva", kind="place", wikidata_id="Q71")
    MentionFactory(article=article, entity=entity)
    MentionFactory(article=article, confirmed=False)
    image = ImageFactory(article=article)
    data = metadata.article_metadata(request_, article)
    news, breadcrumbs = data.json_ld
    url = f"http://testserver{article.get_absolute_url()}"
    assert news.pop("dateModified") == article.updated_at.isoformat(timespec="seconds")
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
        "author": [{"@type": "Person", "name": "سلمى"}],
        "publisher": {"@type": "Organization", "name": "الميناء", "url": "https://example.org/"},
        "isBasedOn": "https://example.org/1",
        "image": [f"http://testserver{image.file.url}"],
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


def test_article_without_section_authors_summary_or_picture(request_):
    article = ArticleFactory(section=None, summary="", body="<p>رست السفينة.</p>")
    data = metadata.article_metadata(request_, article)
    assert data.description == "رست السفينة."
    assert data.json_ld[0]["author"] == [data.json_ld[0]["publisher"]]
    assert not data.has_picture
    assert "summary_large_image" not in printed(data)


def test_open_graph_of_an_article(request_):
    article = ArticleFactory(title="محادثات", summary="ملخص", section=SectionFactory(name="سياسة"))
    ImageFactory(article=article)
    data = metadata.article_metadata(request_, article)
    graph = dict(data.open_graph)
    assert (graph["og:type"], graph["og:title"], graph["og:description"]) == ("article", "محادثات", "ملخص")
    assert (graph["og:locale"], graph["article:section"]) == ("ar_AR", "سياسة")
    assert graph["og:image"].startswith("http://testserver/media/images/")
    assert (graph["og:image:width"], graph["og:image:height"]) == ("80", "50")
    assert data.has_picture


def test_front_page_says_how_to_search(request_):
    [website] = metadata.site_metadata(request_).json_ld
    assert website["name"] == "سِجِلّ"
    assert website["potentialAction"]["target"]["urlTemplate"] == ("http://testserver/search/?q={search_term_string}")


def test_other_pages_have_a_breadcrumb(request_):
    section = SectionFactory(name="سياسة", slug="سياسة")
    data = metadata.page_metadata(request_, title="سياسة", path=section.get_absolute_url())
    [breadcrumbs] = data.json_ld
    assert [step["name"] for step in breadcrumbs["itemListElement"]][1:] == ["سياسة"]
    assert data.url == f"http://testserver{section.get_absolute_url()}"


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


def test_the_same_number_of_queries_for_one_and_for_three(request_, django_assert_num_queries):
    article = ArticleFactory()
    for count in (1, 3):
        while article.mentions.count() < count:
            MentionFactory(article=article)
            ImageFactory(article=article)
            article.authors.add(AuthorFactory())
        with django_assert_num_queries(4):
            metadata.article_metadata(request_, type(article).objects.select_related("section", "source").get())

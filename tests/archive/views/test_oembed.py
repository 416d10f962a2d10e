"""oEmbed: how other sites show an article of this one."""

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import html5lib
import pytest
from django.utils import timezone

from archive.models import Article
from tests.archive.views.html import Page
from tests.factories import ArticleFactory, AuthorFactory, SectionFactory

pytestmark = pytest.mark.django_db

ODD_TITLE = 'قال: "نعم" </script><b>و</b> & (UN) 2011–2020'


def ask(client, url: str, **parameters):
    return client.get("/oembed", {"url": url, **parameters})


def full(article: Article) -> str:
    return f"http://testserver{article.get_absolute_url()}"


def test_an_article_is_a_quotation_with_its_picture(client):
    article = ArticleFactory(
        title=ODD_TITLE,
        summary="ملخص < &",
        source__name="الميناء",
        published_at=datetime(2017, 12, 21, 8, 30, tzinfo=UTC),
        date_precision="day",
    )
    author = AuthorFactory(name="سلمى")
    article.authors.add(author)
    answer = ask(client, full(article)).json()
    quotation = html5lib.parseFragment(answer.pop("html"), namespaceHTMLElements=False)
    assert answer == {
        "version": "1.0",
        "type": "rich",
        "title": ODD_TITLE,
        "author_name": "سلمى",
        "author_url": f"http://testserver{author.get_absolute_url()}",
        "provider_name": "سِجِلّ",
        "provider_url": "http://testserver/",
        "cache_age": 86400,
        "width": 600,
        "height": 300,
        "thumbnail_url": f"http://testserver/article/{article.pk}/card.png?v={int(article.updated_at.timestamp())}",
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }
    assert client.get(answer["thumbnail_url"].removeprefix("http://testserver")).status_code == 200
    (block,) = quotation
    assert (block.tag, block.get("cite")) == ("blockquote", full(article))
    assert (
        "".join(block.itertext()) == f"{ODD_TITLE}ملخص < &الميناء، سِجِلّ، ٢١\u00a0كانون\u00a0الأول (ديسمبر)\u00a0٢٠١٧"
    )
    assert [link.get("href") for link in block.iter("a")] == [full(article)]


def test_xml_says_the_same(client):
    article = ArticleFactory(title=f"{ODD_TITLE}\x01")
    response = ask(client, full(article), format="xml")
    found = {element.tag: element.text for element in ElementTree.fromstring(response.content)}
    said = ask(client, full(article), format="json").json()
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    assert found == {name: str(value).replace("\x01", "") for name, value in said.items()}


def test_by_its_short_address_too_and_however_it_is_written(client):
    article = ArticleFactory(title="محادثات جنيف")
    for url in (
        f"http://testserver/article/{article.pk}/",
        f"http://testserver{quote(article.get_absolute_url())}#a",
    ):
        assert ask(client, url).json()["title"] == "محادثات جنيف"


def test_it_takes_no_more_room_than_there_is(client):
    answer = ask(client, full(ArticleFactory()), maxwidth=320, maxheight=200).json()
    assert (answer["width"], answer["height"], "thumbnail_url" in answer) == (320, 200, False)


@pytest.mark.parametrize(
    "url",
    [
        "http://elsewhere.example/article/1/",
        "http://testserver/",
        "http://testserver/article/999999/",
        "http://testserver/nothing/at/all",
        "javascript://testserver/article/1/",
        "http://[broken/",
        "x",
    ],
)
def test_what_is_no_article_of_ours_is_not_found(client, url):
    assert ask(client, url).status_code == 404


@pytest.mark.parametrize("state", ["draft", "withdrawn", "scheduled"])
def test_what_readers_do_not_see_is_not_found(client, state):
    article = ArticleFactory(status=state, published_at=timezone.now() + timedelta(hours=1))
    assert ask(client, full(article)).status_code == 404


@pytest.mark.parametrize(
    ("parameters", "status"),
    [({}, 400), ({"url": ""}, 400), ({"url": "http://testserver/", "maxwidth": "wide"}, 400)],
)
def test_what_cannot_be_understood_is_a_bad_request(client, parameters, status):
    assert client.get("/oembed", parameters).status_code == status


def test_other_formats_are_not_implemented(client):
    assert ask(client, full(ArticleFactory()), format="yaml").status_code == 501


def test_scripts_of_other_sites_may_ask(client):
    assert ask(client, full(ArticleFactory()))["Access-Control-Allow-Origin"] == "*"


def test_an_article_says_where_to_ask(client):
    article = ArticleFactory(title=ODD_TITLE, section=SectionFactory(slug="سياسة"))
    page = Page(client.get(article.get_absolute_url()))
    links = {link.get("type"): link for link in page.all("link[@rel='alternate']") if "oembed" in link.get("href")}
    assert sorted(links) == ["application/json+oembed", "text/xml+oembed"]
    for media_type, link in links.items():
        response = client.get(link.get("href").removeprefix("http://testserver"))
        assert response["Content-Type"].partition(";")[0] == media_type.replace("+oembed", "")
        assert link.get("title") == ODD_TITLE

"""oEmbed: how other sites show an article of this one, or figures."""

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import html5lib
import pytest
from django.utils import timezone

from archive.models import Article, Dataset
from tests.archive.views.html import Page
from tests.factories import ArticleFactory, AuthorFactory, MeasureFactory, RegionFactory, SectionFactory
from tests.factories.statistics import figures, small_dataset

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


# --- Figures ---

FIGURES = "http://testserver/statistics/valley-fever/"


def test_figures_are_a_frame_with_what_the_address_asks_for(client):
    small_dataset()
    Dataset.objects.update(source_name="وزارة الصحة")
    answer = ask(client, f"{FIGURES}?region=LB&show=daily").json()
    frame = html5lib.parseFragment(answer.pop("html"), namespaceHTMLElements=False)[0]
    assert answer == {
        "version": "1.0",
        "type": "rich",
        "title": "حمّى الوادي",
        "author_name": "وزارة الصحة",
        "provider_name": "سِجِلّ",
        "provider_url": "http://testserver/",
        "cache_age": 86400,
        "width": 600,
        "height": 760,
    }
    assert dict(frame.attrib) == {
        "src": f"{FIGURES}embed/?region=LB&show=daily",
        "title": "حمّى الوادي",
        "width": "600",
        "height": "760",
        "loading": "lazy",
    }
    framed = client.get(frame.get("src"))
    assert "frame-ancestors *" in framed["Content-Security-Policy"]


def test_a_frame_takes_no_more_room_than_there_is(client):
    small_dataset()
    answer = ask(client, FIGURES, maxwidth=320, maxheight=400).json()
    assert (answer["width"], answer["height"]) == (320, 400)
    assert 'width="320" height="400"' in answer["html"]


def test_figures_by_an_arabic_address_and_with_an_odd_query(client):
    measure = MeasureFactory(dataset__slug="حمّى")
    figures(measure, RegionFactory(), [1])
    answer = ask(client, f'http://testserver/statistics/{quote("حمّى")}/?region="><script>').json()
    frame = html5lib.parseFragment(answer["html"], namespaceHTMLElements=False)
    assert [element.tag for element in frame.iter()][1:] == ["iframe"]
    assert client.get(frame[0].get("src")).status_code == 200


def test_figures_that_readers_do_not_see_or_that_there_are_none_of_are_not_found(client):
    dataset = small_dataset()
    assert ask(client, FIGURES).status_code == 200
    Dataset.objects.update(visible=False)
    assert ask(client, FIGURES).status_code == 404
    Dataset.objects.update(visible=True)
    dataset.measures.all().delete()
    assert ask(client, FIGURES).status_code == 404
    assert ask(client, f"{FIGURES}figures.csv").status_code == 404


def test_figures_say_where_to_ask_for_what_is_shown(client):
    small_dataset()
    page = Page(client.get("/statistics/valley-fever/", {"region": "LB"}))
    links = {
        link.get("type"): link.get("href")
        for link in page.all("link[@rel='alternate']")
        if "oembed" in link.get("href")
    }
    assert sorted(links) == ["application/json+oembed", "text/xml+oembed"]
    answer = client.get(links["application/json+oembed"].removeprefix("http://testserver")).json()
    assert f"{FIGURES}embed/?region=LB" in answer["html"]


def test_what_was_asked_for_is_new_when_the_figures_are_renamed(client):
    small_dataset()
    ask(client, FIGURES)
    Dataset.objects.update(name="اسم جديد")
    assert ask(client, FIGURES).json()["title"] == "اسم جديد"

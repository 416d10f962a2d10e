"""Old addresses lead to what is here now."""

import pytest

from archive.models import Redirect
from tests.factories import ArticleFactory, SourceFactory


@pytest.fixture
def article(db):
    return ArticleFactory(title="افتتاح الميناء")


def test_an_old_address_leads_to_its_article_for_good(client, article):
    Redirect.objects.create(old_path="/news/2017/12/port.html", article=article)
    response = client.get("/news/2017/12/port.html")

    assert (response.status_code, response.url) == (301, article.get_absolute_url())


def test_an_arabic_path_is_found_however_it_is_sent(client, article):
    Redirect.objects.create(old_path="/أخبار/ميناء", article=article)

    assert (
        client.get("/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/%D9%85%D9%8A%D9%86%D8%A7%D8%A1").url == article.get_absolute_url()
    )


def test_the_query_tells_pages_apart_where_a_redirect_has_one(client, article):
    other = ArticleFactory()
    Redirect.objects.create(old_path="/index.php?id=7", article=article)
    Redirect.objects.create(old_path="/index.php", article=other)

    assert client.get("/index.php?id=7").url == article.get_absolute_url()
    assert client.get("/index.php?id=8").url == other.get_absolute_url()
    assert client.get("/index.php").url == other.get_absolute_url()


def test_an_old_address_may_lead_to_a_page(client, db):
    Redirect.objects.create(old_path="/politics.html", new_path="/section/سياسة/")

    assert client.get("/politics.html").url == "/section/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9/"


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_what_readers_may_not_see_is_not_led_to(client, article, status):
    article.status = status
    article.save()
    Redirect.objects.create(old_path="/a.html", article=article)

    assert client.get("/a.html").status_code == 404


def test_original_addresses_of_a_source_lead_to_its_articles(client, db):
    source = SourceFactory(url="https://almina.example/")
    article = ArticleFactory(source=source, original_url="http://almina.example/2017/port.html?id=1")
    ArticleFactory(source=source, original_url="https://almina.example/draft.html", draft=True)

    assert client.get("/2017/port.html?id=1").url == article.get_absolute_url()
    assert client.get("/2017/port.html").status_code == 404
    assert client.get("/draft.html").status_code == 404


def test_original_addresses_of_this_host_lead_to_articles(client, article):
    article.original_url = "https://testserver/old/%D9%85%D9%8A%D9%86%D8%A7%D8%A1.html"
    article.save()

    assert client.get("/old/%D9%85%D9%8A%D9%86%D8%A7%D8%A1.html").url == article.get_absolute_url()


def test_what_is_here_is_never_led_away_and_nothing_else_is_sent(client, article):
    Redirect.objects.create(old_path="/about/", article=article)
    Redirect.objects.create(old_path="/gone.html", article=article)

    assert client.get("/about/").status_code == 200
    assert client.post("/gone.html").status_code == 404
    assert client.get("/api/v1/nothing").status_code == 404
    assert client.get("/nothing.html").status_code == 404

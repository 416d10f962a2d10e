"""Where a page tells that it was read: who is heard, and who is not."""

import pytest
from django.test import Client
from django.urls import reverse

from archive.models import ArticleRead
from archive.readership import RecentReaders
from archive.views import reads
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

READER = {
    "Origin": "http://testserver",
    "Sec-Fetch-Site": "same-origin",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
}


@pytest.fixture(autouse=True)
def nobody_yet(monkeypatch):
    monkeypatch.setattr(reads, "_recent", RecentReaders())


def tell(article, headers=READER, **extra) -> int:
    """The status of the answer to a page of ARTICLE that was read."""
    address = reverse("archive:article-read", args=[article.pk])
    # As a browser sends it: without a token.
    return Client(enforce_csrf_checks=True).post(address, headers=headers, **extra).status_code


def count() -> int:
    return sum(ArticleRead.objects.values_list("count", flat=True))


def test_a_reading_is_counted_and_nothing_is_set(client):
    article = ArticleFactory()
    assert (tell(article), count()) == (204, 1)
    response = client.post(reverse("archive:article-read", args=[article.pk]), headers=READER)
    assert (response.content, dict(response.cookies)) == (b"", {})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "headers",
    [
        READER | {"Sec-Fetch-Site": "cross-site"},
        READER | {"Sec-Fetch-Site": "same-site"},
        {"User-Agent": READER["User-Agent"]},
        {"User-Agent": READER["User-Agent"], "Origin": "https://elsewhere.example"},
        READER | {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        READER | {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/143.0.0.0 Safari/537.36"},
        READER | {"User-Agent": "curl/8.5.0"},
        READER | {"User-Agent": ""},
    ],
)
def test_other_sites_and_robots_are_not_counted(headers):
    assert (tell(ArticleFactory(), headers), count()) == (204, 0)


def test_browser_that_says_only_its_origin_is_counted():
    headers = {"User-Agent": READER["User-Agent"], "Origin": "http://testserver"}
    assert (tell(ArticleFactory(), headers), count()) == (204, 1)


def test_a_reader_counts_once():
    article = ArticleFactory()
    assert ([tell(article) for _ in range(3)], count()) == ([204] * 3, 1)


def test_readers_behind_our_proxy_are_told_apart(settings):
    article = ArticleFactory()
    for proxy, total in ((None, 1), ("HTTP_X_FORWARDED_PROTO", 3)):
        settings.SECURE_PROXY_SSL_HEADER = (proxy, "https") if proxy else None
        for address in ("198.51.100.7, 192.0.2.1", "198.51.100.7, 192.0.2.2"):
            tell(article, READER | {"X-Forwarded-For": address})
        assert count() == total


def test_it_is_told_by_post_only(client):
    assert client.get(reverse("archive:article-read", args=[ArticleFactory().pk])).status_code == 405


def test_number_of_no_article_is_answered_alike():
    article = ArticleFactory.build(pk=10**18)
    assert (tell(article), count()) == (204, 0)


def test_article_page_says_where_to_tell_and_a_preview_does_not(see, admin_client):
    article = ArticleFactory()
    address = reverse("archive:article-read", args=[article.pk])
    told = [script.get("data-read") for script in see(article.get_absolute_url()).all("script")]
    assert address in told
    preview = admin_client.get(reverse("archive:article-preview", args=[article.pk])).content.decode()
    assert address not in preview


def test_front_page_ranks_what_is_read_most(see, monkeypatch):
    monkeypatch.setattr("archive.readership.FEWEST_READINGS", 1)
    articles = ArticleFactory.create_batch(3)
    assert "الأكثر قراءة" not in see("/").html
    for times, article in enumerate(articles, start=1):
        for reader in range(times):
            tell(article, REMOTE_ADDR=f"192.0.2.{reader}")
    titles = see("/").texts("main//ol[@class='ranking']//h3")
    assert titles == [article.title for article in reversed(articles)]

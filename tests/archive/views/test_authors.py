"""The page of an author."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from archive.pagination import ARTICLES_PER_PAGE
from tests.factories import ArticleFactory, AuthorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    """One who signed two articles, and a draft."""
    author = AuthorFactory(name="سلمى الخوري", name_latin="Salma Khoury")
    for year in (2016, 2017):
        ArticleFactory(title=f"خبر {year}", published_at=datetime(year, 1, 1, tzinfo=UTC)).authors.add(author)
    ArticleFactory(title="مسودة", draft=True).authors.add(author)
    return author


def test_it_lists_what_they_signed_newest_first(client, author):
    ArticleFactory(title="لغيرها").authors.add(AuthorFactory())
    page = client.get(author.get_absolute_url())
    assert [article.title for article in page.context["articles"]] == ["خبر 2017", "خبر 2016"]
    assert page.context["count"] == 2
    assert "Salma Khoury" in page.content.decode()


def test_other_addresses_lead_to_it(client, author):
    for address in (f"/author/{author.pk}/", f"/author/{author.pk}/غيرها/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (301, author.get_absolute_url())


def test_who_signed_nothing_that_readers_see_has_no_page(client):
    unknown, of_a_draft = AuthorFactory(), AuthorFactory()
    ArticleFactory(draft=True).authors.add(of_a_draft)
    for author in (unknown, of_a_draft):
        assert client.get(author.get_absolute_url()).status_code == 404
        assert client.get(reverse("archive:author-rss", args=[author.pk])).status_code == 404


def test_a_byline_leads_to_its_author(client, author):
    article = author.articles.published().first()
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'<a href="{author.get_absolute_url()}" rel="author"><bdi>سلمى الخوري</bdi></a>' in page


def test_a_long_list_goes_on(client, author):
    for _ in range(ARTICLES_PER_PAGE):
        ArticleFactory().authors.add(author)
    first = client.get(author.get_absolute_url())
    second = client.get(author.get_absolute_url() + first.context["older_url"])
    assert [len(page.context["articles"]) for page in (first, second)] == [ARTICLES_PER_PAGE, 2]
    assert second.context["metadata"].url.endswith(first.context["older_url"])


def test_as_many_questions_for_thirty_articles_as_for_one(author, query_count):
    few = query_count(author.get_absolute_url())
    for _ in range(15):
        ArticleFactory().authors.add(author)
    assert query_count(author.get_absolute_url()) == few

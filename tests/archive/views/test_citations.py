"""An article's citation as files, and on its page."""

import json

import pytest
from django.urls import reverse

from archive.models import Article
from tests.archive.views.html import text
from tests.factories import ArticleFactory, AuthorFactory

pytestmark = pytest.mark.django_db


def address(article, file_type: str) -> str:
    return reverse("archive:article-citation", args=[article.pk, file_type])


@pytest.mark.parametrize(
    ("file_type", "media_type", "begins"),
    [
        ("bib", "application/x-bibtex", "@article{sijill"),
        ("ris", "application/x-research-info-systems", "TY  - NEWS\r\n"),
        ("json", "application/vnd.citationstyles.csl+json", "["),
    ],
)
def test_files(client, article, file_type, media_type, begins):
    path = address(article, file_type)
    assert path == f"/article/{article.pk}/cite.{file_type}"
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == f"{media_type}; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="article-{article.pk}.{file_type}"'
    assert response["X-Robots-Tag"] == "noindex"
    content = response.content.decode()
    assert content.startswith(begins)
    assert f"http://testserver/article/{article.pk}/" in content


def test_there_are_no_other_files(client, article):
    assert client.get(address(article, "pdf")).status_code == 404
    assert client.post(address(article, "bib")).status_code == 405


def test_withdrawn_article_is_gone_and_one_never_seen_is_not_found(client, article):
    Article.objects.filter(pk=article.pk).update(status="withdrawn")
    for file_type in ("bib", "ris", "json"):
        response = client.get(address(article, file_type))
        assert response.status_code == 410
        assert article.title not in response.content.decode()
        assert client.get(address(ArticleFactory(draft=True), file_type)).status_code == 404


def test_page_offers_the_files_and_says_the_same_in_its_head(see, client):
    article = ArticleFactory(title='خبر "و" <b>')
    article.authors.add(AuthorFactory(name="هالة & منذر"))
    page = see(article.get_absolute_url())
    ways = page.all("div[@class='citation-ways']/a")
    assert [(way.get("href"), text(way)) for way in ways] == [
        (address(article, "bib"), "BibTeX"),
        (address(article, "ris"), "RIS"),
        (address(article, "json"), "CSL-JSON"),
    ]
    tags = {meta.get("name"): meta.get("content") for meta in page.all("head/meta")}
    (item,) = json.loads(client.get(ways[2].get("href")).content)
    assert (tags["citation_title"], tags["DC.title"]) == (item["title"],) * 2 == ('خبر "و" <b>',) * 2
    assert tags["citation_author"] == tags["DC.creator"] == item["author"][0]["literal"] == "هالة & منذر"
    assert tags["citation_publication_date"] == "2017/12/21"
    assert [link.get("href") for link in page.all("head/link[@rel='cite-as']")] == [item["URL"]]


def test_other_pages_have_no_tags_to_cite_them_by(see, article):
    names = [meta.get("name") or "" for meta in see("/").all("head/meta")]
    assert [name for name in names if name.startswith(("citation_", "DC."))] == []

"""Changes of published articles: when and what, never what was written in secret."""

import pytest

from archive.api.versions import article_versions
from archive.models import Article
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def changes(article):
    article.refresh_from_db()
    return [version.fields for version in article_versions(article)]


def test_new_article_has_no_versions(article):
    assert changes(article) == []


def test_changes_are_listed_latest_first(article):
    Article.objects.filter(pk=article.pk).update(title="عنوان مصحح", kicker="تصحيح")
    Article.objects.filter(pk=article.pk).update(body="<p>نص مصحح</p>")
    assert changes(article) == [["body"], ["title", "kicker"]]
    first, second = article_versions(article)
    assert first.at >= second.at


def test_work_before_publication_is_not_told():
    article = ArticleFactory(draft=True)
    Article.objects.filter(pk=article.pk).update(title="محاولة أخرى")
    Article.objects.filter(pk=article.pk).update(status=Article.Status.PUBLISHED)
    assert changes(article) == []


def test_internal_fields_are_not_told(article):
    Article.objects.filter(pk=article.pk).update(external_id="x-1", importance=2)
    assert changes(article) == []


def test_work_while_withdrawn_is_one_change_with_the_return(article):
    for fields in (
        {"status": Article.Status.WITHDRAWN},
        {"title": "محاولة"},
        {"title": "عنوان أخير"},
        {"status": Article.Status.PUBLISHED},
    ):
        Article.objects.filter(pk=article.pk).update(**fields)
    assert changes(article) == [["title"]]


def test_api_tells_times_and_fields_only(client, article):
    Article.objects.filter(pk=article.pk).update(title="عنوان مصحح")
    [version] = client.get(f"/api/v1/articles/{article.pk}").json()["versions"]
    assert version["fields"] == ["title"]
    assert set(version) == {"at", "fields"}
    assert version["at"].endswith("Z")

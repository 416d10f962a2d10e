import pytest
from django.urls import reverse

from archive.models import Article
from tests.factories import ArticleFactory


def versions(article: Article) -> str:
    return reverse("admin:archive_article_versions", args=[article.pk])


def test_versions_tell_who_changed_what(editor, article_data):
    article = ArticleFactory(draft=True, title="عنوان قديم", body="<p>فقرة باقية.</p><p>فقرة زالت.</p>")
    data = article_data(
        title="عنوان جديد",
        body="<p>فقرة باقية.</p><p>فقرة جاءت.</p>",
        source=article.source_id,
        section=article.section_id,
        summary=article.summary,
        published_at_0="2017-12-21",
        published_at_1="10:30",
    )
    editor.post(reverse("admin:archive_article_change", args=[article.pk]), data)
    [version] = editor.get(versions(article)).context["versions"]

    assert version.user == "editor"
    assert [(change.field, change.before, change.after, change.paragraphs) for change in version.changes[:2]] == [
        ("العنوان", "عنوان قديم", "عنوان جديد", []),
        ("المتن", "", "", [("del", "فقرة زالت."), ("ins", "فقرة جاءت.")]),
    ]


def test_changes_by_no_account_are_told_too(editor):
    article = ArticleFactory(status=Article.Status.DRAFT)
    Article.objects.update(status=Article.Status.PUBLISHED)
    response = editor.get(versions(article))
    [version] = response.context["versions"]

    assert (version.user, version.changes) == ("", [("الحالة", "مسودة", "منشور", [])])
    assert "من غير حساب" in response.content.decode()


def test_an_article_never_changed_says_so(editor):
    assert "لم يتغيّر هذا الخبر منذ دخوله." in editor.get(versions(ArticleFactory())).content.decode()


def test_pages_of_versions_fit_together(editor):
    article = ArticleFactory(title="عنوان 0")
    for number in range(1, 24):
        Article.objects.filter(pk=article.pk).update(title=f"عنوان {number}")
    pages = [editor.get(versions(article), {"p": page}).context["versions"] for page in (1, 2)]

    assert [version.changes[0].after for page in pages for version in page] == [
        f"عنوان {number}" for number in range(23, 0, -1)
    ]


@pytest.mark.parametrize("name", ["porter"])
def test_versions_need_the_right_to_see_the_article(client, django_user_model, name):
    client.force_login(django_user_model.objects.create_user(name, is_staff=True))

    assert client.get(versions(ArticleFactory())).status_code == 403

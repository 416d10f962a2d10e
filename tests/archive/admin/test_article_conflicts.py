"""Two editors in one article: nobody's work is written over unseen."""

import pytest
from django.urls import reverse

from archive.models import Article
from tests.archive.admin.test_article import change
from tests.factories import ArticleFactory, AuthorFactory, SectionFactory


@pytest.fixture
def article(article_data):
    data = article_data()
    return ArticleFactory(
        draft=True,
        title="عنوان أول",
        summary="",
        body="<p>نص أول.</p>",
        section_id=data["section"],
        source_id=data["source"],
        collected_at="2020-01-01T10:00Z",
    )


def opened(client, article: Article, article_data) -> dict:
    """What the form of ARTICLE holds when it is opned now, as it would be sent."""
    form = client.get(change(article)).context["adminform"].form
    names = ("title", "summary", "body", "section", "source")
    date, time = form.initial["published_at"]
    return article_data(
        **{name: form.initial[name] for name in names},
        published_at_0=date,
        published_at_1=time,
        version=form.initial["version"],
    )


def errors(response) -> dict:
    return response.context["adminform"].form.errors if response.context else {}


def test_the_second_is_told_of_the_first_and_nothing_is_written_over(editor, admin, article, article_data):
    first, second = opened(editor, article, article_data), opened(admin, article, article_data)
    editor.post(change(article), first | {"title": "عنوان المحرر"})
    response = admin.post(change(article), second | {"title": "عنوان المدير"})
    article.refresh_from_db()

    assert article.title == "عنوان المحرر"
    [told] = errors(response)["__all__"]
    assert "editor" in told
    assert errors(response)["title"] == ["كتب غيرك هنا: «عنوان المحرر»"]
    form = response.context["adminform"].form
    assert form["title"].value() == "عنوان المدير"
    assert reverse("admin:archive_article_comparison", args=[article.pk]) in told

    # Whoever has seen it may save over it.
    admin.post(change(article), second | {"title": "عنوان المدير", "version": form["version"].value()})
    article.refresh_from_db()
    assert article.title == "عنوان المدير"


def test_what_only_the_first_changed_is_taken_over(editor, admin, article, article_data):
    first, second = opened(editor, article, article_data), opened(admin, article, article_data)
    section = SectionFactory()
    other_date = {"published_at_0": "2018-05-01", "published_at_1": "10:00"}
    editor.post(change(article), first | {"title": "عنوان المحرر", "section": section.pk} | other_date)
    response = admin.post(change(article), second | {"body": "<p>نص المدير.</p>"})
    form = response.context["adminform"].form

    assert list(form.errors) == ["__all__"]
    shown = {name: form[name].value() for name in ("title", "section", "body", "published_at")}
    assert shown == {
        "title": "عنوان المحرر",
        "section": str(section.pk),
        "body": "<p>نص المدير.</p>",
        "published_at": ["2018-05-01", "10:00"],
    }


def test_a_change_by_no_form_is_noticed_too(editor, article, article_data):
    data = opened(editor, article, article_data)
    Article.objects.filter(pk=article.pk).update(title="عنوان من الاستيراد")
    response = editor.post(change(article), data | {"title": "عنوان المحرر"})

    assert "title" in errors(response)


def test_authors_that_both_changed_are_shown(editor, admin, article, article_data):
    first, second = opened(editor, article, article_data), opened(admin, article, article_data)
    salma, jane = AuthorFactory(name="سلمى أحمد"), AuthorFactory(name="جين دو")
    editor.post(change(article), first | {"authors": [salma.pk]})
    response = admin.post(change(article), second | {"authors": [jane.pk]})

    assert errors(response)["authors"] == ["كتب غيرك هنا: «سلمى أحمد»"]


def test_authors_that_one_changed_are_taken_over(editor, admin, article, article_data):
    salma, jane = AuthorFactory(name="سلمى أحمد"), AuthorFactory(name="جين دو")
    article.authors.set([salma])
    data = {"authors": [salma.pk]}
    first, second = opened(editor, article, article_data) | data, opened(admin, article, article_data) | data
    editor.post(change(article), first | {"authors": [salma.pk, jane.pk]})
    response = admin.post(change(article), second | {"title": "عنوان المدير"})
    form = response.context["adminform"].form

    assert "authors" not in errors(response)
    assert sorted(map(int, form["authors"].value())) == sorted([salma.pk, jane.pk])


def test_authors_of_both_are_shown_where_the_version_does_not_know_them(editor, admin, article, article_data):
    first, second = opened(editor, article, article_data), opened(admin, article, article_data)
    salma = AuthorFactory(name="سلمى أحمد")
    editor.post(change(article), first | {"authors": [salma.pk]})
    article.events.update(attached=None)
    response = admin.post(change(article), second)

    assert errors(response)["authors"] == ["كتب غيرك هنا: «سلمى أحمد»"]


def test_one_alone_saves_again_and_again(editor, article, article_data):
    for title in ("عنوان ثانٍ", "عنوان ثالث"):
        response = editor.post(change(article), opened(editor, article, article_data) | {"title": title})
        assert response.status_code == 302
    article.refresh_from_db()

    assert article.title == "عنوان ثالث"


def test_who_else_has_it_open_is_said_without_any_script(editor, chief, writer, article):
    editor.get(change(article))
    response = chief.get(change(article))
    assert "editor" in response.context["others_here"]
    assert response.context["others_here"] in response.content.decode()

    address = reverse("admin:archive_article_presence", args=[article.pk])
    assert "chief" in editor.post(address).json()["others"]
    chief.post(address, {"left": "1"})
    assert editor.post(address).json() == {"others": ""}


def test_whoever_may_not_change_it_is_nobody_there(writer, editor):
    article = ArticleFactory()
    writer.get(change(article))

    assert writer.post(reverse("admin:archive_article_presence", args=[article.pk])).status_code == 403
    assert editor.get(change(article)).context["others_here"] == ""

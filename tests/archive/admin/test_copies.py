"""Copies of an article in its form: seen, and parted for good."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from archive.copies.finding import find_copies
from archive.models import Article, ArticleCopy
from archive.newsroom.worklists import WORK_LISTS
from tests.archive.beside import copies
from tests.archive.copies.texts import text
from tests.factories import ArticleFactory, CaptureFactory, SourceFactory


@pytest.fixture
def printed_twice(db) -> tuple[Article, Article]:
    articles = tuple(
        # Midnight at the site, by its own clock.
        ArticleFactory(
            body=f"<p>{text(1)}</p>",
            source=SourceFactory(name=name),
            published_at=datetime(2018, 3, 2, 22, tzinfo=UTC),
            date_precision="day",
        )
        for name in ("الوادي", "الساحل")
    )
    find_copies([article.pk for article in articles])
    return articles


def form(article: Article) -> str:
    return reverse("admin:archive_article_change", args=[article.pk])


def decided(article_data, article: Article, *boxes: str) -> dict:
    """What the form of ARTICLE sends with BOXES ticked beside its copies."""
    return article_data(body=article.body, status="published") | {
        "copies-TOTAL_FORMS": "1",
        "copies-INITIAL_FORMS": "1",
        "copies-0-id": ArticleCopy.objects.get(article=article).pk,
        "copies-0-article": article.pk,
        **{f"copies-0-{box}": "on" for box in boxes},
    }


def test_an_editor_sees_them_and_parts_them_for_good(editor, article_data, printed_twice):
    article, other = printed_twice
    assert copies(article) == [other]
    html = editor.get(form(article)).content.decode()
    assert form(other) in html
    assert re.findall("<bdi>(.{1,20})</bdi>، <bdi>(.{1,30})</bdi>", html) == [("الساحل", "٣\xa0آذار\xa0٢٠١٨")]

    assert editor.post(form(article), decided(article_data, article, "refused")).status_code == 302
    assert (copies(article), copies(other)) == ([], [])
    find_copies([article.pk, other.pk])
    assert (copies(article), copies(other)) == ([], [])


def test_an_editor_says_that_a_near_copy_is_one(editor, article_data, printed_twice):
    article, other = printed_twice
    ArticleCopy.objects.filter(article=article).update(likeness=0.7)
    near = WORK_LISTS["copies"]
    assert list(near.articles()) == [article]
    # Both at once is neither.
    both = editor.post(form(article), decided(article_data, article, "refused", "confirmed"))
    assert "إما أن يكون نسخة أو لا يكون." in both.content.decode()
    assert editor.post(form(article), decided(article_data, article, "confirmed")).status_code == 302
    assert list(near.articles()) == []
    find_copies([article.pk, other.pk])
    assert (copies(article), list(near.articles())) == ([other], [])


def test_a_text_that_an_editor_writes_finds_its_copies(editor, article_data, printed_twice):
    article = ArticleFactory()
    editor.post(form(article), article_data(body=f"<p>{text(1)}</p>", status="published"))
    assert copies(article) == list(printed_twice)


def test_writers_part_nothing(writer, printed_twice):
    article, _other = printed_twice
    Article.objects.update(status="draft")
    assert "copies-TOTAL_FORMS" not in writer.get(form(article)).content.decode()


def test_the_form_tells_what_it_was_read_from_and_by_what(editor, db):
    capture = CaptureFactory()
    article = ArticleFactory(capture=capture)
    article.imported_records.create(source=article.source, key="1", digest="1", capture=capture, reader="jsonl 3")
    html = editor.get(form(article)).content.decode()
    assert "<bdi>JSON Lines</bdi>، <bdi>إصدار قارئها ٣</bdi>" in html
    assert reverse("admin:archive_capture_download", args=[capture.pk]) in html


def test_an_article_that_has_copies_is_deleted_like_any_other(editor, printed_twice):
    article, other = printed_twice
    url = reverse("admin:archive_article_delete", args=[article.pk])
    html = editor.get(url).content.decode()
    assert "مفاتيح" not in html
    assert editor.post(url, {"post": "yes"}).status_code == 302
    assert (list(Article.objects.all()), copies(other)) == ([other], [])

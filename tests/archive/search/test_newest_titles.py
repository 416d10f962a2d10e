"""The newest titles in memory: never older than what is committed, and found as the database would find them."""

from datetime import UTC, datetime

import pytest

from archive.asking import answer
from archive.models import Article
from archive.search import newest_titles as module
from archive.search.newest_titles import NewestTitle, NewestTitles, newest_titles
from tests.factories import ArticleFactory

TITLES = NewestTitles(
    (NewestTitle(importance, second, number, f"عنوان {number}", "slug"), key)
    for number, (importance, second, key) in enumerate(
        [(0, 30, "محادثات جنيف"), (0, 40, "جنيف"), (1, 10, "وفد جنيف"), (0, 50, "مجلس الامن"), (0, 20, "الجنيف وفد")]
    )
)


@pytest.mark.parametrize(
    ("beginnings", "found"),
    [
        ([["جني"]], [2, 1, 0]),
        ([["جني", "الجني"]], [2, 1, 0, 4]),
        ([["جنيف"], ["وف"]], [2]),
        ([["جنيف", "الجنيف"], ["وفد"]], [2, 4]),
        ([["نيف"]], []),
        ([["جنيف وفد"]], []),
        ([["ا.من"]], []),
        ([], []),
    ],
)
def test_titles_are_found_by_the_beginnings_of_their_words_the_important_first(beginnings, found):
    assert [title.article_id for title in TITLES.with_words(beginnings, at=60)] == found


def test_what_is_listed_later_waits():
    assert [title.article_id for title in TITLES.with_words([["جنيف"]], at=35)] == [2, 0]
    assert NewestTitles().with_words([["جنيف"]], at=60) == []


def found(count: int = 10) -> list[str]:
    return [title.title for title in answer(newest_titles(count)).with_words([["جنيف"]], at=1e12)]


@pytest.mark.django_db
def test_a_change_is_seen_at_once(django_assert_num_queries):
    article = ArticleFactory(title="جنيف")
    ArticleFactory(title="جنيف قديمة", published_at=datetime(2001, 1, 1, tzinfo=UTC))
    assert found() == ["جنيف", "جنيف قديمة"]
    with django_assert_num_queries(1):
        assert found() == ["جنيف", "جنيف قديمة"]
    assert found(count=1) == ["جنيف"]
    assert found() == ["جنيف", "جنيف قديمة"]

    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN)
    assert found() == ["جنيف قديمة"]
    ArticleFactory(title="جنيف الجديدة")
    assert found() == ["جنيف الجديدة", "جنيف قديمة"]


@pytest.mark.django_db
def test_where_nothing_tells_of_changes_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(module, "KIND", "nothing")
    assert found() == []
    ArticleFactory(title="جنيف")
    assert found() == ["جنيف"]

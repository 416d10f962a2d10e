import pytest
from django.core.management import call_command

from archive.models import SearchStatistics
from archive.search.statistics import USUAL_LENGTH, read_statistics, words_need_counting
from archive.search.terms import LevelTerm
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

GENEVA, TRUCE = LevelTerm("s", "جنيف"), LevelTerm("s", "هدن")


def articles(count, title="جنيف"):
    return [ArticleFactory(title=title, summary="", body="<p>نص</p>") for _ in range(count)]


def test_before_any_count_all_words_are_alike():
    articles(2)
    statistics = read_statistics([GENEVA, TRUCE])

    assert (statistics.article_count, statistics.average_length) == (1, USUAL_LENGTH)
    assert {term.article_count for term in statistics.terms.values()} == {1}


def test_words_are_counted_by_article_and_tier():
    published = articles(3)[0].published_at
    ArticleFactory(title="هدنة في جنيف", summary="", body="", published_at=None, date_precision="unknown")
    call_command("count_words")

    statistics = read_statistics([GENEVA, TRUCE])

    assert (statistics.article_count, statistics.average_length) == (4, (3 * 2 + 3) / 4)
    assert statistics.months == {12_000: 1, published.year * 12 + published.month - 1: 3}
    assert statistics.terms[GENEVA].article_count == 4
    assert sum(statistics.terms[GENEVA].tier_counts) == 4
    # A word of one article is not kept: one is what is assumed of a word that nothing is known of.
    assert statistics.terms[TRUCE].article_count == 1


def test_counting_is_needed_when_the_archive_has_changed():
    assert not words_need_counting()
    articles(20)
    assert words_need_counting()
    call_command("count_words", if_needed=True)
    assert SearchStatistics.objects.get().article_count == 20
    articles(1)
    assert not words_need_counting()
    articles(1)
    assert words_need_counting()

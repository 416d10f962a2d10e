import pytest
from django.core.management import call_command
from django.forms import model_to_dict

from archive.models import Article, SearchStatistics
from archive.search.statistics import USUAL_LENGTH, read_statistics, words_need_counting
from archive.search.terms import LevelTerm
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

COPIED = ["title", "body", "status", "published_at"]
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
    # A word of one article is not kept: one is what is assumed of a word that nothing is known of.
    assert statistics.terms[TRUCE].article_count == 1


def test_only_common_words_have_tiers():
    first, second = articles(1)[0], articles(1, title="هدنة")[0]
    for one, count in ((first, 500), (second, 499)):
        copies = [Article(**{**model_to_dict(one, COPIED), "source": one.source}) for _ in range(count)]
        Article.objects.bulk_create(copies)
    call_command("count_words")

    terms = read_statistics([GENEVA, TRUCE]).terms

    assert [terms[term].article_count for term in (GENEVA, TRUCE)] == [501, 500]
    assert [sum(terms[term].tier_counts) for term in (GENEVA, TRUCE)] == [501, 0]


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

"""Company: what the other words of a query say of one."""

import pytest

from archive.models import Article
from archive.search.statistics import count_words
from archive.search.terms import forms
from archive.search.word_company import company_scores
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def articles(*titles, times=20, **fields):
    for title in titles:
        for _ in range(times):
            ArticleFactory(**({"title": title, "summary": "", "body": ""} | fields))
    count_words()


def scores(candidates, before="", after=""):
    """The scores of CANDIDATES between the words BEFORE and AFTER, in their order."""
    query = [*forms(before), *forms("كلمة"), *forms(after)]
    found = company_scores(forms(candidates), query, len(forms(before)))
    return [found.get(word, 0) for word in forms(candidates)]


def test_a_word_gains_by_the_company_it_keeps():
    articles("مجلس وزراء الأمن", "مجلد وصور التاريخ")
    council, volume = scores("مجلس مجلد", after="الأمن")

    assert council > 0 > volume


def test_the_form_that_stands_there_gains_more_than_another_of_the_word():
    articles("مجلس وزراء الأمن", "المجلس وزراء")
    bare, defined = scores("مجلس المجلس", after="الأمن")

    assert bare > defined


def test_a_neighbour_gains_more_than_a_word_that_stands_apart():
    articles("مجلس الأمن وقرار", "أخبار")
    neighbour, apart, elsewhere = scores("مجلس قرار أخبار", after="الأمن")

    assert neighbour > apart > elsewhere


def test_neighbours_stand_in_the_order_of_the_query():
    articles("مجلس الأمن يعقد", "أخبار")
    [in_order], [turned] = scores("يعقد", before="الأمن"), scores("يعقد", after="الأمن")

    assert in_order > turned


def test_a_neighbour_counts_though_other_words_are_rarer():
    articles("مجلس الأمن", "قرار يهم الأمن", "الأمن", "أخبار")
    articles("جنيف", "فيينا", times=5)
    neighbour, apart = scores("مجلس قرار", after="الأمن جنيف فيينا")

    assert neighbour > apart


def test_with_two_words_it_counts_to_stand_with_both():
    articles("مجلس الأمن الدولي", "مجلد الأمن وكتاب", "مجلد الدولي وكتاب")
    both, either = scores("مجلس مجلد", after="الأمن ... الدولي")

    assert both > either


@pytest.mark.parametrize("after", ["", "مجهولة"])
def test_without_company_that_the_archive_knows_nothing_is_said(after):
    articles("مجلس الأمن")

    assert scores("مجلس مجلد", after=after) == [0, 0]


def test_hidden_articles_say_nothing():
    articles("مجلد", "الأمن")
    articles("مجلس")
    before = scores("مجلس مجلد", after="الأمن")
    articles("مجلس الأمن", times=5, status=Article.Status.DRAFT)

    assert scores("مجلس مجلد", after="الأمن") == pytest.approx(before, abs=0.3)

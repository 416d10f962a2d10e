"""Guesses of how many articles answer a query, from how many have its words."""

import pytest

from archive.search.expectation import COMPANY, IN_ORDER, Expectation
from archive.search.parser import parse
from archive.search.statistics import NO_TIERS, Statistics, TermStatistics

COUNTS = {"جنيف": 1_000, "هدنة": 10_000, "قال": 50_000, "الرئيس": 40_000}
ARTICLES = 100_000


def expectation(text: str) -> Expectation:
    query = parse(text)
    terms = {
        word.stem_term: TermStatistics((number,), COUNTS[word.typed], NO_TIERS)
        for number, word in enumerate(query.words)
    }
    return Expectation(query, Statistics(ARTICLES, 240, {}, terms))


@pytest.mark.parametrize(
    ("text", "with_all", "with_any"),
    [
        ("جنيف", 1_000, 1_000),
        ("جنيف هدنة", 100 * COMPANY, 10_900),
        ("قال الرئيس", 40_000, 70_000),
        ("قال OR الرئيس", 70_000, 70_000),
        ("جنيف (قال OR الرئيس)", 1_000, 70_300),
        ('"جنيف هدنة"', 100 * COMPANY * IN_ORDER, 100 * COMPANY * IN_ORDER),
        ("قال -الرئيس", 50_000, 50_000),
        ("قال جن*", 50_000, 50_000),
        ("جن*", ARTICLES, ARTICLES),
        ("", ARTICLES, ARTICLES),
    ],
)
def test_words_keep_company_and_alternatives_add_up(text, with_all, with_any):
    guess = expectation(text)

    assert (guess.with_all, guess.with_any) == (pytest.approx(with_all), pytest.approx(with_any))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("جنيف هدنة", 0),
        ('"هدنة قال"', 5_000),
        ('"هدنة قال"~3', 5_000),
        ('"هدنة قال" جنيف', 50),
        # A pair that the index knows.
        ('"قال الرئيس"', 20_000 * IN_ORDER),
        ('"هدنة قال" OR "هدنة الرئيس"', 9_000),
        ('-"قال الرئيس" جنيف', 0),
    ],
)
def test_articles_are_read_for_places_that_the_index_does_not_know(text, read):
    assert expectation(text).read_for_all == pytest.approx(read)


def test_of_parts_each_is_read_for_by_itself():
    assert expectation('"هدنة قال" "هدنة الرئيس"').read_for_any == pytest.approx(9_000)


def test_what_was_found_corrects_the_guess():
    assert expectation('"قال الرئيس"').share_found(2_000) == pytest.approx(0.1)
    assert expectation('"قال الرئيس"').share_found(0) == pytest.approx(1 / 20_000)
    assert expectation("قال الرئيس").share_found(2_000) == 1

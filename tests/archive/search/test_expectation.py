"""Guesses of how many articles answer a query, from how many have its words."""

from dataclasses import replace
from datetime import date

import pytest

from archive.search.expectation import COMPANY, IN_ORDER, Expectation
from archive.search.filters import MAX_FILED_MONTHS, SearchFilters
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


def test_of_a_share_of_the_archive_a_share_is_expected():
    tenth = replace(expectation('"قال الرئيس" هدنة'), share=0.1)
    whole = expectation('"قال الرئيس" هدنة')

    assert tenth.with_all == pytest.approx(whole.with_all / 10)
    assert tenth.with_any == pytest.approx(whole.with_any / 10)
    assert tenth.read_for_all == pytest.approx(whole.read_for_all / 10)
    assert replace(expectation('"قال الرئيس"'), share=0.1).share_found(200) == pytest.approx(0.1)


def test_the_share_of_a_period_is_that_of_the_months_that_hold_it():
    months = {2017 * 12 + month: 10 for month in range(12)} | {2016 * 12: 280}
    statistics = Statistics(400, 240, months, {})

    def period(first, last):
        return SearchFilters(date_from=first, date_to=last)

    # In Beirut, a month begins in that of UTC before.
    assert period(date(2017, 3, 1), date(2017, 4, 30)).months == [2017 * 12 + month for month in (1, 2, 3)]
    assert period(date(2017, 3, 1), date(2017, 4, 30)).share(statistics) == 30 / 400
    assert period(date(2015, 1, 1), date(2015, 1, 31)).share(statistics) == 1
    assert period(date(1, 1, 1), date(1, 1, 31)).months == period(None, date(2017, 1, 1)).months == []
    assert len(period(date(2014, 1, 1), date(2016, 12, 31)).months) == MAX_FILED_MONTHS
    assert period(date(2013, 12, 1), date(2016, 12, 31)).months == []

"""What of an address can be used, and the sentence for what cannot."""

from datetime import date

import pytest
from django.utils import translation

from archive.forms import SearchForm
from archive.search.engine import Sort

pytestmark = pytest.mark.django_db
FROM_IS_NO_DATE = "The beginning of the period is no date: write it as 2017-12-21, 2017-12 or 2017."


def problems(language="en", **parameters) -> dict[str, str]:
    with translation.override(language):
        return {problem.field: problem.message for problem in SearchForm(parameters).problems()}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("q", "a\0b", "The query holds a character that is no text."),
        ("q", "س" * 1001, "The query may be 1000 characters long at most."),
        ("q", "؟!", "The query holds no word to search for."),
        ("section", "nope", "There is no such section."),
        ("source", "nope", "There is no such source."),
        ("source", "\0", "There is no such source."),
        ("entity", "abc", "There is no such name."),
        ("entity", "9" * 5000, "There is no such name."),
        ("entity", "9" * 19, "There is no such name."),
        ("from", "x", FROM_IS_NO_DATE),
        ("to", "2017-02-30", "The end of the period is no date: write it as 2017-12-21, 2017-12 or 2017."),
        ("sort", "zz", "Results are sorted by relevance, newest or oldest."),
        ("more", "zz", "There is no such list of filters."),
        ("page", "-1", "The page must be a whole number, counted from 1."),
        ("page", "x", "The page must be a whole number, counted from 1."),
        ("page_size", "x", "The page size must be a whole number."),
        ("page_size", "0", "The page size must be 1 at least."),
        ("page_size", "101", "The page size must be 100 at most."),
    ],
)
def test_each_problem_is_one_sentence_that_names_its_field(field, value, sentence):
    assert problems(**{field: value}) == {field: sentence}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("q", "س" * 1001, "عبارة البحث طويلة: أقصى ما تحتمله ١٠٠٠ حرف."),
        ("page", "0", "رقم الصفحة عدد صحيح، أوّله ١."),
        ("page_size", "101", "عدد النتائج في الصفحة لا يزيد على ١٠٠."),
    ],
)
def test_numbers_in_a_sentence_have_the_digits_of_its_language(field, value, sentence):
    assert problems(language="ar", **{field: value}) == {field: sentence}


def test_a_period_that_ends_before_it_begins_is_a_problem_of_its_end():
    assert problems(**{"from": "2019", "to": "2018"}) == {
        "to": "The period ends before it begins: its end cannot be used."
    }


@pytest.mark.parametrize(
    ("typed", "filters", "problem"),
    [
        ("جنيف من:2018", {"to": "2017"}, {"to": "The period ends before it begins: its end cannot be used."}),
        (
            "جنيف إلى:2017",
            {"from": "2018"},
            {"from": "The period ends before it begins: its beginning cannot be used."},
        ),
        ("جنيف من:2017", {"to": "2017"}, {}),
        ("جنيف إلى:2017", {"from": "2017", "to": "2018"}, {}),
        ("جنيف -إلى:2017", {"from": "2018"}, {}),
        ("جنيف إلى:2017 من:2016", {"from": "x", "to": "2019"}, {"from": FROM_IS_NO_DATE}),
    ],
)
def test_a_period_reversed_by_what_is_typed_loses_the_filter(typed, filters, problem):
    assert problems(q=typed, **filters) == problem


def test_date_examples_keep_their_order_in_arabic():
    [message] = problems("ar", **{"from": "x"}).values()
    assert "\u20662017-12-21\u2069" in message


@pytest.mark.parametrize("typed", ["2017-12-21", "\u20662017-12-21\u2069", "٢٠١٧-١٢-٢١", "21/12/2017"])
def test_a_date_is_read_as_our_own_examples_write_it(typed):
    form = SearchForm({"from": typed})
    assert form.is_valid()
    assert form.cleaned_data["from"] == date(2017, 12, 21)


def test_what_can_be_used_is_used():
    wanted = SearchForm({"q": "جنيف\0", "sort": "zz", "page": "0", "from": "2017", "to": "x"}).search_request()
    assert (wanted.text, wanted.sort, wanted.page) == ("جنيف", Sort.RELEVANCE, 1)
    assert (wanted.filters.date_from, wanted.filters.date_to) == (date(2017, 1, 1), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("؟!", True), ('""', True), ("؟" * 2000, True), ("\0", False), ("", False), ("من", False), ("-كرة", False)],
)
def test_only_marks_are_no_words(text, expected):
    assert SearchForm({"q": text}).has_no_words is expected

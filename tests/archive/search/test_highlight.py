from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.highlight import ELLIPSIS, HitFinder, mark_words, snippet
from archive.text.tokenize import run_around, runs, stem, stems, tokenize

LETTERS = "ابتثنيلهوفكمءأإآىةؤئسرکیۀﷲﷺﻻـًَُّ٠۱2éA \u200f\u0654،<&\n"
TEXTS = st.text(alphabet=LETTERS, max_size=80) | st.text(max_size=40)
STEMS = st.lists(st.text(alphabet="ابتثنيلهوفكمءسر2ea", min_size=1, max_size=3) | st.just("ﷲ"), max_size=4)


@given(TEXTS, STEMS)
def test_the_words_found_are_those_whose_stem_is_sought(text, sought):
    assert [(hit.start, hit.end, hit.stem) for hit in HitFinder(sought).find(text)] == [
        (token.start, token.end, stem(token.word)) for token in tokenize(text) if stem(token.word) in sought
    ]


@given(TEXTS)
def test_a_run_is_found_from_each_of_its_characters(text):
    for run in runs(text):
        assert {run_around(text, position).span() for position in range(*run.span())} == {run.span()}


@given(TEXTS, STEMS)
def test_without_the_marks_a_title_is_itself(text, sought):
    marked = mark_words(text, HitFinder(sought).find(text))
    assert unescape(marked.replace("<mark>", "").replace("</mark>", "")) == unescape(text)
    assert marked.count("<mark>") == marked.count("</mark>")


@given(TEXTS, STEMS, st.integers(min_value=1, max_value=60))
def test_a_snippet_is_a_window_of_its_text(text, sought, max_chars):
    plain = snippet(text, HitFinder(sought).find(text), max_chars=max_chars)
    for sign in ("<mark>", "</mark>"):
        plain = plain.replace(sign, "")
    assert unescape(plain.strip(ELLIPSIS)) in unescape(text)


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("قالت والمعارضة اليوم", "معارضة", "قالت <mark>والمعارضة</mark> اليوم"),
        ("محادثات آستانة <b>", "استانه", "محادثات <mark>آستانة</mark> &lt;b&gt;"),
        ("المُحَادَثَات", "محادثات", "<mark>المُحَادَثَات</mark>"),
        ("بسم الله وﷲ", "الله", "بسم <mark>الله وﷲ</mark>"),
        ("لا شيء", "محادثات", "لا شيء"),
    ],
)
def test_whole_words_are_marked_as_they_are_written(text, asked, marked):
    assert mark_words(text, HitFinder(stems(asked)).find(text)) == marked


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("مؤتمر جنيف 3 في 3 آذار", "مؤتمر <mark>جنيف 3</mark> في 3 آذار"),
        ("جنيف: 3 وفود، و3 في جنيف", "<mark>جنيف</mark>: <mark>3</mark> وفود، و3 في جنيف"),
        ("جنيف في 3 آذار", "جنيف في 3 آذار"),
        ("جنيف جنيف 3", "جنيف <mark>جنيف 3</mark>"),
        ("3 <mark>أستانة</mark>", "3 &lt;mark&gt;<mark>أستانة</mark>&lt;/mark&gt;"),
    ],
)
def test_a_phrase_is_marked_where_its_words_stand_together(text, marked):
    hits = HitFinder(stems("أستانة"), [tuple(stems("جنيف 3"))]).find(text)
    assert mark_words(text, hits) == marked


def test_the_window_with_a_phrase_is_shown_before_one_with_its_words_apart():
    text = " ".join(["محادثات في جنيف جنيف محادثات جنيف"] + ["كلام"] * 100 + ["جنيف 3 نار"] + ["كلام"] * 100)
    finder = HitFinder(stems("جنيف محادثات 3"), asked=[tuple(stems("جنيف 3"))])
    assert "<mark>جنيف 3</mark> نار" in snippet(text, finder.find(text), max_chars=60)


def test_another_name_of_several_words_does_not_outdo_the_words_that_were_typed():
    text = " ".join(["الولايات المتحدة"] + ["كلام"] * 100 + ["فرضت أميركا عقوبات على إيران"])
    finder = HitFinder(stems("أميركا عقوبات إيران"), [tuple(stems("الولايات المتحدة"))])
    assert "<mark>أميركا عقوبات</mark> على <mark>إيران</mark>" in snippet(text, finder.find(text), max_chars=60)


def test_the_densest_window_is_shown():
    text = " ".join(["كلام"] * 100 + ["جنيف"] + ["كلام"] * 100 + ["محادثات جنيف"] + ["كلام"] * 100)
    shown = snippet(text, HitFinder(["جنيف", "محادث"]).find(text), max_chars=60)
    assert "<mark>محادثات جنيف</mark>" in shown
    assert shown.startswith(ELLIPSIS)
    assert shown.endswith(ELLIPSIS)

"""Folding in Python; tests/archive/sql/test_analysis.py holds it equal to the database's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.text.normalize import COMPOSING_RANGES, MARK_RANGES, PRESENTATION_RANGES, fold, strip_marks, words
from tests.archive.text.strategies import arabic_text


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (["استانه", "أستانة", "آستانة", "إستانة", "ٱستانة", "اٌستانَة", "آستـــانة"], "استانه"),
        (["الى", "إلى", "إلي", "الي", "الی"], "الي"),
        (["مسؤول", "مسءول", "مسئول"], "مسءول"),
        (["كتاب", "کتاب", "ﻛﺘﺎﺏ"], "كتاب"),
        (["٢٠١٧", "۲۰۱۷", "2017", "２０１７"], "2017"),
        (["José", "JOSÉ", "Jose\u0301", "josé"], "jose"),
        (["Ž", "ž", "Z"], "z"),
        (["ﷲ"], "الله"),
        (["محمد\u200f", "\u200eمُحَمَّد", "م\u200dحمد", "\ufeffمحمد"], "محمد"),
        (["ا\u0654سد", "أسد"], "اسد"),
    ],
)
def test_spellings_fold_to_one(spellings, folded):
    assert [fold(spelling) for spelling in spellings] == [folded] * len(spellings)


def test_folding_leaves_different_words_apart():
    assert [fold(word) for word in ("علم", "عالم", "قلم")] == ["علم", "عالم", "قلم"]


def test_words_are_joined_by_single_spaces():
    assert words("  «جنيف-٨»:\tمحادثات…\nسوريّة (الثامنة)! ") == "جنيف 8 محادثات سوريه الثامنه"
    assert words("،؛؟ — !") == ""


def test_a_ligature_is_written_out():
    assert words("النبي ﷺ قال") == "النبي صلي الله عليه وسلم قال"


def test_a_word_folds_alike_whatever_else_the_text_holds():
    alone = words("x² ŉ ½ ™").split()

    assert words("ﷺ x² ŉ ½ ™ e\u0301").split() == [*words("ﷺ").split(), *alone, "e"]


def test_strip_marks_keeps_the_letters_as_typed():
    assert strip_marks("\u200fآسْتــانَةُ الجَديدَة\u200e") == "آستانة الجديدة"
    assert strip_marks("مسو\u0654ول") == "مسؤول"


@given(arabic_text())
@settings(deadline=None, max_examples=200)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert words(words(text)) == words(text)


def test_folding_twice_is_folding_once_for_every_character_beside_every_mark():
    marked = [f"ب{chr(code)}ا\ufe8d\u0301" for code in range(0x10000) if not 0xD800 <= code < 0xE000]

    assert [text for text in marked if fold(fold(text)) != fold(text)] == []


@pytest.mark.parametrize("ranges", [MARK_RANGES, PRESENTATION_RANGES, COMPOSING_RANGES])
@given(data=st.data())
@settings(deadline=None, max_examples=30)
def test_nothing_that_folding_removes_is_left(ranges, data):
    text = data.draw(st.from_regex(f"[ابي{ranges}]*", fullmatch=True))

    assert [letter for letter in fold(text) if fold(letter) != letter] == []

import random

import pytest

from archive.text.normalize import words
from bench.spelling import edited, misspell

KNOWN = {words("المفاوضات"), words("محادثات")}


@pytest.mark.parametrize("number", range(50))
def test_one_known_word_of_a_query_is_misspelt_and_nothing_else(number):
    one = misspell(f"بعد المفاوضات في جنيف {number}", KNOWN, words)

    assert one.meant == words("المفاوضات")
    assert one.typed not in KNOWN
    assert words(one.text).split() == ["بعد", one.typed, "في", "جنيف", str(number)]


def test_a_query_is_misspelt_alike_every_time():
    assert misspell("المفاوضات محادثات", KNOWN, words) == misspell("المفاوضات محادثات", KNOWN, words)


def test_queries_without_a_known_word_are_left_out():
    assert misspell("قمة جنيف", KNOWN, words) is None


def test_every_fifth_query_or_so_has_two_edits():
    edits = [misspell(f"المفاوضات {number}", KNOWN, words).edits for number in range(500)]

    assert 70 < edits.count(2) < 130


def test_an_edit_changes_a_word_by_a_letter_at_most():
    lengths = {len(edited("جنيف", random.Random(number))) for number in range(100)}

    assert lengths == {3, 4, 5}

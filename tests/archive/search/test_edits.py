import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.edits import CONFUSED, DOUBLED, EASILY_MISSING, EXTRA, MISSING, SWAPPED, WRONG, edit_cost

words = st.text(alphabet="ابتثجحخدرسصطعفقكلمنهويء", max_size=12)


@pytest.mark.parametrize(
    ("typed", "cost"),
    [
        ("محادثات", 0),
        ("محدثات", EASILY_MISSING),
        ("محادثتا", SWAPPED),
        ("محاثات", MISSING),
        ("مححادثات", DOUBLED),
        ("محضادثات", EXTRA),
        ("مهادثات", CONFUSED),
        ("محادثاط", CONFUSED),
        ("محادسات", CONFUSED),
        ("محادفات", WRONG),
        ("محاثدت", SWAPPED + EASILY_MISSING),
    ],
)
def test_each_edit_has_its_cost(typed, cost):
    assert edit_cost(typed, "محادثات") == pytest.approx(cost)


def test_the_first_letter_is_seldom_wrong():
    assert edit_cost("فحادثات", "محادثات") > edit_cost("محادفات", "محادثات")


@given(words, words)
def test_only_the_same_word_costs_nothing(typed, meant):
    assert (edit_cost(typed, meant) == 0) is (typed == meant)
    assert edit_cost(typed, meant) >= 0

"""The order of mixed text: as python-bidi has it, which is the Unicode Consortium's own."""

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from archive.text.bidi import LEFT_TO_RIGHT, RIGHT_TO_LEFT, Run, base_level, levels, plain_line, visual_runs

# Letters of both directions, both rows of digits, what stands in and beside numbers, brackets, marks and neutrals.
SIGNS = "ابت٣٤٥abcX01239 .,:;-+/%$()[]{}«»!؟،ـ\u064e\u0651\u200f\u200e#_"


def in_order(text: str, base: int) -> str:
    """The characters of TEXT as they stand from left to right."""
    blanks = [character == " " for character in text]
    return "".join(
        text[start:end][::-1] if level % 2 else text[start:end]
        for start, end, level in visual_runs(levels(text, base), base, blanks)
    )


@given(st.text(SIGNS, max_size=20), st.sampled_from([LEFT_TO_RIGHT, RIGHT_TO_LEFT]))
def test_it_is_the_order_of_unicode(text, base):
    assert in_order(text, base) == get_display(text, base_dir="R" if base else "L")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # Which way a bracket is drawn follows from its level.
        ("بين 2011–2020 في (UN) هنا", "انه )UN( يف 2020–2011 نيب"),
        ("عام ٢٠١١–٢٠٢٠", "٢٠٢٠–٢٠١١ ماع"),
        ("قال: yes, no!", "!yes, no :لاق"),
        ("هاتف +961 1 234 567", "567 234 1 961+ فتاه"),
    ],
)
def test_headlines_as_they_are_read(text, shown):
    assert in_order(text, base_level(text)) == shown


@pytest.mark.parametrize(
    ("text", "level"),
    [("جنيف Geneva", RIGHT_TO_LEFT), ("«Geneva» جنيف", LEFT_TO_RIGHT), ("2017", RIGHT_TO_LEFT), ("", RIGHT_TO_LEFT)],
)
def test_a_paragraph_goes_the_way_of_its_first_letter(text, level):
    assert base_level(text) == level


def test_spaces_at_the_end_of_a_line_stand_at_its_end():
    line = levels("abc ابت", RIGHT_TO_LEFT)[:4]
    assert visual_runs(line, RIGHT_TO_LEFT, [False, False, False, True]) == [Run(3, 4, 1), Run(0, 3, 2)]


def test_what_is_not_seen_is_dropped_but_what_joins_letters():
    assert plain_line(" \u202bمي\u200cخواهم\u2069\n\x07 كتاب\u00a0\ufeff") == "مي\u200cخواهم كتاب"

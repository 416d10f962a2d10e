import pytest

from archive.text.stop_words import is_stop_word


@pytest.mark.parametrize(
    ("typed", "common"),
    [("على", True), ("عَلَى", True), ("علي", False), ("في", True), ("The", True), ("جنيف", False), ("", False)],
)
def test_words_are_compared_as_they_are_typed(typed, common):
    assert is_stop_word(typed) is common

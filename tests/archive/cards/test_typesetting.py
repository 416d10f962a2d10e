"""Letters that join, in their order, in lines that fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cards.typesetting import ELLIPSIS, Paragraph, face

HEADLINE = "محادثات أستانة تُستأنف غدًا بمشاركة واحد وعشرين وفدًا من أربع قارات"


def numbers(text: str) -> list[int]:
    """The glyphs of TEXT from left to right."""
    glyphs, _width = face("display").shaped(text, is_from_right=True)
    return [glyph.number for glyph in glyphs]


def words(paragraph: Paragraph, lines) -> list[str]:
    return [paragraph.text[start:end] for start, end in lines]


@pytest.mark.parametrize("name", ["display", "sans-400", "sans-600"])
def test_every_face_has_the_letters_of_a_newspaper(name):
    text = "أبجد هوّز ٢١٠ 210 (Geneva) «قال»: نعم؛ لا، ربما؟ – …"
    assert face(name).writable(text) == text


def test_letters_join():
    alone, (final, medial, initial) = numbers("ه"), numbers("ههه")
    assert len({*alone, final, medial, initial}) == 4


def test_lam_and_alef_take_a_form_of_their_own():
    assert not {*numbers("لا")} & {*numbers("با"), *numbers("لب")}


def test_marks_stand_over_their_letters():
    glyphs, width = face("display").shaped("بَ", is_from_right=True)
    assert width == face("display").shaped("ب", is_from_right=True)[1]
    assert len(glyphs) >= 2


def test_latin_words_stand_in_their_place_of_an_arabic_line():
    paragraph = Paragraph("من ab الى", face("display"))
    line = paragraph.lines(100)[0]
    glyphs, width = paragraph.glyphs(line)
    latin = [face("display").shaped(letter, is_from_right=False)[0][0].number for letter in "ab"]
    places = [glyph.x for glyph in glyphs if glyph.number in latin]
    assert len(places) == 2
    assert places == sorted(places)
    assert 0.3 * width < places[0] < 0.7 * width


def test_a_telephone_number_keeps_its_order_in_an_arabic_line():
    """Its groups, between spaces, would else be read from the right."""
    number = "+961 1 234567"
    paragraph = Paragraph(f"هاتف {number} للشكاوى", face("display"))
    shown = [glyph.number for glyph in paragraph.glyphs(paragraph.lines(100)[0])[0]]
    alone = [glyph.number for glyph in face("display").shaped(number, is_from_right=False)[0]]
    assert any(shown[start : start + len(alone)] == alone for start in range(len(shown)))


def test_what_the_face_cannot_write_is_left_out():
    paragraph = Paragraph("سلام 🕊️ 和平 \u202eقال", face("display"))
    assert paragraph.text == "سلام قال"
    assert all(glyph.number for glyph in paragraph.glyphs(paragraph.lines(100)[0])[0])


@given(st.text("ابتمنو abc٢1()،", max_size=60), st.floats(2, 12))
def test_lines_hold_all_words_and_no_line_is_too_long(text, width):
    paragraph = Paragraph(text, face("sans-400"))
    lines = paragraph.lines(width)
    assert "".join(words(paragraph, lines)).replace(" ", "") == paragraph.text.replace(" ", "")
    assert all(paragraph.glyphs(line)[1] <= width + 0.01 for line in lines)


def test_balanced_lines_are_as_few_and_nearer_to_one_another():
    paragraph = Paragraph(HEADLINE, face("display"))
    greedy, balanced = paragraph.lines(18), paragraph.balanced(18)
    widths = [[paragraph.glyphs(line)[1] for line in lines] for lines in (greedy, balanced)]
    assert len(greedy) == len(balanced) == 2
    assert max(widths[1]) - min(widths[1]) < max(widths[0]) - min(widths[0])


def test_what_does_not_fit_is_cut_at_a_word_and_says_so():
    cut = Paragraph(HEADLINE, face("display")).cut(10, 2)
    assert cut.text.endswith(ELLIPSIS)
    assert HEADLINE.startswith(cut.text.removesuffix(ELLIPSIS) + " ")
    assert len(cut.lines(10)) <= 2


def test_one_endless_word_is_cut_too():
    cut = Paragraph("طويل" * 100, face("display")).cut(10, 1)
    assert cut.text.endswith(ELLIPSIS)
    assert len(cut.lines(10)) == 1


def test_nothing_is_no_line_and_no_error():
    paragraph = Paragraph("🕊️", face("display"))
    assert paragraph.cut(10, 1).glyphs(paragraph.lines(10)[0]) == ([], 0.0)

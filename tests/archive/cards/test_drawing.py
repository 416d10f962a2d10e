"""What is on a card, measured in its pixels."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from archive.cards.drawing import (
    ACCENT,
    CARD_SIZE,
    FACTS_RULE,
    HEADLINE_BOTTOM,
    HEADLINE_TOP,
    INK,
    MARGIN,
    PAPER,
    PHOTOGRAPH_WIDTH,
    SECTION,
    Card,
    draw,
)

CARD = Card(
    site="سِجِلّ", headline="محادثات أستانة تُستأنف غدًا", section="سياسة", facts=("٢١ كانون الأول ٢٠١٧", "الميناء")
)
ENDLESS = "وقال المبعوث إن الأبواب مفتوحة أمام كل من يريد أن يشارك في الحوار " * 8


def picture(card: Card) -> Image.Image:
    return Image.open(BytesIO(draw(card))).convert("RGB")


def written(card: Card, top: int, bottom: int) -> tuple[int, int, int, int] | None:
    """The box of all that is not paper between TOP and BOTTOM."""
    strip = picture(card).crop((0, top, CARD_SIZE[0], bottom))
    return ImageChops.difference(strip, Image.new("RGB", strip.size, PAPER)).getbbox()


def test_a_card_is_a_picture_of_the_size_that_is_told():
    content = draw(CARD)
    image = Image.open(BytesIO(content))
    assert (image.format, image.size) == ("PNG", CARD_SIZE)
    assert len(content) < 60_000


def test_the_same_card_is_the_same_bytes():
    assert draw(CARD) == draw(replace(CARD))


@pytest.mark.parametrize(
    "changed",
    [{"site": "الضفاف"}, {"headline": "محادثات"}, {"section": ""}, {"facts": ()}, {"facts": ("الميناء",)}],
)
def test_whatever_changes_is_another_card(changed):
    other = replace(CARD, **changed)
    assert draw(other) != draw(CARD)
    assert other.digest != CARD.digest


def test_an_arabic_headline_begins_at_the_right_and_a_latin_one_at_the_left():
    left, _top, right, _bottom = written(replace(CARD, headline="جنيف"), HEADLINE_TOP, HEADLINE_BOTTOM)
    assert right == pytest.approx(CARD_SIZE[0] - MARGIN, abs=8)
    assert left > CARD_SIZE[0] / 2
    left, _top, right, _bottom = written(
        replace(CARD, headline="Geneva", language="en"), HEADLINE_TOP, HEADLINE_BOTTOM
    )
    assert left == pytest.approx(MARGIN, abs=8)
    assert right < CARD_SIZE[0] / 2


@pytest.mark.parametrize(
    ("headline", "language", "is_from_right"),
    [
        ("COVID-19: الإصابات تزيد", "ar", True),
        ("Geneva: «جنيف» بلا نتيجة", "en", False),
        ("Geneva", "ar", False),
        ("محادثات", "en", True),
    ],
)
def test_a_headline_runs_the_way_of_its_language_if_it_has_a_letter_of_it(headline, language, is_from_right):
    """Whatever it begins with: many an Arabic title begins with a Latin name."""
    card = replace(CARD, headline=headline, language=language, section="س")
    left, _top, _right, _bottom = written(card, SECTION.baseline - SECTION.size, SECTION.baseline)
    assert (left > CARD_SIZE[0] / 2) == is_from_right


@pytest.mark.parametrize("headline", [ENDLESS, "طويل" * 100, "W" * 300, "مُحَادَثَاتُ " * 40])
def test_whatever_its_length_a_headline_stays_in_its_place(headline):
    card = Card(site="سِجِلّ", headline=headline, section="سياسة")
    left, _top, right, _bottom = written(card, HEADLINE_TOP, CARD_SIZE[1])
    assert MARGIN - 10 <= left < right <= CARD_SIZE[0] - MARGIN + 10
    assert written(card, FACTS_RULE - 4, CARD_SIZE[1]) is None


def test_a_short_headline_is_larger_than_a_long_one():
    def height_of_first_letter(headline: str) -> int:
        """Of an alef at the right margin: how many rows of pixels have ink there before one has none."""
        image = picture(Card(site="", headline=headline))
        rows = (image.crop((CARD_SIZE[0] - MARGIN - 14, y, CARD_SIZE[0] - MARGIN, y + 1)) for y in range(150, 400))
        inked = [len(row.getcolors()) > 1 for row in rows]
        start = inked.index(True)
        return inked.index(False, start) - start

    assert height_of_first_letter("اد") > 1.4 * height_of_first_letter("اد " + ENDLESS)


def test_the_section_is_in_the_accent_and_the_headline_in_ink():
    image = picture(CARD)
    around = image.crop((0, SECTION.baseline - 30, CARD_SIZE[0], SECTION.baseline + 4)).getcolors(100_000)
    headline = image.crop((0, HEADLINE_TOP, CARD_SIZE[0], HEADLINE_BOTTOM)).getcolors(100_000)

    def rgb(colour: str) -> tuple[int, ...]:
        return tuple(bytes.fromhex(colour[1:]))

    assert rgb(ACCENT) in {colour for _count, colour in around}
    assert rgb(INK) in {colour for _count, colour in headline}
    assert rgb(ACCENT) not in {colour for _count, colour in headline}


def test_facts_stand_beside_one_another_and_the_longer_gives_way():
    both = written(replace(CARD, facts=("٢٠١٧", "جريدة " * 60)), FACTS_RULE + 2, CARD_SIZE[1])
    assert both[0] >= MARGIN - 2


def test_nothing_but_the_site_is_a_card_too():
    assert written(Card(site="سِجِلّ", headline=""), HEADLINE_TOP, CARD_SIZE[1]) is None


@pytest.mark.parametrize(("headline", "side"), [("جنيف", 0), ("Geneva", 1)])
def test_a_photograph_stands_where_lines_end_and_they_keep_clear_of_it(headline, side):
    def drawn(photograph: Image.Image) -> Image.Image:
        return Image.open(BytesIO(draw(replace(CARD, headline=headline), photograph))).convert("RGB")

    black, white = (drawn(Image.new("L", (90, 30), tone)) for tone in (0, 255))
    left = side * (CARD_SIZE[0] - PHOTOGRAPH_WIDTH)
    assert ImageChops.difference(black, white).getbbox() == (left, 0, left + PHOTOGRAPH_WIDTH, CARD_SIZE[1])

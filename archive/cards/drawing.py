"""What a card looks like: masthead, section, the headline as large as it fits, date and source; and a photograph."""

import hashlib
from dataclasses import astuple, dataclass
from functools import cache
from io import BytesIO
from typing import NamedTuple

import uharfbuzz as hb
from PIL import Image, ImageColor, ImageDraw, ImageOps

from archive.cards.typesetting import Paragraph, Span, face
from archive.text.bidi import LEFT_TO_RIGHT, RIGHT_TO_LEFT
from archive.text.direction import direction

CARD_SIZE = (1200, 630)
"""In pixels: what Open Graph and X ask for."""

LOOK = 2
"""Counted up when the same card is drawn in another way, so that nobody keeps the old one."""

# The light theme of static/css/tokens.css.
PAPER, INK, INK_SOFT, ACCENT, RULE = "#fbfbf9", "#15191a", "#454c4e", "#0b5c57", "#d9dcd7"
INKS = (INK, INK_SOFT, ACCENT, RULE)
TONES = 64
"""From the paper to each ink: all together as many as a palette has, which makes the file a third as large."""

MARGIN = 84
PHOTOGRAPH_WIDTH, BESIDE_PHOTOGRAPH = 400, 56
RULES = ((122, 5), (132, 2))
HEADLINE_TOP, HEADLINE_BOTTOM = 222, 536
HEADLINE_TOP_ALONE = 166
"""Where the headline may begin when no section stands over it."""

HEADLINE_SIZES = (96, 88, 80, 72, 66, 60, 54, 48)
HEADLINE_LEADING = 1.5
BASELINE_OF_LINE = 1.02
"""How far below its top a line of the display face has its baseline, in ems."""

FACTS_RULE, FACTS_GAP = 546, 36


class Style(NamedTuple):
    """How a line of its own is written: the FACE, its SIZE and where its BASELINE is, in pixels."""

    face: str
    size: int
    baseline: int
    ink: str


NAME = Style("display", 46, 87, INK)
SECTION = Style("sans-600", 31, 198, ACCENT)
FACTS = Style("sans-400", 29, 592, INK_SOFT)


@dataclass(frozen=True)
class Card:
    """What is on a card: FACTS are such as the date and the source; PHOTOGRAPH is the name of a file.

    LANGUAGE is the headline's, which runs the way of that where it has any letter of it, whatever it begins with.
    """

    site: str
    headline: str
    section: str = ""
    facts: tuple[str, ...] = ()
    photograph: str = ""
    language: str = "ar"

    @property
    def digest(self) -> str:
        """The same for cards that look the same."""
        return hashlib.sha256(repr((LOOK, astuple(self))).encode()).hexdigest()[:32]


class Headline(NamedTuple):
    """The lines of a headline and the size at which they fit, in pixels."""

    paragraph: Paragraph
    lines: list[Span]
    size: int


class _Sheet:
    """The picture while letters are written on it, from START to END and on layers, one for each ink.

    Its pixels are places in the palette.
    """

    def __init__(self, start: int = MARGIN, end: int = CARD_SIZE[0] - MARGIN):
        self.start, self.end = start, end
        self.picture = Image.new("L", CARD_SIZE, 0)
        self._pen = ImageDraw.Draw(self.picture)
        self._layers: dict[str, hb.RasterDraw] = {}

    @property
    def width(self) -> int:
        return self.end - self.start

    def rule(self, top: int, height: int, ink: str) -> None:
        self._pen.rectangle((self.start, top, self.end - 1, top + height - 1), fill=_tones(ink)[-1])

    def write_line(self, text: str, style: Style, *, is_from_right: bool, by: float = 0) -> float:
        """Write TEXT, BY pixels further on, cut where it finds no room; return how wide it is, in pixels."""
        paragraph = Paragraph(text, face(style.face)).cut((self.width - by) / style.size, 1)
        return self.write(paragraph, Span(0, len(paragraph.text)), style, is_from_right=is_from_right, by=by)

    def write(self, paragraph: Paragraph, line: Span, style: Style, *, is_from_right: bool, by: float = 0) -> float:
        """Write a LINE of PARAGRAPH, BY pixels further on; return how wide it is, in pixels."""
        glyphs, width_ems = paragraph.glyphs(line)
        width = width_ems * style.size
        left = self.end - by - width if is_from_right else self.start + by
        layer = self._layer(style.ink)
        scale = style.size / paragraph.face.units_per_em
        for glyph in glyphs:
            # HarfBuzz counts upwards.
            up = CARD_SIZE[1] - style.baseline + glyph.y * style.size
            layer.transform = (scale, 0, 0, scale, left + glyph.x * style.size, up)
            layer.draw_glyph(paragraph.face.font, glyph.number)
        return width

    def png(self) -> bytes:
        for ink, layer in self._layers.items():
            drawn = layer.render()
            size = (drawn.extents.width, drawn.extents.height)
            # Its rows come from the bottom up.
            mask = Image.frombuffer("L", size, drawn.buffer, "raw", "L", drawn.extents.stride, -1)
            self.picture.paste(mask.point(_tones(ink)), mask=mask.point(lambda cover: 255 if cover else 0))
        coloured = Image.frombytes("P", CARD_SIZE, self.picture.tobytes())
        coloured.putpalette(_palette())
        file = BytesIO()
        coloured.save(file, "PNG", compress_level=6)
        return file.getvalue()

    def _layer(self, ink: str) -> hb.RasterDraw:
        if ink not in self._layers:
            self._layers[ink] = hb.RasterDraw()
            self._layers[ink].extents = hb.RasterExtents(0, 0, *CARD_SIZE, 0)
        return self._layers[ink]


def _tones(ink: str) -> list[int]:
    """For each of 256 shares in which INK covers the paper, the place of that tone in the palette."""
    first = INKS.index(ink) * TONES
    return [first + round(cover * (TONES - 1) / 255) for cover in range(256)]


@cache
def _palette() -> list[int]:
    """The tones of each ink, in red, green and blue."""
    paper = ImageColor.getrgb(PAPER)
    return [
        round(light + (dark - light) * tone / (TONES - 1))
        for ink in INKS
        for tone in range(TONES)
        for light, dark in zip(paper, ImageColor.getrgb(ink), strict=True)
    ]


def draw(card: Card, photograph: Image.Image | None = None) -> bytes:
    """Return CARD as a PNG, with its PHOTOGRAPH, of one tone, where there is one; the same card is the same bytes."""
    is_from_right = direction(face("display").writable(card.headline), card.language) == "rtl"
    sheet = _sheet(photograph, is_from_right)
    sheet.write_line(card.site, NAME, is_from_right=True)
    for rule, height in RULES:
        sheet.rule(rule, height, INK)
    sheet.write_line(card.section, SECTION, is_from_right=is_from_right)
    top = HEADLINE_TOP if card.section else HEADLINE_TOP_ALONE
    level = RIGHT_TO_LEFT if is_from_right else LEFT_TO_RIGHT
    headline = _fitted(card.headline, level, sheet.width, HEADLINE_BOTTOM - top)
    for number, line in enumerate(headline.lines):
        baseline = top + round(headline.size * (BASELINE_OF_LINE + number * HEADLINE_LEADING))
        style = Style("display", headline.size, baseline, INK)
        sheet.write(headline.paragraph, line, style, is_from_right=is_from_right)
    if card.facts:
        sheet.rule(FACTS_RULE, 1, RULE)
    by = 0.0
    for text in card.facts:
        width = sheet.write_line(text, FACTS, is_from_right=is_from_right, by=by)
        by += width + FACTS_GAP if width else 0
    return sheet.png()


def _sheet(photograph: Image.Image | None, is_from_right: bool) -> _Sheet:
    """A sheet with PHOTOGRAPH, in the colours of the rest, where lines end."""
    if photograph is None:
        return _Sheet()
    grey = ImageOps.fit(photograph, (PHOTOGRAPH_WIDTH, CARD_SIZE[1]), centering=(0.5, 0.4))
    beside = PHOTOGRAPH_WIDTH + BESIDE_PHOTOGRAPH
    right = CARD_SIZE[0] - PHOTOGRAPH_WIDTH
    sheet = _Sheet(start=beside) if is_from_right else _Sheet(end=CARD_SIZE[0] - beside)
    sheet.picture.paste(ImageOps.invert(grey).point(_tones(INK)), (0 if is_from_right else right, 0))
    return sheet


def _fitted(text: str, level: int, width: int, height: int) -> Headline:
    """TEXT of LEVEL as large as WIDTH and HEIGHT allow; what does not fit at the least size is cut."""
    paragraph = Paragraph(text, face("display"), base=level)
    for size in HEADLINE_SIZES:
        room = int(height / size / HEADLINE_LEADING)
        if len(paragraph.lines(width / size)) <= room:
            return Headline(paragraph, paragraph.balanced(width / size), size)
    shortened = paragraph.cut(width / size, room)
    return Headline(shortened, shortened.lines(width / size), size)

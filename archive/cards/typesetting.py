"""Lines of mixed Arabic and Latin text, shaped by HarfBuzz and put in their order; all measures are in ems."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import uharfbuzz as hb

from archive.text.bidi import LEFT_TO_RIGHT, base_level, levels, plain_line, visual_runs
from archive.text.direction import left_to_right_runs

FONTS = Path(__file__).parent / "fonts"
ELLIPSIS = "…"
NARROWING = 0.97
"""Each step in which lines are made shorter until they are nearly as long as one another."""


class Glyph(NamedTuple):
    """An outline by its NUMBER in the face, and where it stands: X from the left end of its line, Y above it."""

    number: int
    x: float
    y: float


class Span(NamedTuple):
    """A stretch of a paragraph's text."""

    start: int
    end: int


class Face:
    """A font file of this package."""

    def __init__(self, name: str):
        face = hb.Face(hb.Blob.from_file_path(FONTS / f"{name}.ttf"))
        self.font = hb.Font(face)
        self.units_per_em = face.upem
        self.characters = frozenset(map(chr, face.unicodes))

    def writable(self, text: str) -> str:
        """TEXT as one line, without what this face has no letters for."""
        return plain_line("".join(character for character in plain_line(text) if character in self.characters))

    def shaped(self, text: str, *, is_from_right: bool) -> tuple[list[Glyph], float]:
        """The glyphs of TEXT, which is read one way, and how wide they are together."""
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.direction = "rtl" if is_from_right else "ltr"
        buffer.guess_segment_properties()
        hb.shape(self.font, buffer)
        glyphs, x = [], 0
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            place = ((x + position.x_offset) / self.units_per_em, position.y_offset / self.units_per_em)
            glyphs.append(Glyph(info.codepoint, *place))
            x += position.x_advance
        return glyphs, x / self.units_per_em


@cache
def face(name: str) -> Face:
    return Face(name)


class Paragraph:
    """TEXT in a FACE, to be broken into lines; BASE is its level, that of its first letter unless it is given."""

    def __init__(self, text: str, face: Face, *, base: int | None = None):
        self.text = face.writable(text)
        self.face = face
        self.base = base_level(self.text) if base is None else base
        self._levels = _levels(self.text, self.base)
        self._space = face.shaped(" ", is_from_right=False)[1]
        self._widths: dict[Span, float] = {}

    def glyphs(self, line: Span) -> tuple[list[Glyph], float]:
        """The glyphs of LINE from left to right, and how wide it is."""
        letters = self.text[line.start : line.end]
        blanks = [letter == " " for letter in letters]
        found, width = [], 0.0
        for run in visual_runs(self._levels[line.start : line.end], self.base, blanks):
            glyphs, run_width = self.face.shaped(letters[run.start : run.end], is_from_right=run.level % 2 == 1)
            found += [glyph._replace(x=glyph.x + width) for glyph in glyphs]
            width += run_width
        return found, width

    def lines(self, width: float) -> list[Span]:
        """Break into lines of WIDTH at most, at spaces, or within a word that is longer than a line."""
        lines: list[Span] = []
        filled = 0.0
        for word in self._words(width):
            beside = filled + self._space + self._width(word)
            if lines and beside <= width and self.text[word.start - 1] == " ":
                lines[-1], filled = Span(lines[-1].start, word.end), beside
            else:
                lines.append(word)
                filled = self._width(word)
        return lines

    def balanced(self, width: float) -> list[Span]:
        """Break into as few lines of WIDTH at most as it takes, about as long as one another."""
        lines = self.lines(width)
        while len(narrower := self.lines(width := width * NARROWING)) == len(lines) > 1:
            lines = narrower
        return lines

    def cut(self, width: float, count: int) -> "Paragraph":
        """This paragraph with no more words than COUNT lines of WIDTH have room for."""
        lines = self.lines(width)
        text = self.text
        while len(lines) > count:
            # The last line again and again, one word shorter, until the sign that something is missing fits in.
            text = text[: lines[count - 1].end].rstrip(ELLIPSIS).rpartition(" ")[0] or text[: len(text) // 2]
            shorter = Paragraph(text.rstrip(" ،,;؛:.") + ELLIPSIS, self.face, base=self.base)
            if len(shorter.lines(width)) <= count:
                return shorter
            lines = shorter.lines(width)
        return self

    def _words(self, width: float) -> Iterator[Span]:
        start = 0
        for word in self.text.split(" "):
            yield from self._pieces(Span(start, start + len(word)), width)
            start += len(word) + 1

    def _pieces(self, word: Span, width: float) -> Sequence[Span]:
        """WORD in pieces that fit into WIDTH."""
        if self._width(word) <= width or word.end - word.start < 2:
            return [word]
        middle = (word.start + word.end) // 2
        return [*self._pieces(Span(word.start, middle), width), *self._pieces(Span(middle, word.end), width)]

    def _width(self, word: Span) -> float:
        if word not in self._widths:
            self._widths[word] = self.glyphs(word)[1]
        return self._widths[word]


def _levels(text: str, base: int) -> list[int]:
    """The level of each character of TEXT, in which telephone numbers and code keep their own order, as on pages."""
    found = levels(text, base)
    for start, end in left_to_right_runs(text):
        within = base + base % 2
        found[start:end] = [within + level for level in levels(text[start:end], LEFT_TO_RIGHT)]
    return found

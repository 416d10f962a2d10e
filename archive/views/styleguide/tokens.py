"""The design tokens of static/css/tokens.css, read for the style guide and for the tests."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

_COLOUR = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-fA-F]{3,6}),\s*(#[0-9a-fA-F]{3,6})\)")
_LENGTH = re.compile(r"--((?:text|title|space|gutter)[\w-]*):\s*(?:calc\()?([\d.]+)rem")

LEAST_TEXT_CONTRAST = 4.5
LEAST_EDGE_CONTRAST = 3.0
TEXT_PAIRS = (
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "accent") for ground in ("paper", "surface")),
    *((ink, "paper") for ink in ("warning", "error")),
    *(("warning", "surface"), ("error", "surface"), ("paper", "ink"), ("on-accent", "accent")),
    *(("ink", "accent-tint"), ("ink-soft", "accent-tint"), ("ink", "density-1"), ("ink", "density-2")),
    *(("on-density-3", "density-3"), ("on-accent", "density-4")),
)
"""What text is written in, and on what."""

EDGE_PAIRS = (("edge", "paper"), ("density-3", "paper"), ("accent", "paper"))
"""What a field or a bar is told from its ground by."""


@dataclass(frozen=True)
class Colour:
    """A colour token in the light and in the dark, as #rrggbb."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True)
class Length:
    """A size or a space in pixels, on a phone and on a wide page."""

    name: str
    narrow: float
    wide: float


@dataclass(frozen=True)
class Pair:
    """A colour on another, with their contrasts (WCAG 2) in the light and in the dark, and the least allowed."""

    ink: Colour
    ground: Colour
    least: float

    @property
    def light(self) -> float:
        return contrast(self.ink.light, self.ground.light)

    @property
    def dark(self) -> float:
        return contrast(self.ink.dark, self.ground.dark)


@cache
def colours() -> dict[str, Colour]:
    found: dict[str, Colour] = {}
    for name, light, dark in _COLOUR.findall(_source()):
        found.setdefault(name, Colour(name, six_digits(light), six_digits(dark)))
    return found


@cache
def lengths() -> list[Length]:
    """The sizes of text and the spaces; a token written twice is another on a wide page."""
    found: dict[str, list[float]] = {}
    for name, rem in _LENGTH.findall(_source()):
        found.setdefault(name, []).append(float(rem) * 16)
    return [Length(name, values[0], values[min(1, len(values) - 1)]) for name, values in found.items() if values[0]]


def pairs() -> list[Pair]:
    known = colours()
    return [Pair(known[ink], known[ground], LEAST_TEXT_CONTRAST) for ink, ground in TEXT_PAIRS] + [
        Pair(known[ink], known[ground], LEAST_EDGE_CONTRAST) for ink, ground in EDGE_PAIRS
    ]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def six_digits(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


def _source() -> str:
    return Path(finders.find("css/tokens.css")).read_text(encoding="utf-8")

"""Words of names as units, a letter or several, each with the sounds that it may be: what the rules make of them.

A unit is one of several sounds, each at a cost (ج is j, or g), and may be left out at one.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from archive.text.sound_rules import ARABIC, GLIDES, LATIN, VOWELS

MAX_WORD_CHARS = 40
"""As much of a word as is read."""

VOWEL_WEIGHT = 0.3
"""How much of a word a vowel is, beside a consonant."""

_LATIN_LETTER = re.compile("[a-z]")


class Unit(NamedTuple):
    """A letter or several: what each sound costs that they may be, and what it costs to leave them out.

    NUMBER is its place among those of its script, NAME the pattern that it is read by with its place there.
    """

    name: str
    sounds: dict[str, float]
    silent: float
    weight: float
    number: int


class Reader:
    """Reads words by the rules of a script: of those that fit at a place, the first counts. UNITS are all it has."""

    def __init__(self, rules: Sequence[tuple[str, ...]]):
        self.units: list[Unit] = []
        self._pattern = re.compile("|".join(f"({pattern})" for pattern, *_units in rules))
        self._read_as = [self._units_of(pattern, written) for pattern, *written in rules]

    def read(self, word: str) -> list[Unit]:
        matches = self._pattern.finditer(word[:MAX_WORD_CHARS])
        return [unit for match in matches for unit in self._read_as[match.lastindex - 1]]

    def _units_of(self, pattern: str, written: Sequence[str]) -> list[Unit]:
        found = [_unit(f"{pattern} {place}", sounds, len(self.units) + place) for place, sounds in enumerate(written)]
        self.units += found
        return found


def _unit(name: str, written: str, number: int) -> Unit:
    """The unit that a rule writes as `archive.text.sound_rules` says."""
    sounds = {part[0]: float(part[1:] or 0) for part in written.split()}
    silent = sounds.pop("-", 1.0)
    is_vowel = min(sounds, key=sounds.__getitem__, default="a") in VOWELS | GLIDES
    return Unit(name, sounds, silent, VOWEL_WEIGHT if is_vowel else 1.0, number)


LATIN_READER = Reader(LATIN)
ARABIC_READER = Reader(ARABIC)


def is_latin(word: str) -> bool:
    """Is the folded WORD written in Latin letters?"""
    return bool(_LATIN_LETTER.search(word))


def reader_of(word: str) -> Reader:
    """What reads the folded WORD: the Arabic reader all that is not Latin."""
    return LATIN_READER if is_latin(word) else ARABIC_READER


def units(word: str) -> list[Unit]:
    """The units of a folded WORD, in order; none of what is written in other letters."""
    return reader_of(word).read(word)


def difference(one: Unit, other: Unit) -> float:
    """What it costs to take ONE for OTHER: the least of a sound that both may be, or 1."""
    return min(
        (cost + other.sounds[sound] for sound, cost in one.sounds.items() if sound in other.sounds), default=1.0
    )

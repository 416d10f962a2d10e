"""What makes one text a copy of another: the shingles that they share, and the numbers in which they differ.

A shingle is four folded words in a row, as a number of 32 bits. Of the shingles of a text those with the smallest
numbers are its keys: of two texts that share half of their shingles, about half of the keys are the same, even where
one is a part of the other (Broder's bottom-k sketch; one hash a shingle).
"""

import heapq
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from archive.text.normalize import words
from archive.text.tokenize import word_list

SHINGLE_WORDS = 4
KEYS = 20
MIN_WORDS = 25
"""Shorter texts are alike by chance, or by what their kind is always written like."""

MIN_SHARED = 12
"""How many shingles two texts must share, whatever part of them that is."""

MIN_CONTAINMENT = 0.5
"""What part of the shorter text's shingles the other must have."""

MIN_RESEMBLANCE = 0.25
"""What part of both texts' shingles both must have: a round-up is no copy of each of its items."""

MAX_CONTRADICTION = 0.3
"""In what part of the places where the words around them are the same the numbers may be others, of a copy."""

SMALL_CONTRADICTION = 0.04
"""What part of a text may lie around other numbers whatever part of them these are: one that was rounded, say."""

_AFTER_NUMBER = re.compile("(?<=[0-9])[^ 0-9]+")
"""2014م and 2014 are the same year."""

_MIX = 0x9E3779B1
_32_BITS = 0xFFFFFFFF

_MONTHS = (
    "يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر كانون شباط آذار نيسان أيار"
    " حزيران تموز آب أيلول تشرين جانفي فيفري أفريل ماي جوان جويلية أوت شتنبر نونبر دجنبر غشت يوليوز محرم صفر"
    " ربيع جمادى رجب شعبان رمضان شوال القعدة الحجة"
)
_CHANGING = frozenset(words(_MONTHS).split())
"""Words that change from one day's form to the next's, like numbers. The days themselves change in copies, too."""

_ANY = b"#"


@dataclass(frozen=True)
class Shingled:
    """A text as it is compared: its folded words, in bytes."""

    words: tuple[bytes, ...]

    @classmethod
    def of(cls, text: str) -> "Shingled":
        return cls(tuple(_AFTER_NUMBER.sub("", " ".join(word_list(text))).encode().split()))

    @cached_property
    def shingles(self) -> frozenset[int]:
        return frozenset(_numbers(self.words))

    @property
    def keys(self) -> list[int]:
        """The KEYS smallest shingles, or none of a text that is too short; never 0."""
        if len(self.words) < MIN_WORDS:
            return []
        return heapq.nsmallest(KEYS, self.shingles - {0})

    @cached_property
    def forms(self) -> dict[int, set[int]]:
        """The shingles in which a number or a date stands, by the number of what is left without it."""
        masked = [_ANY if _changes(word) else word for word in self.words]
        forms: dict[int, set[int]] = {}
        for place, (form, shingle) in enumerate(zip(_numbers(masked), _numbers(self.words), strict=True)):
            if _ANY in masked[place : place + SHINGLE_WORDS]:
                forms.setdefault(form, set()).add(shingle)
        return forms


def _numbers(found: Sequence[bytes]) -> list[int]:
    in_a_row = zip(*(found[place:] for place in range(SHINGLE_WORDS)), strict=False)
    return [crc32(shingle) * _MIX & _32_BITS for shingle in map(b" ".join, in_a_row)]


def _changes(word: bytes) -> bool:
    return word[:1].isdigit() or word.decode() in _CHANGING


def likeness(text: Shingled, other: Shingled) -> float:
    """Return what part of the shorter one's shingles the other has, from 0 to 1; 0 where it is no copy."""
    if min(len(text.words), len(other.words)) < MIN_WORDS:
        return 0
    shared = len(text.shingles & other.shingles)
    if shared < MIN_SHARED:
        return 0
    containment = shared / min(len(text.shingles), len(other.shingles))
    resemblance = shared / (len(text.shingles) + len(other.shingles) - shared)
    if containment < MIN_CONTAINMENT or resemblance < MIN_RESEMBLANCE or _is_same_form(text, other):
        return 0
    return containment


def _is_same_form(text: Shingled, other: Shingled) -> bool:
    """Are both one form, filled in with other numbers or dates: of the weather, of prices, of prayers?"""
    common = text.forms.keys() & other.forms.keys()
    agreeing = sum(1 for form in common if text.forms[form] & other.forms[form])
    contradicting = len(common) - agreeing
    small = SMALL_CONTRADICTION * min(len(text.shingles), len(other.shingles))
    return contradicting > max(MAX_CONTRADICTION * len(common), small)

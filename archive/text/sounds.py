"""How words of names sound, whatever letters they are written in: Arabic or Latin.

A word is read as units, a letter or several. A unit is one of several sounds, each at a cost (ج is j, or g), and may
be left out at one. Two things are made of that: keys, by which words that may sound alike are found, and how alike
two are. The rules (`archive.text.sound_rules`) are those of newspapers, in both directions.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from archive.text.sound_rules import ARABIC, CLASSES, GLIDES, LATIN, VOWELS

RULES = 1
"""To be raised when the keys of words change: all are then sounded again."""

MAX_WORD_CHARS = 40
"""As much of a word as is read."""

MAX_KEYS = 8
MAX_KEYS_ASKED = 16
"""How many keys a word is kept, and looked for, under: the likeliest."""

MAX_SOUND_COST = 0.15
MAX_KEY_COST = 0.6
"""What a sound may cost to stand in a key, and all of a key's together."""

NO_CONSONANT = "A"
"""The key of a word of vowels."""

VOWEL_WEIGHT = 0.3
"""How much of a word a vowel is, beside a consonant."""

ARTICLE = "ال"

_LATIN_LETTER = re.compile("[a-z]")


class Unit(NamedTuple):
    """A letter or several: what each sound costs that they may be, and what it costs to leave them out."""

    sounds: dict[str, float]
    silent: float
    weight: float
    number: int


class _Word(NamedTuple):
    """A word as its UNITS, each as its number and what leaving it out costs, and the WEIGHT of all."""

    units: tuple[tuple[int, float], ...]
    weight: float


_units: dict[str, Unit] = {}


def _unit(written: str) -> Unit:
    """The unit that a rule writes as `archive.text.sound_rules` says."""
    if written not in _units:
        sounds = {part[0]: float(part[1:] or 0) for part in written.split()}
        silent = sounds.pop("-", 1.0)
        is_vowel = min(sounds, key=sounds.__getitem__, default="a") in VOWELS | GLIDES
        _units[written] = Unit(sounds, silent, VOWEL_WEIGHT if is_vowel else 1.0, len(_units))
    return _units[written]


class _Reader:
    """Reads words by RULES: of those that fit at a place, the first counts."""

    def __init__(self, rules: tuple[tuple[str, ...], ...]):
        self._pattern = re.compile("|".join(f"({pattern})" for pattern, *_units in rules))
        self._read_as = [tuple(map(_unit, written)) for _pattern, *written in rules]

    def read(self, word: str) -> list[Unit]:
        matches = self._pattern.finditer(word[:MAX_WORD_CHARS])
        return [unit for match in matches for unit in self._read_as[match.lastindex - 1]]


_LATIN_READER = _Reader(LATIN)
_ARABIC_READER = _Reader(ARABIC)


def _difference(one: Unit, other: Unit) -> float:
    """What it costs to take ONE for OTHER: the least of a sound that both may be, or 1."""
    return min(
        (cost + other.sounds[sound] for sound, cost in one.sounds.items() if sound in other.sounds), default=1.0
    )


_DIFFERENCES = [[_difference(one, other) for other in _units.values()] for one in _units.values()]
"""By the numbers of the two."""


def is_latin(word: str) -> bool:
    """Is the folded WORD written in Latin letters?"""
    return bool(_LATIN_LETTER.search(word))


def units(word: str) -> list[Unit]:
    """The units of a folded WORD, in order; none of what is written in other letters."""
    return (_LATIN_READER if is_latin(word) else _ARABIC_READER).read(word)


def without_article(word: str) -> tuple[str, ...]:
    """WORD as it may be meant: itself, and what follows the article where it may begin with it."""
    bare = word.removeprefix(ARTICLE)
    return (word,) if bare == word or len(bare) < 2 else (bare, word)


# --- Keys ---


@lru_cache(maxsize=50_000)
def sound_keys(word: str, limit: int = MAX_KEYS) -> tuple[str, ...]:
    """Return the keys of a folded WORD, LIMIT at most, the likeliest first.

    Words that may sound alike have one in common, a string of classes of consonants.
    """
    costs: dict[str, float] = {}
    for form in without_article(word):
        if found := units(form):
            for key, cost in _keys(found, limit).items():
                costs[key or NO_CONSONANT] = min(cost, costs.get(key or NO_CONSONANT, cost))
    return tuple(sorted(costs, key=costs.__getitem__)[:limit])


def _keys(found: list[Unit], limit: int) -> dict[str, float]:
    """The likeliest keys of the units FOUND, with their costs; on the way a few times LIMIT are kept."""
    costs = {"": 0.0}
    for unit in found:
        grown: dict[str, float] = {}
        for key, cost in costs.items():
            for name, more in _classes(unit, first=not key).items():
                total = cost + more
                if total <= MAX_KEY_COST and total < grown.get(key + name, MAX_KEY_COST + 1):
                    grown[key + name] = total
        costs = dict(sorted(grown.items(), key=lambda item: item[1])[: limit * 4])
    return costs


def _classes(unit: Unit, *, first: bool) -> dict[str, float]:
    """The classes that UNIT may have in a key, with their costs; "" where it leaves no trace. A FIRST w is one."""
    classes: dict[str, float] = {}
    for sound, cost in (*unit.sounds.items(), ("", unit.silent)):
        if cost <= MAX_SOUND_COST:
            name = "W" if first and sound == "w" else CLASSES.get(sound, "")
            classes[name] = min(cost, classes.get(name, cost))
    return classes


# --- Likeness ---


@lru_cache(maxsize=100_000)
def likeness(one: str, other: str) -> float:
    """Return how alike two folded words sound, from 0 to 1."""
    return max(_likeness(_word(a), _word(b)) for a in without_article(one) for b in without_article(other))


@lru_cache(maxsize=50_000)
def _word(word: str) -> _Word:
    found = units(word)
    return _Word(tuple((unit.number, unit.silent) for unit in found), sum(unit.weight for unit in found))


def _likeness(one: _Word, other: _Word) -> float:
    """What it costs to change ONE into OTHER, in proportion to their weight; 1 if nothing."""
    weight = (one.weight + other.weight) / 2
    return max(0.0, 1 - _distance(one, other) / weight) if weight else 0.0


def _distance(one: _Word, other: _Word) -> float:
    """The cost of the cheapest alignment of the two, as Levenshtein's with costs. Written out, for its speed."""
    previous = [0.0]
    for _number, silent in other.units:
        previous.append(previous[-1] + silent)
    for number, silent in one.units:
        costs = _DIFFERENCES[number]
        diagonal = previous[0]
        left = diagonal + silent
        row = [left]
        for place, (other_number, other_silent) in enumerate(other.units, 1):
            cost = diagonal + costs[other_number]
            diagonal = previous[place]
            if diagonal + silent < cost:
                cost = diagonal + silent
            if left + other_silent < cost:
                cost = left + other_silent
            left = cost
            row.append(cost)
        previous = row
    return previous[-1]

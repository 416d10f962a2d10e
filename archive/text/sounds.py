"""How words of names sound, whatever letters they are written in: Arabic or Latin.

A word is read as units, a letter or several. A unit is one of several sounds, each at a cost (ج is j, or g), and may
be left out at one. Two things are made of that: keys, by which words that may sound alike are found, and how alike
two are. The rules (`archive.text.sound_rules`) are those of newspapers, in both directions.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from archive.text.sound_odds import Odds, learned_odds
from archive.text.sound_rules import CLASSES
from archive.text.sound_units import Reader, Unit, difference, is_latin, reader_of, units

RULES = 2
"""To be raised when the keys of words change: all are then sounded again."""

MAX_KEYS = 8
MAX_KEYS_ASKED = 16
"""How many keys a word is kept, and looked for, under: the likeliest."""

MAX_SOUND_COST = 0.15
MAX_KEY_COST = 0.6
"""What a sound may cost to stand in a key, and all of a key's together."""

NOTHING_ALIKE = 2.0
"""The difference of words of which one has no sound."""

NO_CONSONANT = "A"
"""The key of a word of vowels."""

ARTICLE = "ال"


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


class Measure(NamedTuple):
    """What differences between words cost: by the numbers of units, those of one word and those of the other.

    COSTS of taking one for another, *_SILENT of leaving one out, *_WEIGHTS what they are of their words.
    """

    costs: list[list[float]]
    one_silent: list[float]
    other_silent: list[float]
    one_weights: list[float]
    other_weights: list[float]


@lru_cache(maxsize=100_000)
def likeness(one: str, other: str) -> float:
    """Return how alike two folded words sound, from 0 to 1.

    Words of one script are compared by what the rules say that differences cost, those of two by what was learned.
    """
    if is_latin(other) and not is_latin(one):
        one, other = other, one
    return max(_likeness(a, b) for a in without_article(one) for b in without_article(other))


def _likeness(one: str, other: str) -> float:
    reader = reader_of(one)
    if reader is reader_of(other):
        return max(0.0, 1 - difference_of(_numbers(one), _numbers(other), _by_rules(reader)))
    # Squared, so that right words are about as like as those of one script.
    return max(0.0, 1 - difference_of(_numbers(one), _numbers(other), _learned()) ** 2 / 2)


@lru_cache(maxsize=50_000)
def _numbers(word: str) -> tuple[int, ...]:
    return tuple(unit.number for unit in units(word))


@cache
def _by_rules(reader: Reader) -> Measure:
    known = reader.units
    silent, weights = [unit.silent for unit in known], [unit.weight for unit in known]
    return Measure([[difference(one, other) for other in known] for one in known], silent, silent, weights, weights)


@cache
def _learned() -> Measure:
    return measure_of(learned_odds())


def measure_of(odds: Odds) -> Measure:
    """Of Latin words beside Arabic ones: how far the ODDS of being one fall short of the best for their units."""
    latin = [max(line) for line in odds.matches]
    arabic = [max(line) for line in zip(*odds.matches, strict=True)]
    return Measure(
        [
            [(most + other_most) / 2 - match for other_most, match in zip(arabic, line, strict=True)]
            for most, line in zip(latin, odds.matches, strict=True)
        ],
        [most / 2 - silent for most, silent in zip(latin, odds.latin_silent, strict=True)],
        [most / 2 - silent for most, silent in zip(arabic, odds.arabic_silent, strict=True)],
        latin,
        arabic,
    )


def difference_of(one: Sequence[int], other: Sequence[int], by: Measure) -> float:
    """What it costs to change the units ONE, by their numbers, into OTHER, in proportion to their weight.

    0 if nothing; more than 1 if they are further apart than what is left out of both, or one has none.
    """
    if not (one and other):
        return NOTHING_ALIKE
    weight = (sum(by.one_weights[unit] for unit in one) + sum(by.other_weights[unit] for unit in other)) / 2
    return _distance(one, other, by) / weight


def _distance(one: Sequence[int], other: Sequence[int], by: Measure) -> float:
    """The cost of the cheapest alignment of the two, as Levenshtein's with costs. Written out, for its speed."""
    others = [(unit, by.other_silent[unit]) for unit in other]
    previous = [0.0]
    for _unit, silent in others:
        previous.append(previous[-1] + silent)
    for number in one:
        costs = by.costs[number]
        silent = by.one_silent[number]
        diagonal = previous[0]
        left = diagonal + silent
        row = [left]
        for place, (other_number, other_silent) in enumerate(others, 1):
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

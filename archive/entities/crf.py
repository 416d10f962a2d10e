"""A conditional random field (CRF) over the words of a sentence, as it is applied: how likely each name in it is one.

CRFsuite trains it (`training.py`). Applying it is ours for two reasons. What features say can be added up once for
each word that there is, not for each place where it stands, and the many words that are surely no part of a name need
no further look: together several times as fast. And a name gets the chance of all its words together, from which the
names are chosen that are right most often; CRFsuite tells the chance of each word's label only.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from math import exp
from operator import mul
from struct import Struct
from typing import NamedTuple

from archive.entities.labelled import KINDS, OUTSIDE

LABELS = (OUTSIDE, *(f"{place}-{kind}" for kind in KINDS for place in "BI"))
"""The labels of words, in this order wherever there is a weight or a chance for each."""

UNIT = 1_000
"""Scores are whole numbers, thousandths of a logarithm, so that they can be added up packed."""

SURELY_OUTSIDE = 3.0
"""By so much, in logarithms, it must be likelier that no name begins with a word than that the likeliest one does,
for the word to need no further look. What it costs to end a name comes to it, some three more: nothing is lost."""

MIN_CHANCE = 0.05
"""Names that are less likely are not told."""

_BEGIN_INSIDE = tuple((kind, LABELS.index(f"B-{kind}"), LABELS.index(f"I-{kind}")) for kind in KINDS)
_INSIDE = frozenset(inside for _kind, _begin, inside in _BEGIN_INSIDE)
_OUTSIDE = LABELS.index(OUTSIDE)
_NOWHERE = (0.0,) * len(KINDS)
_ANY = (1.0,) * len(LABELS)

_FIELD_BITS = 32
_FIELDS = Struct(f"<{len(LABELS)}I")
_RAISED = sum(1 << _FIELD_BITS - 1 + _FIELD_BITS * number for number in range(len(LABELS)))
"""Lifts what is packed above nothing; as much for each label, so that no chance is changed by it."""

_OFFSET = re.compile("(-?[1-9]):(.*)", re.DOTALL)

Scores = Sequence[int]
"""Of one word: how loudly its features speak for each of LABELS, in UNITs, but for what is the same for all."""


class LikelyName(NamedTuple):
    """A name of a KIND by the numbers of its FIRST and LAST word, and how likely it is just that."""

    first: int
    last: int
    kind: str
    chance: float


class Reading(NamedTuple):
    """The likely NAMES of a sentence, which may overlap; and for each word how likely it is in one, by KINDS."""

    names: list[LikelyName]
    inside: list[tuple[float, ...]]


class Weights(NamedTuple):
    """What was learned: TRANSITIONS from one label to the next, in logarithms; for each of FEATURES what it says,
    packed. Labels that no transition has were not learned.
    """

    transitions: Mapping[tuple[str, str], float]
    features: Mapping[str, int]


def packed(scores: Iterable[int]) -> int:
    """SCORES for each of LABELS as one number: the sum of such numbers holds the sums of the scores."""
    return sum(score << _FIELD_BITS * number for number, score in enumerate(scores))


def unpacked(total: int) -> Scores:
    return _FIELDS.unpack((total + _RAISED).to_bytes(_FIELDS.size, "little"))


class Totals:
    """What features say together, packed; FEATURES are those of `Weights`."""

    def __init__(self, features: Mapping[str, int]):
        self._at: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for feature, score in features.items():
            offset, bare = found.groups() if (found := _OFFSET.fullmatch(feature)) else (0, feature)
            self._at[int(offset)][bare] = score

    def of(self, features: Iterable[str], offset: int = 0) -> int:
        """What the FEATURES of a word say of the one that has it at OFFSET."""
        return sum(map(self._at[offset].get, features, repeat(0)))


class Chain:
    """The chances of names in sentences, by forward and backward sums.

    A name begins with B and goes on with I of its kind; no other I can stand, whatever was learned.
    """

    def __init__(self, transitions: Mapping[tuple[str, str], float]):
        self._factors = [[_factor(transitions, one, other) for other in LABELS] for one in LABELS]
        self._columns = [*map(tuple, zip(*self._factors, strict=True))]
        learned = {label for pair in transitions for label in pair}
        self._first = [float(label in learned and place not in _INSIDE) for place, label in enumerate(LABELS)]
        """What may be the first label of a sentence."""

        def gain(one: str, other: str) -> int:
            return round((transitions.get((one, other), 0.0) - transitions[OUTSIDE, OUTSIDE]) * UNIT)

        self._begins = tuple(gain(OUTSIDE, f"B-{kind}") for kind in KINDS)
        self._goes_on = tuple(max(gain(f"{one}-{kind}", f"I-{kind}") for one in "BI") for kind in KINDS)
        """By how much likelier a name of each kind begins, and goes on, than two words on end are in none."""

    def read(self, scores: Sequence[Scores]) -> Reading:
        """Read a sentence whose words have SCORES."""
        names: list[LikelyName] = []
        inside = [_NOWHERE] * len(scores)
        for first, end in self._unsure(scores):
            run = _Run(self, scores[first:end], begins=first == 0, ends=end == len(scores))
            inside[first:end] = run.inside()
            names += [name._replace(first=name.first + first, last=name.last + first) for name in run.names()]
        return Reading(names, inside)

    def _unsure(self, scores: Sequence[Scores]) -> Iterator[tuple[int, int]]:
        """Yield the stretches of words that may be in names: from the first one's number to behind the last one's."""
        may_begin = self._may_begin(scores)
        first = None
        for number, (begins, goes_on) in enumerate(may_begin):
            if first is None:
                first = number if begins else None
            elif not (begins or goes_on):
                yield first, number
                first = None
        if first is not None:
            yield first, len(scores)

    def _may_begin(self, scores: Sequence[Scores]) -> list[tuple[bool, bool]]:
        """For each word whether a name may begin with it, and whether one may go on with it."""
        person, place, body = self._begins
        in_person, in_place, in_body = self._goes_on
        margin = round(SURELY_OUTSIDE * UNIT)
        told = []
        behind = 0
        for outside, b_person, i_person, b_place, i_place, b_body, i_body in reversed(scores):
            begins = max(b_person + person, b_place + place, b_body + body) - outside
            goes_on = max(i_person + in_person, i_place + in_place, i_body + in_body) - outside + behind
            told.append((begins + behind > -margin, goes_on > -margin))
            behind = max(goes_on, 0)
        return told[::-1]

    def before(self, *, begins: bool) -> Sequence[float]:
        """What may be a run's first label: at the beginning of a sentence, or behind a word in no name."""
        return self._first if begins else self._factors[_OUTSIDE]

    def behind(self, *, ends: bool) -> Sequence[float]:
        """What may be a run's last label: at the end of a sentence, or before a word in no name."""
        return _ANY if ends else self._columns[_OUTSIDE]

    def forward(self, behind: Sequence[float]) -> list[float]:
        return [sum(map(mul, behind, column)) for column in self._columns]

    def backward(self, arriving: Sequence[float]) -> list[float]:
        return [sum(map(mul, arriving, row)) for row in self._factors]

    def goes_on(self, label: int, inside: int) -> float:
        return self._factors[label][inside]


class _Run:
    """Words of a sentence on end, any of which may be in a name: the sums over all labels that they can have."""

    def __init__(self, chain: Chain, scores: Sequence[Scores], *, begins: bool, ends: bool):
        self._chain = chain
        self._forward: list[list[float]] = []
        """Of each word, the share of each label among all readings up to it."""
        self._own: list[list[float]] = []
        """What each word says itself, over the total by which the shares are made to add up to one."""
        arrived = chain.before(begins=begins)
        for of_word in scores:
            loudest = max(of_word)
            own = [exp((score - loudest) / UNIT) for score in of_word]
            reached = [*map(mul, arrived, own)]
            total = sum(reached)
            self._own.append([one / total for one in own])
            self._forward.append([one / total for one in reached])
            arrived = chain.forward(self._forward[-1])
        self._backward = self._backwards(chain.behind(ends=ends))
        self._all = sum(map(mul, self._forward[-1], self._backward[-1]))

    def _backwards(self, last: Sequence[float]) -> list[Sequence[float]]:
        backward = [last]
        for own in self._own[:0:-1]:
            backward.append(self._chain.backward([*map(mul, own, backward[-1])]))
        return backward[::-1]

    @cached_property
    def _chances(self) -> list[list[float]]:
        """Of each word, how likely each label is."""
        return [
            [one * other / self._all for one, other in zip(forward, backward, strict=True)]
            for forward, backward in zip(self._forward, self._backward, strict=True)
        ]

    def inside(self) -> Iterator[tuple[float, ...]]:
        for chances in self._chances:
            yield tuple(chances[begin] + chances[inside] for _kind, begin, inside in _BEGIN_INSIDE)

    def names(self) -> Iterator[LikelyName]:
        for first, chances in enumerate(self._chances):
            for kind, begin, inside in _BEGIN_INSIDE:
                if chances[begin] >= MIN_CHANCE:
                    for last, chance in self._ends(first, begin, inside):
                        yield LikelyName(first, last, kind, chance)

    def _ends(self, first: int, begin: int, inside: int) -> Iterator[tuple[int, float]]:
        """Where a name that begins with the FIRST word may end, and how likely it ends there."""
        reached, label = self._forward[first][begin], begin
        for last in range(first, len(self._own)):
            if reached * self._backward[last][label] < MIN_CHANCE * self._all:
                return
            onward = 0.0
            if last + 1 < len(self._own):
                onward = self._chain.goes_on(label, inside) * self._own[last + 1][inside]
            ending = self._backward[last][label]
            if onward:
                ending -= onward * self._backward[last + 1][inside]
            if (chance := reached * ending / self._all) >= MIN_CHANCE:
                yield last, chance
            reached, label = reached * onward, inside


def _factor(transitions: Mapping[tuple[str, str], float], one: str, other: str) -> float:
    if (one, other) not in transitions or (other.startswith("I") and other[2:] != one[2:]):
        return 0.0
    return exp(transitions[one, other])

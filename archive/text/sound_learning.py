"""Learning from names in Latin and Arabic letters how often units of the two stand for each other.

No alignment is given: every one of a pair counts by how likely it is, again and again (the EM algorithm), beginning
with what the rules say.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archive.text.sound_odds import NONE, Counts, odds_of, shares
from archive.text.sound_units import Unit, units
from archive.text.sounds import Measure, difference_of, measure_of

ROUNDS = 6

MAX_DIFFERENCE = 0.75
"""Names further apart, by what the rules say, are not one name in both scripts: others translate, or abridge."""

Sequences = tuple[list[Unit], list[Unit]]
"""A name in Latin letters and in Arabic ones."""

Names = tuple[list[str], list[str]]
"""The same by the names of the units."""


class _Steps(NamedTuple):
    """How likely each step of an alignment is: MATCHES by place in both, LATIN and ARABIC ones that meet nothing."""

    matches: list[list[float]]
    latin: list[float]
    arabic: list[float]


def sequences(latin: Sequence[str], arabic: Sequence[str]) -> Sequences:
    """The units of the folded words LATIN and ARABIC, without regard to where words end: De Mistura is ديمستورا."""
    return [unit for word in latin for unit in units(word)], [unit for word in arabic for unit in units(word)]


def learn(pairs: Iterable[Sequences]) -> Counts:
    """Return how often units met in those of PAIRS that are one name in both scripts."""
    by_rules = measure_of(odds_of({}))
    told = [_names(pair) for pair in pairs if _is_one_name(pair, by_rules)]
    counts: Counts = {}
    for _round in range(ROUNDS):
        counts = _counted(told, shares(counts))
    return counts


def _is_one_name(pair: Sequences, by_rules: Measure) -> bool:
    latin, arabic = ([unit.number for unit in found] for found in pair)
    return difference_of(latin, arabic, by_rules) <= MAX_DIFFERENCE


def _names(pair: Sequences) -> Names:
    latin, arabic = ([unit.name for unit in found] for found in pair)
    return latin, arabic


def _counted(pairs: Iterable[Names], met: Counts) -> Counts:
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for latin, arabic in pairs:
        _count(latin, arabic, met, counts)
    return counts


def _count(latin: list[str], arabic: list[str], met: Counts, counts: dict[tuple[str, str], float]) -> None:
    """Add to COUNTS how often units meet in all alignments of the two, each by how likely it is."""
    steps = _Steps(
        [[met[one, other] for other in arabic] for one in latin],
        [met[one, NONE] for one in latin],
        [met[NONE, other] for other in arabic],
    )
    before, after = _before(steps), _after(steps)
    total = before[-1][-1]
    for row, one in enumerate(latin):
        for column in range(len(arabic) + 1):
            counts[one, NONE] += before[row][column] * steps.latin[row] * after[row + 1][column] / total
    for column, other in enumerate(arabic):
        for row in range(len(latin) + 1):
            counts[NONE, other] += before[row][column] * steps.arabic[column] * after[row][column + 1] / total
        for row, one in enumerate(latin):
            step = steps.matches[row][column] * after[row + 1][column + 1]
            counts[one, other] += before[row][column] * step / total


def _before(steps: _Steps) -> list[list[float]]:
    """How likely what stands before each place of both is, by all alignments of it."""
    likely = [[0.0] * (len(steps.arabic) + 1) for _row in range(len(steps.latin) + 1)]
    likely[0][0] = 1.0
    for row, line in enumerate(likely):
        for column in range(len(line)):
            if row:
                line[column] += likely[row - 1][column] * steps.latin[row - 1]
            if column:
                line[column] += line[column - 1] * steps.arabic[column - 1]
            if row and column:
                line[column] += likely[row - 1][column - 1] * steps.matches[row - 1][column - 1]
    return likely


def _after(steps: _Steps) -> list[list[float]]:
    """How likely what stands behind each place of both is: the same, from the end."""
    turned = _Steps([line[::-1] for line in steps.matches[::-1]], steps.latin[::-1], steps.arabic[::-1])
    return [line[::-1] for line in _before(turned)[::-1]]

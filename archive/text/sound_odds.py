"""How likely units in Latin letters stand for units in Arabic letters, as was learned from names in both.

`sound_counts_v1.tsv` says how often units met where names in both scripts were aligned (`script/sound-counts`). The
costs that the rules set by hand are the prior: they count as much as PRIOR_COUNT meetings of each Latin unit, so that
a rare one, or one of a new rule, is what the rules say.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from math import exp, log
from pathlib import Path
from typing import NamedTuple

from archive.text.sound_units import ARABIC_READER, LATIN_READER, difference

COUNTS_FILE = Path(__file__).with_name("sound_counts_v1.tsv")

PRIOR_COUNT = 20
COST_OF_ODDS = 0.12
"""What a rule's cost says of odds: so much more is less likely by a factor of e."""

LEAST_ODDS = -3.0
"""However seldom two units meet, they may: a name is not another for one odd letter."""

NONE = ""
"""Instead of a unit's name: that the other one stands for nothing."""

Counts = Mapping[tuple[str, str], float]
"""By the names of a Latin and an Arabic unit, or NONE."""


class Odds(NamedTuple):
    """Natural logarithms, by the numbers of units.

    MATCHES say how much likelier a Latin and an Arabic unit stand for each other than meet by chance; LATIN_SILENT
    and ARABIC_SILENT, how likely one stands for nothing.
    """

    matches: list[list[float]]
    latin_silent: list[float]
    arabic_silent: list[float]


@cache
def learned_odds() -> Odds:
    return odds_of(read_counts())


def read_counts() -> dict[tuple[str, str], float]:
    lines = COUNTS_FILE.read_text(encoding="utf-8").splitlines()
    return {(latin, arabic): float(count) for latin, arabic, count in (line.split("\t") for line in lines)}


def shares(counts: Counts) -> dict[tuple[str, str], float]:
    """How likely each two units meet, or one meets nothing, of all meetings: by COUNTS and by the prior."""
    weighed = {pair: counts.get(pair, 0) + PRIOR_COUNT * share for pair, share in _prior().items()}
    total = sum(weighed.values())
    return {pair: weight / total for pair, weight in weighed.items()}


def odds_of(counts: Counts) -> Odds:
    met = shares(counts)
    latin: dict[str, float] = defaultdict(float)
    arabic: dict[str, float] = defaultdict(float)
    for (one, other), share in met.items():
        latin[one] += share
        arabic[other] += share
    return Odds(
        [
            [
                max(LEAST_ODDS, log(met[one.name, other.name] / latin[one.name] / arabic[other.name]))
                for other in ARABIC_READER.units
            ]
            for one in LATIN_READER.units
        ],
        [log(met[one.name, NONE] / latin[one.name]) for one in LATIN_READER.units],
        [log(met[NONE, other.name] / arabic[other.name]) for other in ARABIC_READER.units],
    )


@cache
def _prior() -> dict[tuple[str, str], float]:
    """What the rules say: a share of 1 for all that each Latin unit may be; of each Arabic one, that for nothing."""
    prior: dict[tuple[str, str], float] = {}
    for one in LATIN_READER.units:
        likely = {other.name: _likely(difference(one, other)) for other in ARABIC_READER.units}
        likely[NONE] = _likely(one.silent)
        total = sum(likely.values())
        prior |= {(one.name, other): share / total for other, share in likely.items()}
    return prior | {(NONE, other.name): _likely(other.silent) for other in ARABIC_READER.units}


def _likely(cost: float) -> float:
    return exp(-cost / COST_OF_ODDS)

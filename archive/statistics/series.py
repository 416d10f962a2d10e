"""Figures day by day: what is worked out of what was reported. None is a day of which nothing was, and never zero."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from archive.models import Measure

MEAN_DAYS = 7
MAX_MEAN_GAP_DAYS = 7
"""Of a longer silence before its week, a mean would tell of another time."""

MILLION = 1_000_000

Value = float | None
Values = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from the last one reported before it, DAYS earlier; a total that fell is CORRECTED."""

    value: float
    days: int
    corrected: bool


def by_day(figures: Iterable[tuple[date, Value]], first: date, last: date) -> list[Value]:
    """Return FIGURES of the days FIRST to LAST in a row."""
    known = dict(figures)
    return [known.get(first + timedelta(days=number)) for number in range((last - first).days + 1)]


def changes(values: Values) -> list[Change | None]:
    """Return how each of VALUES, of one day after the other, differs from the last known before it."""
    found: list[Change | None] = []
    before = None
    for day, value in enumerate(values):
        if value is None or before is None:
            found.append(None)
        else:
            difference = value - values[before]
            found.append(Change(difference, day - before, corrected=difference < 0))
        before = before if value is None else day
    return found


def daily(values: Values, kind: str) -> list[Value]:
    """Return the counts of single days: those reported, or the steps of a total, negative where it was corrected.

    The step after days of silence is of all these days; the days themselves stay unknown.
    """
    if kind != Measure.Kind.TOTAL:
        return list(values)
    return [change and change.value for change in changes(values)]


def weekly_mean(values: Values, kind: str) -> list[Value]:
    """Return the mean of the MEAN_DAYS days that end with each: of counts, of levels, or of the steps of a total."""
    if kind == Measure.Kind.TOTAL:
        return [_mean_step(values, day) for day in range(len(values))]
    return [_mean_of(values[max(0, day + 1 - MEAN_DAYS) : day + 1]) for day in range(len(values))]


def corrections(values: Values, kind: str) -> list[bool]:
    """Return which of VALUES correct what was reported before: a total below the last one, a count below zero."""
    if kind == Measure.Kind.TOTAL:
        return [bool(change and change.corrected) for change in changes(values)]
    return [kind == Measure.Kind.DAILY and value is not None and value < 0 for value in values]


def per_million(values: Values, population: int | None) -> list[Value]:
    """Return VALUES for each million of POPULATION; nothing where nobody knows how many there are."""
    if not population:
        return [None] * len(values)
    return [None if value is None else value * MILLION / population for value in values]


def _mean_step(values: Values, day: int) -> Value:
    """How much the total grew a day up to DAY, since a week before or since the last figure before that."""
    if values[day] is None:
        return None
    since = day - MEAN_DAYS
    while since >= 0 and values[since] is None and since > day - MEAN_DAYS - MAX_MEAN_GAP_DAYS:
        since -= 1
    if since < 0 or values[since] is None:
        return None
    return (values[day] - values[since]) / (day - since)


def _mean_of(week: Values) -> Value:
    """The mean of what is known of a whole week that ends with a known day."""
    known = [value for value in week if value is not None]
    return sum(known) / len(known) if len(week) == MEAN_DAYS and week[-1] is not None else None

"""How many articles answer a search, and how they divide by section, source, entity and year.

Up to MAX_COUNTED they are counted; more are estimated from samples of the archive of equal size, and said to be.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from archive.models import Entity, Section, Source
from archive.search.conditions import Condition
from archive.search.keys import SAMPLES, Kind, keys

MAX_COUNTED = 10_000
SAMPLE_SIZE = 4_000
"""How many answers a sample should hold: a tenth of them is told to about a twentieth."""

MAX_VALUES = 10


@dataclass(frozen=True)
class Count:
    """A number of articles; VALUE is an estimate, rounded to two digits, unless EXACT."""

    value: int = 0
    exact: bool = True

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: the SLUG that selects it in the address, the NAME shown, and how many results have it."""

    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Facets:
    """The commonest values of each kind, years in order; estimates unless EXACT."""

    section: list[FacetValue] = field(default_factory=list)
    source: list[FacetValue] = field(default_factory=list)
    entity: list[FacetValue] = field(default_factory=list)
    year: list[FacetValue] = field(default_factory=list)
    exact: bool = True


TOTAL, YEAR = -1, -2
"""Kinds of figures that are no kinds of keys."""

DIVIDE = f"""
WITH matched AS MATERIALIZED (
    SELECT entry.keys, entry.listed_at FROM archive_articlesearch AS entry %(where)s LIMIT {MAX_COUNTED + 1}
), by_key AS (
    SELECT (key & 7)::int AS kind, key >> 3 AS value, count(*) AS count
    FROM matched, unnest(keys) AS key WHERE key & 7 = ANY (%%s) GROUP BY key
), common AS (
    SELECT *, row_number() OVER (PARTITION BY kind ORDER BY count DESC, value) AS place FROM by_key
)
SELECT {TOTAL}, 0, count(*) FROM matched
UNION ALL SELECT kind, value, count FROM common WHERE place <= {MAX_VALUES}
UNION ALL SELECT {YEAR}, extract(year FROM listed_at AT TIME ZONE %%s)::bigint, count(*) FROM matched
    WHERE listed_at > '1500-01-01' GROUP BY 2
"""
FACETS = [Kind.SECTION, Kind.SOURCE, Kind.ENTITY]

Figures = dict[int, dict[int, int]]


COUNT = f"""
SELECT {TOTAL}, 0, count(*)
FROM (SELECT FROM archive_articlesearch AS entry %(where)s LIMIT {MAX_COUNTED + 1}) AS matched
"""


def divide(condition: Condition, expected: float) -> tuple[Count, Facets]:
    """Return how many entries meet CONDITION, and their facets; EXPECTED is a guess of how many do."""
    count, figures, scale = _measured(_divide, condition, expected)
    return count, _facets(figures, scale)


def count(condition: Condition, expected: float) -> Count:
    """Return how many entries meet CONDITION; EXPECTED is a guess of how many do."""
    return _measured(_count, condition, expected)[0]


def _measured(
    measure: Callable[[Condition], Figures], condition: Condition, expected: float
) -> tuple[Count, Figures, float]:
    """How many entries meet CONDITION, what MEASURE says of them or of samples of them, and how often those go in."""
    if expected <= MAX_COUNTED * 2:
        figures = measure(condition)
        if figures[TOTAL][0] <= MAX_COUNTED:
            return Count(figures[TOTAL][0]), figures, 1
    samples = max(1, min(SAMPLES // 2, round(SAMPLES * SAMPLE_SIZE / max(expected, MAX_COUNTED))))
    figures = measure(condition & Condition.of("entry.keys && %s::bigint[]", keys(Kind.SAMPLE, range(samples))))
    scale = SAMPLES / samples
    estimate = figures[TOTAL][0] * scale
    if estimate <= MAX_COUNTED and expected > MAX_COUNTED * 2:
        return _measured(measure, condition, estimate)
    return Count(_rounded(estimate), exact=False), figures, scale


def _divide(condition: Condition) -> Figures:
    return _figures(DIVIDE, condition, FACETS, timezone.get_current_timezone_name())


def _count(condition: Condition) -> Figures:
    return _figures(COUNT, condition)


def _figures(sql: str, condition: Condition, *params) -> Figures:
    figures: Figures = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(sql % {"where": condition.where}, [*condition.where_params, *params])
        for kind, value, number in cursor.fetchall():
            figures[kind][value] = number
    return figures


def _facets(figures: Figures, scale: float) -> Facets:
    exact = scale == 1

    def values(kind: Kind, model: type[Section | Source | Entity]) -> list[FacetValue]:
        things = model.objects.in_bulk(figures[kind])
        return [
            FacetValue(str(key) if model is Entity else things[key].slug, things[key].label, scaled(number))
            for key, number in sorted(figures[kind].items(), key=lambda item: (-item[1], item[0]))
            if key in things
        ]

    def scaled(number: int) -> int:
        return number if exact else _rounded(number * scale)

    return Facets(
        section=values(Kind.SECTION, Section),
        source=values(Kind.SOURCE, Source),
        entity=values(Kind.ENTITY, Entity),
        year=[FacetValue(str(year), str(year), scaled(number)) for year, number in sorted(figures[YEAR].items())],
        exact=exact,
    )


def _rounded(number: float) -> int:
    digits = max(0, len(str(int(number))) - 2)
    return int(round(number / 10**digits) * 10**digits)

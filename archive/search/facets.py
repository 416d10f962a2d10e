"""How many articles answer a search, and how they divide by section, source, entity and year.

Up to MAX_COUNTED they are counted, and up to MAX_DIVIDED divided; of more, samples of equal size tell, and it is said
that they do.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from archive.models import Entity, Section, Source
from archive.search.conditions import Condition
from archive.search.keys import SAMPLES, Kind, keys

MAX_COUNTED = 10_000
MAX_DIVIDED = 2_000
"""Dividing reads what each answer is filed under, and takes longer than counting."""

SAMPLE_SIZE = 4_000
"""How many answers a sample should hold: a tenth of them is told to about a twentieth."""

SLACK = 1.1
"""A guess this little above what can be counted may be wrong: it is tried."""

FEW = 600
"""So few answers are named, and need not be asked for again."""

MAX_CHECKED = 5_000
"""The words of a phrase are looked up, the phrase itself is read in each article that has them: so many are read."""

MIN_SAMPLED = 10
"""A sample that holds fewer answers tells too little: all are looked for."""

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


@dataclass(frozen=True)
class Division:
    """How many articles answer a search, their facets, and where they are FEW, their ids."""

    count: Count
    facets: Facets
    ids: list[int] | None = None


TOTAL, YEAR, ID = -1, -2, -3
"""Kinds of figures that are no kinds of keys."""

DIVIDE = f"""
WITH matched AS MATERIALIZED (
    SELECT entry.article_id, entry.keys, entry.listed_at FROM archive_articlesearch AS entry %(where)s LIMIT %%s
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
UNION ALL SELECT {ID}, article_id, 1 FROM matched WHERE (SELECT count(*) FROM matched) <= %%s
"""
FACETS = [Kind.SECTION, Kind.SOURCE, Kind.ENTITY]

COUNT = "SELECT count(*) FROM (SELECT FROM archive_articlesearch AS entry %s LIMIT %%s) AS matched"

Figures = dict[int, dict[int, int]]


def divide(condition: Condition, expected: float, checked: float = 0) -> Division:
    """Return how many entries meet CONDITION, and their facets.

    EXPECTED is a guess of how many do; CHECKED of how many must be read to know, because a phrase is asked for.
    """
    if checked > MAX_CHECKED:
        samples = _samples_checked(checked)
        figures = _divide(condition & _in_samples(samples), limit=2 * MAX_DIVIDED)
        if (sampled := figures[TOTAL][0]) >= MIN_SAMPLED:
            scale = SAMPLES / samples
            return Division(Count(_rounded(sampled * scale), exact=False), _facets(figures, scale))
    if expected <= MAX_DIVIDED * SLACK:
        # What took long to find is not looked for again.
        few = MAX_DIVIDED if checked else FEW
        figures = _divide(condition, limit=MAX_DIVIDED + 1, few=few)
        total = figures[TOTAL][0]
        if total <= MAX_DIVIDED:
            return Division(Count(total), _facets(figures, 1), list(figures[ID]) if total <= few else None)
    counted = count(condition, expected)
    figures = _divide(condition & _sample(counted), limit=2 * MAX_DIVIDED)
    return Division(counted, _facets(figures, counted.value / max(figures[TOTAL][0], 1)))


def _samples_checked(checked: float) -> int:
    """How many of the SAMPLES hold about MAX_CHECKED of CHECKED articles."""
    return max(1, int(SAMPLES * MAX_CHECKED / checked))


def _sample(counted: Count) -> Condition:
    """The samples that hold about MAX_DIVIDED of COUNTED articles."""
    samples = max(1, min(SAMPLES, SAMPLES * MAX_DIVIDED // max(counted.value, 1)))
    if counted.exact:
        # Of few, asking the index for their samples too would take longer than looking at all.
        return Condition.of("entry.article_id %% %s < %s", SAMPLES, samples)
    return _in_samples(samples)


def _in_samples(samples: int) -> Condition:
    return Condition.filed_under_any(keys(Kind.SAMPLE, range(samples)))


def count(condition: Condition, expected: float, checked: float = 0) -> Count:
    """Return how many entries meet CONDITION; EXPECTED and CHECKED are guesses as in `divide`."""
    if checked > MAX_CHECKED:
        samples = _samples_checked(checked)
        if (sampled := _count(condition & _in_samples(samples))) >= MIN_SAMPLED:
            return Count(_rounded(sampled * SAMPLES / samples), exact=False)
    guess = expected
    while True:
        if guess <= MAX_COUNTED * SLACK:
            total = _count(condition)
            if total <= MAX_COUNTED:
                return Count(total)
        samples = max(1, min(SAMPLES // 2, round(SAMPLES * SAMPLE_SIZE / max(guess, MAX_COUNTED))))
        estimate = _count(condition & _in_samples(samples)) * SAMPLES / samples
        if estimate > MAX_COUNTED or guess <= MAX_COUNTED * SLACK:
            return Count(_rounded(estimate), exact=False)
        guess = estimate


def _count(condition: Condition) -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT % condition.where, [*condition.where_params, MAX_COUNTED + 1])
        return cursor.fetchone()[0]


def _divide(condition: Condition, limit: int, few: int = 0) -> Figures:
    figures: Figures = defaultdict(dict)
    with connection.cursor() as cursor:
        zone = timezone.get_current_timezone_name()
        cursor.execute(DIVIDE % {"where": condition.where}, [*condition.where_params, limit, FACETS, zone, few])
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

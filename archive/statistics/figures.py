"""What is read of a dataset's figures: the last ones of its measures and of its regions, and figures over time.

Each of these functions asks the database once, however many regions and days there are.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db import connection

from archive.asking import Asking, asked, rows_of
from archive.models import Dataset, Measure, Region
from archive.models.entity import DEFINITE_ARTICLE
from archive.statistics.series import (
    MAX_MEAN_GAP_DAYS,
    MEAN_DAYS,
    MILLION,
    Change,
    Value,
    by_day,
    changes,
    weekly_mean,
)
from archive.text.normalize import fold

DAYS_BEFORE = MEAN_DAYS + MAX_MEAN_GAP_DAYS
"""What is worked out of a day's figure looks back so far."""

LAST_OF_TOTALS = """
SELECT m.id, last.days, last.figures, last.reported
FROM archive_measure m CROSS JOIN LATERAL (
    SELECT array_agg(t.date::text) AS days, array_agg(t.value) AS figures,
        max(t.reported) FILTER (WHERE t.place = 1) AS reported
    FROM (
        SELECT t.date, t.value, t.reported, row_number() OVER (ORDER BY t.date DESC) AS place
        FROM archive_measuretotal t WHERE t.measure_id = m.id AND t.date <= %(until)s ORDER BY t.date DESC LIMIT 2
    ) t
) last
WHERE m.id = ANY (%(measures)s) AND last.days IS NOT NULL
"""

LAST_OF_REGION = """
SELECT m.id, last.days, last.figures, 1 AS reported
FROM archive_measure m CROSS JOIN LATERAL (
    SELECT array_agg(o.date::text) AS days, array_agg(o.value) AS figures
    FROM (
        SELECT o.date, o.value FROM archive_observation o
        WHERE o.measure_id = m.id AND o.region_id = %(region)s AND o.date <= %(until)s AND o.value IS NOT NULL
        ORDER BY o.date DESC LIMIT 2
    ) o
) last
WHERE m.id = ANY (%(measures)s) AND last.days IS NOT NULL
"""

LAST_OF_REGIONS = """
SELECT r.id, r.code, r.name, r.name_latin, r.population, r.population_year, last.days, last.figures
FROM archive_region r CROSS JOIN LATERAL (
    SELECT array_agg(o.date) AS days, array_agg(o.value) AS figures
    FROM (
        SELECT o.date, o.value FROM archive_observation o
        WHERE o.measure_id = %(measure)s AND o.region_id = r.id AND o.date <= %(until)s AND o.value IS NOT NULL
        ORDER BY o.date DESC LIMIT %(count)s
    ) o
) last
WHERE EXISTS (SELECT FROM archive_observation o WHERE o.measure_id = ANY (%(measures)s) AND o.region_id = r.id)
"""

OF_REGIONS = """
SELECT region_id, date::text AS day, value, note FROM archive_observation
WHERE measure_id = %(measure)s AND region_id = ANY (%(regions)s) AND date BETWEEN %(first)s AND %(last)s ORDER BY date
"""

OF_TOTALS = """
SELECT date::text AS day, value FROM archive_measuretotal
WHERE measure_id = %(measure)s AND date BETWEEN %(first)s AND %(last)s ORDER BY date
"""

EXTENTS = """
SELECT m.dataset_id, min(first.date)::text AS first, max(last.date)::text AS last, (
    SELECT count(*) FROM archive_region r WHERE EXISTS (
        SELECT FROM archive_observation o JOIN archive_measure own ON own.id = o.measure_id
        WHERE own.dataset_id = m.dataset_id AND o.region_id = r.id
    )
) AS regions
FROM archive_measure m
CROSS JOIN LATERAL (SELECT date FROM archive_observation o WHERE o.measure_id = m.id ORDER BY date LIMIT 1) first
CROSS JOIN LATERAL (SELECT date FROM archive_observation o WHERE o.measure_id = m.id ORDER BY date DESC LIMIT 1) last
WHERE m.dataset_id = ANY (%(datasets)s)
GROUP BY m.dataset_id
"""


class Extent(NamedTuple):
    """From when to when a dataset has figures, and of how many regions."""

    first: date
    last: date
    regions: int


class Headline(NamedTuple):
    """The last figure of a measure, by how many regions it was REPORTED, and how it differs from the one before."""

    measure: Measure
    date: date
    value: float
    reported: int
    change: Change | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A region with its last figure, how that differs from the one before, and the mean of its last week.

    DAY and VALUE are None where it never reported any. The mean is of the counts of days, of totals too.
    """

    region: Region
    day: date | None = None
    value: Value = None
    change: Change | None = None
    mean: Value = None

    @property
    def per_million(self) -> Value:
        if self.value is None or not self.region.population:
            return None
        return self.value * MILLION / self.region.population


class Figure(NamedTuple):
    """A figure of a day as it was reported, with what editors remark on it."""

    date: date
    value: Value
    note: str


@asked
def headlines(
    measures: Sequence[Measure], *, region: Region | None = None, until: date | None = None
) -> Asking[list[Headline]]:
    """Return the last figures up to UNTIL of those of MEASURES that have any: of REGION, or the sums over all."""
    params = {"measures": [measure.pk for measure in measures], "until": until or date.max}
    if region:
        rows = yield from rows_of(LAST_OF_REGION, params | {"region": region.pk})
    else:
        rows = yield from rows_of(LAST_OF_TOTALS, params)
    by_measure = {pk: ([*map(date.fromisoformat, days)], figures, reported) for pk, days, figures, reported in rows}
    found = []
    for measure in measures:
        if measure.pk in by_measure:
            days, figures, reported = by_measure[measure.pk]
            values = _recent(days, figures)
            found.append(Headline(measure, days[0], values[-1], reported, _counted(changes(values)[-1], measure)))
    return found


def standings(measure: Measure, measures: Sequence[Measure], *, until: date | None = None) -> list[Standing]:
    """Return all regions that MEASURES have figures of, with their last of MEASURE up to UNTIL, by their names."""
    asked = {
        "measure": measure.pk,
        "measures": [one.pk for one in measures],
        "until": until or date.max,
        "count": DAYS_BEFORE + 1,
    }
    found = []
    for *fields, days, figures in _rows(LAST_OF_REGIONS, asked):
        region = Region(*fields)
        found.append(_standing(region, measure, days, figures) if days else Standing(region))
    return sorted(found, key=by_name)


def by_name(standing: Standing) -> str:
    """The key by which regions stand in the order of the alphabet, whatever their hamzas and articles."""
    return fold(re.sub(DEFINITE_ARTICLE, "", standing.region.label))


@asked
def region_figures(
    measure: Measure, regions: Collection[Region], first: date | None, last: date | None
) -> Asking[dict[int, list[Figure]]]:
    """Return the figures of REGIONS, by their ids, from what stands before FIRST as far as their means need it."""
    rows = yield from rows_of(
        OF_REGIONS, _period(first, last) | {"measure": measure.pk, "regions": [region.pk for region in regions]}
    )
    found: dict[int, list[Figure]] = {region.pk: [] for region in regions}
    for region_id, day, value, note in rows:
        found[region_id].append(Figure(date.fromisoformat(day), None if value is None else float(value), note))
    return found


@asked
def total_figures(measure: Measure, first: date | None, last: date | None) -> Asking[list[Figure]]:
    """Return the sums over all regions, as `region_figures`."""
    rows = yield from rows_of(OF_TOTALS, _period(first, last) | {"measure": measure.pk})
    return [Figure(date.fromisoformat(day), float(value), "") for day, value in rows]


def _period(first: date | None, last: date | None) -> dict[str, date]:
    begins = first and (first - date.min).days > DAYS_BEFORE
    return {"first": first - timedelta(days=DAYS_BEFORE) if begins else date.min, "last": last or date.max}


@asked
def extents(datasets: Iterable[Dataset]) -> Asking[dict[int, Extent]]:
    """Return how far the figures of DATASETS reach, by their ids; nothing of one without figures."""
    rows = yield from rows_of(EXTENTS, {"datasets": [dataset.pk for dataset in datasets]})
    return {
        dataset_id: Extent(date.fromisoformat(first), date.fromisoformat(last), regions)
        for dataset_id, first, last, regions in rows
    }


def _standing(region: Region, measure: Measure, days: Sequence[date], figures: Iterable) -> Standing:
    values = _recent(days, figures)
    change = _counted(changes(values)[-1], measure)
    return Standing(region, days[0], values[-1], change, weekly_mean(values, measure.kind)[-1])


def _recent(days: Sequence[date], figures: Iterable) -> list[Value]:
    """FIGURES of DAYS, the last first, as one value a day up to the last."""
    known = [(day, float(value)) for day, value in zip(days, figures, strict=True)]
    return by_day(known, days[-1], days[0])


def _counted(change: Change | None, measure: Measure) -> Change | None:
    """CHANGE; only a total is corrected by falling."""
    if change is None or measure.is_total:
        return change
    return Change(change.value, change.days, corrected=False)


def _rows(sql: str, asked: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return cursor.fetchall()

"""What many articles are made of: how many there are, by month, by section and by source, in one question."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from archive.models.article import UNDATED, published_in_sql
from archive.models.languages import shown
from archive.search.conditions import Condition
from archive.search.facets import FacetValue
from archive.search.keys import Kind
from archive.search.months import MONTH, Counts

MAX_VALUES = 10
TOTAL, HELD = -1, -2
"""Kinds of figures that are no kinds of keys."""

# The months held are looked up one by one, each until its first article: the whole archive is not counted for them.
OVERVIEW = f"""
WITH matched AS MATERIALIZED (
    SELECT entry.article_id, entry.keys, entry.listed_at FROM archive_articlesearch AS entry %s
), by_key AS (
    SELECT (key & 7)::int AS kind, key >> 3 AS value, count(*) AS count FROM matched, unnest(keys) AS key
    WHERE key & 7 IN ({Kind.SECTION:d}, {Kind.SOURCE:d}) GROUP BY key
), common AS (
    SELECT *, row_number() OVER (PARTITION BY kind ORDER BY count DESC, value) AS place FROM by_key
), months AS (
    SELECT {MONTH.format(at="at")} AS month, count(*) AS count FROM (
        SELECT listed_at AT TIME ZONE %%s AS at FROM matched WHERE listed_at > %%s
            AND article_id NOT IN (SELECT id FROM archive_article WHERE date_precision = 'year')
    ) AS dated GROUP BY 1
), held AS (
    SELECT month FROM (SELECT min(month) AS first, max(month) AS last FROM months) AS span,
        generate_series(first - first %%%% 12, last - last %%%% 12 + 11) AS month
    WHERE EXISTS (
        SELECT FROM archive_article
        WHERE {published_in_sql("archive_article", "%%s")} AND date_precision <> 'year'
            AND listed_at >= make_timestamptz(month / 12, month %%%% 12 + 1, 1, 0, 0, 0, %%s)
            AND listed_at < make_timestamptz((month + 1) / 12, (month + 1) %%%% 12 + 1, 1, 0, 0, 0, %%s))
)
SELECT {TOTAL}, 0, count(*), '', '', '' FROM matched
UNION ALL SELECT {Kind.MONTH:d}, month, count, '', '', '' FROM months
UNION ALL SELECT {HELD}, month, 1, '', '', '' FROM held
UNION ALL SELECT kind, value, count, coalesce(section.slug, source.slug), coalesce(section.name, source.name),
    coalesce(section.name_latin, source.name_latin)
FROM common LEFT JOIN archive_section AS section ON kind = {Kind.SECTION:d} AND section.id = value
    LEFT JOIN archive_source AS source ON kind = {Kind.SOURCE:d} AND source.id = value
WHERE place <= {MAX_VALUES}
ORDER BY 1, 3 DESC, 2
"""


@dataclass(frozen=True)
class Overview:
    """How many articles there are, their MONTHS, the commonest of their SECTIONS and SOURCES.

    HELD are the months of which the archive has any article, in the years from the first of these to the last.
    """

    count: int = 0
    months: Counts = field(default_factory=dict)
    held: frozenset[int] = frozenset()
    sections: list[FacetValue] = field(default_factory=list)
    sources: list[FacetValue] = field(default_factory=list)


def overview(condition: Condition) -> Overview:
    """Return what the entries that meet CONDITION are made of."""
    zone = timezone.get_current_timezone_name()
    asked = [*condition.where_params, zone, UNDATED, timezone.now(), zone, zone]
    figures: dict[int, dict[int, int]] = defaultdict(dict)
    named: dict[int, list[FacetValue]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(OVERVIEW % condition.where, asked)
        for kind, value, count, slug, name, name_latin in cursor.fetchall():
            figures[kind][value] = count
            if name:
                named[kind].append(FacetValue(slug, shown(name, name_latin), count))
    return Overview(
        count=figures[TOTAL][0],
        months=figures[Kind.MONTH],
        held=frozenset(figures[HELD]),
        sections=named[Kind.SECTION],
        sources=named[Kind.SOURCE],
    )

"""Articles by month: those of a search, those that name entities, and what the archive holds at all.

Months are year * 12 + month - 1, of the site's time zone. An article known to its year only is in no month.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from archive.asking import Asking, asked, rows_of
from archive.models.article import UNDATED, published_in_sql
from archive.search.conditions import Condition
from archive.search.keys import SAMPLES, Kind, key, keys

MAX_DATED = 60_000
MAX_READ = 3_000
"""Of more articles the months of a sample are counted; of fewer, where each has to be read because of a phrase."""

SAMPLE_SIZE = 30_000

MONTH = "(extract(year FROM {at}) * 12 + extract(month FROM {at}) - 1)::int"

HAS_MONTH = """entry.listed_at > %(undated)s
    AND entry.article_id NOT IN (SELECT id FROM archive_article WHERE date_precision = 'year')"""

BY_MONTH = f"""
SELECT {MONTH.format(at="at")} AS month, count(*) AS count FROM (
    SELECT entry.listed_at AT TIME ZONE %s AS at FROM archive_articlesearch AS entry %s
) AS dated GROUP BY 1
"""

BY_ENTITY = f"""
SELECT key >> 3 AS entity_id, {MONTH.format(at="at")} AS month, count(*) AS count FROM (
    SELECT unnest(entry.keys) AS key, entry.listed_at AT TIME ZONE %(zone)s AS at FROM archive_articlesearch AS entry
    WHERE entry.keys && %(keys)s::bigint[] AND entry.visible_from <= %(now)s AND {HAS_MONTH}
) AS dated WHERE key = ANY (%(keys)s::bigint[]) GROUP BY 1, 2
"""

# In the words of the index of holdings, which alone is read.
HOLDINGS = f"""
SELECT {MONTH.format(at="at")} AS month, count(*) AS count FROM (
    SELECT listed_at AT TIME ZONE %(zone)s AS at FROM archive_article
    WHERE {published_in_sql("archive_article", "%(now)s")} AND listed_at > %(undated)s AND date_precision <> 'year'
) AS dated GROUP BY 1
"""

Counts = dict[int, int]
"""Articles by month."""


@dataclass(frozen=True)
class MonthCounts:
    """COUNTS by month; estimates from a sample unless EXACT."""

    counts: Counts
    exact: bool = True


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def year_and_month(month: int) -> tuple[int, int]:
    """The year and the month (1 to 12) of MONTH."""
    return month // 12, month % 12 + 1


def has_month() -> Condition:
    """The condition of entries whose article's month is known."""
    return Condition.of(HAS_MONTH.replace("%(undated)s", "%s"), UNDATED)


@asked
def count_by_month(condition: Condition, expected: float, read: float = 0) -> Asking[MonthCounts]:
    """Return the months of the entries that meet CONDITION.

    About so many are EXPECTED, and so many must be READ to know which they are: of too many, a sample tells.
    """
    share = min(
        SAMPLE_SIZE / expected if expected > MAX_DATED else 1,
        MAX_READ / read if read > MAX_READ else 1,
    )
    if share == 1:
        return MonthCounts((yield from _by_month(condition)))
    samples = max(1, round(SAMPLES * share))
    sample = condition & Condition.filed_under_any(keys(Kind.SAMPLE, range(samples)))
    found = yield from _by_month(sample)
    counts = {month: round(count * SAMPLES / samples) for month, count in found.items()}
    return MonthCounts(counts, exact=False)


def _by_month(condition: Condition) -> Asking[Counts]:
    dated = condition & has_month()
    return dict((yield from rows_of(BY_MONTH % ("%s", dated.where), [_zone(), *dated.where_params])))


@asked
def entities_by_month(entity_ids: Collection[int]) -> Asking[dict[int, Counts]]:
    """Return for each of ENTITY_IDS the months of the published articles that name it."""
    found: dict[int, Counts] = defaultdict(dict)
    wanted = {"keys": [key(Kind.ENTITY, pk) for pk in entity_ids], "zone": _zone(), **_now()}
    for entity_id, month, count in (yield from rows_of(BY_ENTITY, wanted)):
        found[entity_id][month] = count
    return found


@asked
def holdings() -> Asking[Counts]:
    """Return how many published articles the archive has of each month, those with none left out."""
    return dict((yield from rows_of(HOLDINGS, {"zone": _zone(), **_now()})))


def _now() -> dict[str, object]:
    return {"now": timezone.now(), "undated": UNDATED}


def _zone() -> str:
    return timezone.get_current_timezone_name()

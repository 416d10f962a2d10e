"""Results by date, those without one last.

Of many, only those of the last (or first) months that surely hold the page are looked at.
"""

from collections.abc import Iterable

from django.utils import timezone

from archive.asking import Asking, asked, rows_of
from archive.models.article import UNDATED
from archive.search.conditions import Condition
from archive.search.keys import Kind, keys, month_of
from archive.search.months import MONTH
from archive.search.ranking import Ranked
from archive.search.statistics import Statistics

SORTABLE = 5_000
"""So many matches are sorted as a whole; beyond, month by month."""

MAX_MONTHS = 5_000
"""An article dated centuries ago is a mistake, and would make the question to the index too long."""

OLDEST = f"""
SELECT {MONTH.format(at="at")} AS month FROM (
    SELECT min(listed_at) AT TIME ZONE 'UTC' AS at FROM archive_article WHERE listed_at > %s
) AS oldest
"""

MARGIN = 1.5
GROWTH = 4


@asked
def by_date(
    condition: Condition, statistics: Statistics, expected: float, start: int, size: int, *, newest_first: bool
) -> Asking[list[Ranked]]:
    """Return SIZE entries that meet CONDITION, from START on by date; about EXPECTED do."""
    if expected > SORTABLE:
        months = yield from _months(statistics, newest_first=newest_first)
        share = expected / max(statistics.article_count, 1)
        wanted = (start + size) * MARGIN
        while (window := _window(months, wanted / share)) is not None:
            in_window = Condition.filed_under_any(keys(Kind.MONTH, window))
            found = yield from _sorted(condition & in_window, start, size, newest_first=newest_first)
            if len(found) == size:
                return found
            wanted *= GROWTH
    return (yield from _sorted(condition, start, size, newest_first=newest_first))


def _months(statistics: Statistics, *, newest_first: bool) -> Asking[list[tuple[int, int]]]:
    """Every month from the oldest article's to the present one, in order, with its count; undated articles' last.

    Months without a count may have articles that came after the figures.
    """
    [(oldest,)] = yield from rows_of(OLDEST, [UNDATED])
    last = month_of(timezone.now())
    first = last if oldest is None else oldest
    if last - first > MAX_MONTHS:
        return []
    dated = range(last, first - 1, -1) if newest_first else range(first, last + 1)
    return [(month, statistics.months.get(month, 0)) for month in (*dated, month_of(UNDATED))]


def _window(months: Iterable[tuple[int, int]], wanted: float) -> list[int] | None:
    """The first of MONTHS that hold WANTED articles together; None when all of them do not."""
    window, held = [], 0
    for month, count in months:
        window.append(month)
        held += count
        if held >= wanted:
            return window
    return None


def _sorted(condition: Condition, start: int, size: int, *, newest_first: bool) -> Asking[list[Ranked]]:
    order = "DESC" if newest_first else "ASC"
    sql = f"""
        SELECT entry.article_id FROM archive_articlesearch AS entry {condition.where}
        ORDER BY entry.listed_at = %s, entry.listed_at {order}, entry.article_id {order} LIMIT %s OFFSET %s
        """
    rows = yield from rows_of(sql, [*condition.where_params, UNDATED, size, start])
    return [Ranked(article_id, 0.0) for (article_id,) in rows]

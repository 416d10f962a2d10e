"""What the admin's first page tells of the archive: how much came out, what was slow, what the disk holds."""

import re
import shutil
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from archive.models import TO_THE_DAY, Article

DAYS_SHOWN = 28
SLOW_SHOWN = 5
SLOW_MILLISECONDS = 100
TABLES_SHOWN = 5
MAX_QUERY_CHARS = 300


class DayCount(NamedTuple):
    """How many articles are dated on DAY; SHARE of the busiest day's, from 0 to 100."""

    day: date
    count: int
    share: int

    @property
    def top(self) -> int:
        """Where its bar begins, from the top of a chart 100 high."""
        return 100 - self.share


class SlowQuery(NamedTuple):
    """A statement of the database: the mean of its time in MILLISECONDS, and how often it was run."""

    statement: str
    milliseconds: int
    calls: int


class Storage(NamedTuple):
    """Bytes: of the database, of its largest tables by name, and what is free for pictures (None: unknown)."""

    database: int
    tables: list[tuple[str, int]]
    free: int | None


def published_per_day(today: date, *, days: int = DAYS_SHOWN) -> list[DayCount]:
    """Return what came out on each of the last DAYS days, TODAY the last; in one query."""
    first = today - timedelta(days=days - 1)
    begin = datetime.combine(first, time(), timezone.get_current_timezone())
    dated = Article.objects.published().filter(listed_at__gte=begin, date_precision__in=TO_THE_DAY)
    rows = dated.order_by().values(day=TruncDate("listed_at")).annotate(count=Count("pk"))
    counts = {row["day"]: row["count"] for row in rows}
    most = max(counts.values(), default=0) or 1
    every_day = [first + timedelta(days=number) for number in range(days)]
    return [DayCount(day, counts.get(day, 0), round(100 * counts.get(day, 0) / most)) for day in every_day]


_STATEMENTS = """
SELECT query, mean_exec_time, calls FROM pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND mean_exec_time >= %s
ORDER BY mean_exec_time * calls DESC LIMIT %s
"""


_READERS_OWN = re.compile(r"/\*request_id=.*?\*/|'(?:[^']|'')*'", re.DOTALL)
"""The comment of the request that made a statement first; and values, where PostgreSQL has left any in it."""


def slow_queries(count: int = SLOW_SHOWN) -> list[SlowQuery] | None:
    """Return the COUNT statements that took the most time in all; None where the database keeps no count of them."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_STATEMENTS, [SLOW_MILLISECONDS, count])
            rows = cursor.fetchall()
    except DatabaseError:  # pg_stat_statements is not there, or not for this role.
        return None
    return [SlowQuery(shown_statement(query), round(mean), calls) for query, mean, calls in rows]


def shown_statement(query: str) -> str:
    """QUERY on a line, without what is a reader's."""
    bare = _READERS_OWN.sub(lambda found: "" if found[0].startswith("/") else "'…'", query)
    return " ".join(bare.split())[:MAX_QUERY_CHARS]


_SIZES = """
SELECT pg_database_size(current_database()),
    (SELECT json_agg(json_build_array(relname, size)) FROM (
        SELECT relname, pg_total_relation_size(oid) AS size FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY size DESC LIMIT %s
    ) AS largest)
"""


def storage() -> Storage:
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, [TABLES_SHOWN])
        database, tables = cursor.fetchone()
    return Storage(database, [(name, size) for name, size in tables or []], _free_bytes(Path(settings.MEDIA_ROOT)))


def _free_bytes(folder: Path) -> int | None:
    """What is free on the disk of FOLDER, or of the nearest folder above that is there."""
    there = next((path for path in (folder, *folder.parents) if path.exists()), None)
    return shutil.disk_usage(there).free if there else None

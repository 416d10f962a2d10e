"""The requests that took long: a line in the log, and one in a small file of this machine, for the admin to list.

The name of the view, how long, and the id are kept: neither the address nor the query, nor who asked.
"""

import json
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from django.conf import settings

from archive import newest_lines
from archive.tracing import Trace

logger = logging.getLogger(__name__)


class SlowRequest(NamedTuple):
    """A request that was answered AT a moment, by the view DOING it; of MILLISECONDS, the DATABASE took some."""

    at: datetime
    request_id: str
    doing: str
    method: str
    status: int
    milliseconds: int
    database: int
    queries: int


def note(method: str, status: int, seconds: float, trace: Trace) -> None:
    slow = SlowRequest(
        datetime.now(UTC),
        trace.id,
        trace.doing,
        method,
        status,
        round(seconds * 1000),
        round(trace.database_seconds * 1000),
        trace.queries,
    )
    logger.warning(
        "Slow: %s %s took %s ms, of which the database %s ms for %s statements",
        slow.method,
        slow.doing or "a request",
        slow.milliseconds,
        slow.database,
        slow.queries,
    )
    newest_lines.append(settings.SLOW_REQUESTS_FILE, json.dumps([slow.at.isoformat(), *slow[1:]]))


def newest(count: int) -> list[SlowRequest]:
    """The last COUNT slow requests of this machine, the newest first."""
    found = []
    for line in newest_lines.newest(settings.SLOW_REQUESTS_FILE, count):
        with suppress(ValueError, TypeError):  # A line that was cut short, or of an earlier version.
            at, *others = json.loads(line)
            found.append(SlowRequest(datetime.fromisoformat(at), *others))
    return found

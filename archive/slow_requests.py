"""The requests that took long: a line in the log, and one in a small file of this machine, for the admin to list.

The name of the view, how long, and the id are kept: neither the address nor the query, nor who asked. It is a file,
so that a slow database is not asked for more, and one that is away hides nothing.
"""

import fcntl
import json
import logging
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from archive.tracing import Trace

MAX_BYTES = 128 * 1024
"""So much is kept, and as much again of what was before."""

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
    with suppress(OSError):
        _append(json.dumps([slow.at.isoformat(), *slow[1:]]) + "\n")


def newest(count: int) -> list[SlowRequest]:
    """The last COUNT slow requests of this machine, the newest first."""
    lines: list[str] = []
    for path in (_earlier(), settings.SLOW_REQUESTS_FILE):
        with suppress(OSError):
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    found = []
    for line in reversed(lines[-count:]):
        with suppress(ValueError, TypeError):  # A line that was cut short, or of an earlier version.
            at, *others = json.loads(line)
            found.append(SlowRequest(datetime.fromisoformat(at), *others))
    return found


def _append(line: str) -> None:
    file = settings.SLOW_REQUESTS_FILE
    with suppress(FileNotFoundError):
        if file.stat().st_size > MAX_BYTES:
            _rotate(file)
    # In one piece, so that lines of several processes stay whole.
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def _rotate(file: Path) -> None:
    """Let FILE be the earlier one, unless another process is doing so, or has just done it."""
    with file.open("rb") as opened, suppress(BlockingIOError):
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(opened.fileno()), file.stat()):
            file.replace(_earlier())


def _earlier() -> Path:
    return settings.SLOW_REQUESTS_FILE.with_suffix(".old")

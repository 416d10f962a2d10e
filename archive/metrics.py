"""What is counted while the site works, for Prometheus: every name, its meaning and its labels (docs/operating.md).

Counting asks the database nothing, and takes tens of microseconds a request. Every process counts for itself, in
files of METRICS_DIR that prometheus_client keeps; whoever reads them adds them up. Labels are names of views, of
tasks, of channels and of databases, and never anything that a reader chose: so there are no more series than such
names.

What the database knows, such as how many jobs wait, is asked when the metrics are read (archive/newsroom/vitals.py).
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

from archive.tracing import Trace

_OWN = CollectorRegistry()
_IN_FILES = settings.METRICS
"""As prometheus_client is when it is imported, and never again."""

if _IN_FILES:
    try:
        settings.METRICS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"METRICS_DIR cannot be made ({error.strerror}: {error.filename})") from error

REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SEARCH_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2)
JOB_BUCKETS = (0.1, 0.5, 1, 5, 20, 60, 300, 1800)

# Each has a label, so that a process which counts nothing, such as a command, makes no file.
REQUESTS = Counter(
    "sijill_requests", "Requests answered, by view, method and status.", ["view", "method", "status"], registry=_OWN
)
REQUEST_SECONDS = Histogram(
    "sijill_request_seconds",
    "How long requests took until their answer began, by view.",
    ["view"],
    buckets=REQUEST_BUCKETS,
    registry=_OWN,
)
QUERIES = Counter("sijill_queries", "Statements put to the database, by view.", ["view"], registry=_OWN)
QUERY_SECONDS = Counter(
    "sijill_query_seconds", "How long the database took for them, by view.", ["view"], registry=_OWN
)
SEARCHES = Counter(
    "sijill_searches",
    "Searches worked out, by who asked (reader, robot, api) and what came of it (found, nothing, too_long).",
    ["by", "outcome"],
    registry=_OWN,
)
SEARCH_SECONDS = Histogram(
    "sijill_search_seconds",
    "How long searches took, by the path chosen: "
    "the order (relevance, date), and whether all answers were named (few), counted, or estimated from a sample.",
    ["order", "size"],
    buckets=SEARCH_BUCKETS,
    registry=_OWN,
)
PAGE_CACHE = Counter(
    "sijill_page_cache",
    "Pages asked for that may be kept, by where they are (pages, queries) and what was found (hit, stale, miss).",
    ["store", "found"],
    registry=_OWN,
)
READS = Counter(
    "sijill_reads",
    "Requests that a replica may answer, by the database that did; none where there are no replicas.",
    ["database"],
    registry=_OWN,
)
SENT_AWAY = Counter(
    "sijill_sent_away",
    "Requests that were sent away with a 503, because too many came at once, by whose they are "
    "(readers, admin, monitors).",
    ["whose"],
    registry=_OWN,
)
DELIVERIES = Counter(
    "sijill_deliveries",
    "Messages taken in hand, by channel and what came of it (sent, due: tried again, failed, suppressed, cancelled).",
    ["channel", "outcome"],
    registry=_OWN,
)
JOBS = Counter(
    "sijill_jobs", "Jobs that the worker did, by task and outcome (done, failed).", ["task", "outcome"], registry=_OWN
)
JOB_SECONDS = Histogram(
    "sijill_job_seconds", "How long jobs took, by task.", ["task"], buckets=JOB_BUCKETS, registry=_OWN
)

METHODS = ("GET", "HEAD", "POST")
_OF_PROCESS = re.compile(r"(?:counter|histogram)_(\d+)\.(?:db|new)")


def counted() -> CollectorRegistry:
    """All that the processes of this machine have counted; where they do not use files, what this one has."""
    if not _IN_FILES:
        return _OWN
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(settings.METRICS_DIR))
    return registry


def forget_dead_processes() -> None:
    """Remove the files of processes that are no more; counters begin anew, as Prometheus expects of a start."""
    for path in Path(settings.METRICS_DIR).iterdir():
        found = _OF_PROCESS.fullmatch(path.name)
        if found and not _lives(int(found[1])):
            path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # Another account's.
        return True
    return True


def count(note: Callable[[], object]) -> None:
    """Do NOTE, which counts; what cannot be counted, as on a full disk, is not, and nothing else fails of it.

    Whatever the library makes of a damaged file is among that, so every exception is.
    """
    with suppress(Exception):
        if _has_room():
            note()


RESERVED_BYTES = 1024 * 1024
"""More than all that a process has names for takes."""

_PREFIXES = "counter", "histogram"
_rooms: dict[int, bool] = {}
_reserving = Lock()


def _has_room() -> bool:
    """Whether this process has room on the disk for what it counts, which is found out once.

    The library maps files into memory of which nothing is on the disk yet. Where that is full, the first number to be
    written would end the process, by SIGBUS and not by an error.
    """
    if not _IN_FILES:
        return True
    process = os.getpid()
    if process not in _rooms:
        with _reserving:
            if process not in _rooms:
                _rooms[process] = _reserve(process)
    return _rooms[process]


def _reserve(process: int) -> bool:
    try:
        for prefix in _PREFIXES:
            _reserve_file(settings.METRICS_DIR / f"{prefix}_{process}.db")
    except OSError:
        return False
    return True


def _reserve_file(file: Path) -> None:
    # Under its name a file is read, which an empty one cannot be. One that is there is of an earlier process.
    made = file if file.exists() else file.with_suffix(".new")
    descriptor = os.open(made, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, RESERVED_BYTES)
    except OSError:
        if made != file:
            made.unlink()
        raise
    finally:
        os.close(descriptor)
    made.replace(file)


def view_of(request: HttpRequest) -> str:
    """The name of the view that answered REQUEST: the admin's pages are one, as is what no view answers."""
    if view := getattr(request, "kept_view", ""):
        return view
    if match := request.resolver_match:
        return "admin" if "admin" in match.namespaces else match.view_name
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


def method_of(request: HttpRequest) -> str:
    return request.method if request.method in METHODS else "other"


def count_request(request: HttpRequest, response: HttpResponse, seconds: float, trace: Trace) -> None:
    """Count REQUEST, to which RESPONSE is the answer; TRACE is what was counted while it was made."""
    view = view_of(request)

    def note() -> None:
        REQUESTS.labels(view, method_of(request), response.status_code).inc()
        REQUEST_SECONDS.labels(view).observe(seconds)
        if trace.queries:
            QUERIES.labels(view).inc(trace.queries)
            QUERY_SECONDS.labels(view).inc(trace.database_seconds)

    count(note)


def count_job(task: str, outcome: str, seconds: float) -> None:
    def note() -> None:
        JOBS.labels(task, outcome).inc()
        JOB_SECONDS.labels(task).observe(seconds)

    count(note)


def count_search(by: str, outcome: str, order: str, size: str, seconds: float) -> None:
    def note() -> None:
        SEARCHES.labels(by, outcome).inc()
        SEARCH_SECONDS.labels(order, size).observe(seconds)

    count(note)

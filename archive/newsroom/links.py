"""Links of articles to the web: which there are, and which lead nowhere any more.

Addresses are asked politely, as feeds are (`archive.ingest.fetching`): robots.txt is obeyed, hosts are asked one
thing at a time, and private networks nothing. A link is broken once its server says that there is no such page, or
after FAILURES_UNTIL_BROKEN failures on as many days: a server that rests for a night breaks nothing.

Nobody waits long for that: no job takes much more than the seconds it is given, and no host more than a few of them.
What is left is put off.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import connection

from archive.exceptions import HostBusyError
from archive.ingest.fetching import Client, FetchError, GoneError, host_of
from archive.ingest.visiting import free_turn
from archive.models import OutgoingLink

State = OutgoingLink.State

FAILURES_UNTIL_BROKEN = 4
AGAIN_ALIVE = timedelta(days=60)
AGAIN_BROKEN = timedelta(days=14)
AGAIN_DOUBTFUL = timedelta(days=1)
LINKS_PER_JOB = 200
MAX_BODY_BYTES = 64 * 1024
"""More of a page is not read: that it is there is known by then."""

HOST_SECONDS = 4.0
"""So long a job waits for one host, its pauses and its answers together; what else it should be asked is put off."""
PUT_OFF = timedelta(minutes=1)
TOTAL_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS = 8.0, 5.0

IS_THERE = frozenset({"fetch_too_large"})
NOT_TO_BE_KNOWN = frozenset({"fetch_robots", "fetch_private", "fetch_not_web"})
"""Whoever may not ask does not say that a link is broken."""

NO_SUCH_PAGE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
REFUSED_TO_US = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
"""Readers may well be let in where a robot is not."""

GATHER = r"""
WITH found AS (
    SELECT DISTINCT article.id AS article_id, replace(link[1], '&amp;', '&') AS url
    FROM archive_article AS article, regexp_matches(article.body, 'href="(https?://[^"]+)"', 'g') AS link
    WHERE article.body LIKE '%href="http%' AND article.status <> 'withdrawn' AND length(link[1]) <= 2000
), gone AS (
    DELETE FROM archive_outgoinglink AS link
    WHERE NOT EXISTS (SELECT FROM found WHERE found.article_id = link.article_id AND found.url = link.url)
)
INSERT INTO archive_outgoinglink (article_id, url, state, failures, next_at)
SELECT article_id, url, 'unknown', 0, now() FROM found ON CONFLICT (article_id, url) DO NOTHING
"""


def gather() -> None:
    """Note the links of all articles as they are now; what is known of those that stayed is kept."""
    with connection.cursor() as cursor:
        cursor.execute(GATHER)


def check_due(
    *, at: datetime, max_seconds: float, client: Client | None = None, stopping: Callable[[], bool] = lambda: False
) -> bool:
    """Ask for addresses that are due at the time AT, for MAX_SECONDS or until STOPPING; return whether more are due.

    An address is asked once, whichever articles link to it; LINKS_PER_JOB at most.
    """
    client, waited = client or _client, defaultdict(float)
    due = OutgoingLink.objects.filter(next_at__lte=at).exclude(state=State.KEPT)
    urls = list(due.order_by("next_at").values_list("url", flat=True)[: LINKS_PER_JOB * 2])
    ends_at = time.monotonic() + max_seconds
    for url in _hosts_in_turn(list(dict.fromkeys(urls))[:LINKS_PER_JOB]):
        host, begun_at = _host(url), time.monotonic()
        if waited[host] < HOST_SECONDS and _is_checked(url, client, at):
            waited[host] += time.monotonic() - begun_at
        else:
            waited[host] = HOST_SECONDS
            OutgoingLink.objects.filter(url=url).update(next_at=at + PUT_OFF)
        if stopping() or time.monotonic() > ends_at:
            break
    return due.exists()


def _hosts_in_turn(urls: Iterable[str]) -> list[str]:
    """URLS, the first of each host before the second of any: while one rests, others are asked."""
    seen = Counter()

    def place(url: str) -> int:
        seen[_host(url)] += 1
        return seen[_host(url)]

    return sorted(urls, key=place)


def _host(url: str) -> str:
    """The host of URL; nothing where it is no address, which is found when it is asked for."""
    try:
        return host_of(url)
    except FetchError:
        return ""


def _sleep(seconds: float) -> None:
    """Let a host rest, unless it wants more than anybody waits for here."""
    if seconds > HOST_SECONDS:
        raise HostBusyError
    time.sleep(seconds)


# Kept from job to job: it knows when hosts were last asked, and what they allow.
_client = Client(
    max_bytes=MAX_BODY_BYTES,
    total_timeout_seconds=TOTAL_TIMEOUT_SECONDS,
    read_timeout_seconds=READ_TIMEOUT_SECONDS,
    sleep=_sleep,
)


def _is_checked(url: str, client: Client, at: datetime) -> bool:
    """Ask for URL and note what came of it; False where its host cannot be asked now."""
    links = OutgoingLink.objects.filter(url=url).exclude(state=State.KEPT)
    failures = max(links.values_list("failures", flat=True), default=0)
    try:
        with free_turn(url):
            client.fetch(url)
    except HostBusyError:
        return False
    except FetchError as problem:
        state, failures = _judge(problem, failures)
        said = None if state in (State.ALIVE, State.UNKNOWN) else [problem.note.code, problem.note.values]
    else:
        state, failures, said = State.ALIVE, 0, None
    pause = {State.BROKEN: AGAIN_BROKEN, State.DOUBTFUL: AGAIN_DOUBTFUL}.get(state, AGAIN_ALIVE)
    links.update(state=state, failures=failures, problem=said, checked_at=at, next_at=at + pause)
    return True


def _judge(problem: FetchError, failures: int) -> tuple[State, int]:
    """What PROBLEM makes of a link that failed so many times before, and how often it has failed by now."""
    code, status = problem.note.code, problem.note.values.get("status")
    if code in IS_THERE or status in REFUSED_TO_US:
        return State.ALIVE, 0
    if code in NOT_TO_BE_KNOWN:
        return State.UNKNOWN, 0
    is_certain = isinstance(problem, GoneError) or status in NO_SUCH_PAGE
    failures += 1
    return (State.BROKEN if is_certain or failures >= FAILURES_UNTIL_BROKEN else State.DOUBTFUL), failures

"""Links of articles to the web: which there are, and which lead nowhere any more.

Addresses are asked politely, as feeds are (`archive.ingest.fetching`): robots.txt is obeyed, hosts are asked one
thing at a time, and private networks nothing. A link is broken once its server says that there is no such page, or
after FAILURES_UNTIL_BROKEN failures on as many days: a server that rests for a night breaks nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import connection

from archive.ingest.fetching import Client, FetchError, GoneError
from archive.ingest.visiting import turn
from archive.models import OutgoingLink

State = OutgoingLink.State

FAILURES_UNTIL_BROKEN = 4
AGAIN_ALIVE = timedelta(days=60)
AGAIN_BROKEN = timedelta(days=14)
AGAIN_DOUBTFUL = timedelta(days=1)
LINKS_PER_JOB = 200
MAX_BODY_BYTES = 64 * 1024
"""More of a page is not read: that it is there is known by then."""

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


def check_due(*, at: datetime, client: Client | None = None, stopping: Callable[[], bool] = lambda: False) -> int:
    """Ask for the addresses that are due at the time AT, LINKS_PER_JOB at most; return how many.

    An address is asked once, whichever articles link to it.
    """
    client = client or Client(max_bytes=MAX_BODY_BYTES)
    due = OutgoingLink.objects.filter(next_at__lte=at).exclude(state=State.KEPT)
    urls = list(due.order_by("next_at").values_list("url", flat=True)[: LINKS_PER_JOB * 2])
    asked = 0
    for url in list(dict.fromkeys(urls))[:LINKS_PER_JOB]:
        if stopping():
            break
        _check(url, client, at)
        asked += 1
    return asked


def _check(url: str, client: Client, at: datetime) -> None:
    links = OutgoingLink.objects.filter(url=url).exclude(state=State.KEPT)
    failures = max(links.values_list("failures", flat=True), default=0)
    try:
        with turn(url):
            client.fetch(url)
    except FetchError as problem:
        state, failures = _judge(problem, failures)
        said = None if state in (State.ALIVE, State.UNKNOWN) else [problem.note.code, problem.note.values]
    else:
        state, failures, said = State.ALIVE, 0, None
    pause = {State.BROKEN: AGAIN_BROKEN, State.DOUBTFUL: AGAIN_DOUBTFUL}.get(state, AGAIN_ALIVE)
    links.update(state=state, failures=failures, problem=said, checked_at=at, next_at=at + pause)


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

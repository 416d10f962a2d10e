"""What the archive follows on the web: fetched politely when it is due, and taken in where it has changed."""

import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from archive import locks
from archive.exceptions import HostBusyError
from archive.ingest.fetching import Client, FetchError, GoneError, host_of
from archive.ingest.patience import DatabaseFailedError
from archive.ingest.records import Note
from archive.models import Followed

logger = logging.getLogger(__name__)

OF_VISITS = ("fetch_", "feed_")
"""How the codes of problems begin that a visit had; others are of what was fetched, and last as long as that does."""

MAX_PAUSE = timedelta(days=1)
MAX_HEADER_CHARS = {"etag": 500, "last_modified": 100}

KEPT = ("etag", "last_modified", "digest", "counts", "problem", "failures", "fetched_at", "changed_at", "next_at")
"""What a visit writes; the rest is an editor's, but for an address that has moved and what is gone."""

_client = Client()


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of what was fetched: COUNTS by outcome, the REPORT of whoever took it, and a PROBLEM if it was none."""

    counts: dict[str, int]
    report: Any
    problem: Note | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit brought: the REPORT, if there was anything new, or the PROBLEM."""

    report: Any = None
    problem: Note | None = None


def visit(followed: Followed, take: Callable[[bytes, str], Taken], *, client: Client | None = None) -> Visit:
    """Fetch FOLLOWED, let TAKE have its bytes and address where they are new, and keep when it is to be fetched again.

    Whoever visits the same meanwhile, such as the worker and an operator's command, waits, and then asks only for what is
    newer than that.
    """
    with alone(followed.url) as others_did:
        if others_did:
            followed.refresh_from_db(fields=[*KEPT, "url", "active"])
        return _visit(followed, take, client or _client)


def _visit(followed: Followed, take: Callable[[bytes, str], Taken], client: Client) -> Visit:
    try:
        with turn(followed.url):
            fetched = client.fetch(followed.url, etag=followed.etag, last_modified=followed.last_modified)
    except FetchError as problem:
        return _failed(followed, problem)
    moved = _move(followed, fetched.moved_to)
    now = timezone.now()
    report, problem = None, None if moved is None else [moved.code, moved.values]
    digest = followed.digest if fetched.body is None else sha256(fetched.body).hexdigest()
    if digest != followed.digest:
        try:
            taken = take(fetched.body, fetched.url)
        except (OperationalError, InterfaceError, DatabaseFailedError):
            # Nothing could be kept of this visit either.
            raise
        except Exception as fault:
            logger.exception("What came from %s cannot be imported", fetched.url)
            return _failed(followed, FetchError(Note("feed_broke", {"problem": type(fault).__name__})))
        report, followed.counts, followed.changed_at = taken.report, taken.counts, now
        if not problem and taken.problem:
            problem = [taken.problem.code, taken.problem.values]
    elif not problem and followed.problem and not followed.problem[0].startswith(OF_VISITS):
        problem = followed.problem  # Still the same bytes.
    # Only now: an import that breaks off is to be done again.
    followed.digest = digest
    followed.etag, followed.last_modified = _kept("etag", fetched.etag), _kept("last_modified", fetched.last_modified)
    followed.fetched_at, followed.next_at = now, now + timedelta(minutes=followed.interval_minutes)
    followed.failures, followed.problem = 0, problem
    followed.save(update_fields=[*KEPT, *(["url"] if fetched.moved_to else []), *(["active"] if moved else [])])
    return Visit(report, moved)


def _kept(name: str, value: str) -> str:
    """VALUE of a header, if it is one that can be sent back."""
    return value if len(value) <= MAX_HEADER_CHARS[name] and value.isprintable() else ""


def _failed(followed: Followed, problem: FetchError) -> Visit:
    """Note the problem, and come back later each time; as late as the server asks, at least."""
    now = timezone.now()
    gone = isinstance(problem, GoneError)
    note = Note("feed_gone") if gone else problem.note
    followed.active = followed.active and not gone
    interval = timedelta(minutes=followed.interval_minutes)
    pause = min(interval * 2 ** min(followed.failures, 10), MAX_PAUSE)
    pause = max(pause, interval, timedelta(seconds=problem.retry_after_seconds or 0))
    followed.failures += 1
    followed.problem = [note.code, note.values]
    followed.fetched_at, followed.next_at = now, now + pause
    followed.save(update_fields=[*KEPT, *(["active"] if gone else [])])
    return Visit(problem=note)


def _move(followed: Followed, url: str) -> Note | None:
    """Follow FOLLOWED to URL, where it has moved for good; if that is followed already, follow this one no more."""
    kind = type(followed)
    if not url or url == followed.url or len(url) > kind._meta.get_field("url").max_length:
        return None
    if kind.objects.filter(url=url).exists():
        followed.active = False
        return Note("feed_moved", {"url": url})
    followed.url = url
    return None


@contextmanager
def alone(url: str) -> Iterator[bool]:
    """Wait until no other process fetches URL and takes in what came from it; yield whether one did."""
    key = _key(url)
    others_did = not locks.try_take(locks.Lock.FOLLOWED, key)
    if others_did:
        locks.take(locks.Lock.FOLLOWED, key)
    try:
        yield others_did
    finally:
        if connection.is_usable():
            locks.let_go(locks.Lock.FOLLOWED, key)


@contextmanager
def turn(url: str) -> Iterator[None]:
    """Wait until no other process asks the host of URL anything."""
    key = _key(host_of(url))
    locks.take(locks.Lock.HOST, key)
    try:
        yield
    finally:
        locks.let_go(locks.Lock.HOST, key)


@contextmanager
def free_turn(url: str) -> Iterator[None]:
    """As `turn`, without waiting: raises HostBusyError while another process asks the host of URL something."""
    key = _key(host_of(url))
    if not locks.try_take(locks.Lock.HOST, key):
        raise HostBusyError
    try:
        yield
    finally:
        locks.let_go(locks.Lock.HOST, key)


def _key(name: str) -> int:
    """The second half of the lock on what has NAME, a host or an address."""
    return zlib.crc32(name.encode("utf-8", "replace")) - 2**31

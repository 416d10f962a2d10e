"""Feeds into the archive: fetched politely when they are due, and imported where they have changed."""

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.db import connection
from django.utils import timezone

from archive.ingest.fetching import Client, FetchError, GoneError, host_of
from archive.ingest.formats import recognise
from archive.ingest.journal import START
from archive.ingest.load import Loader
from archive.ingest.options import LoadOptions
from archive.ingest.readers import HEAD_BYTES, ReadContext
from archive.ingest.readers.saved_text import SavedText
from archive.ingest.records import Note, Record, Rejected
from archive.ingest.report import Entry, ImportReport, Listener, Outcome
from archive.models import Feed

LOCK = 7304
"""The first half of the advisory lock that a process holds on a host while it asks it something."""

PAGES = frozenset({SavedText.name, "html", "mhtml", "warc"})
"""Formats of pages. Where a feed was there may be one that says so, or asks who one is: no article."""

NO_FEED = "no_feed"

MAX_PAUSE = timedelta(days=1)
MAX_HEADER_CHARS = {"etag": 500, "last_modified": 100}

KEPT = ("etag", "last_modified", "digest", "counts", "problem", "failures", "fetched_at", "changed_at", "next_at")
"""What a visit writes; the rest is an editor's, but for an address that has moved and a feed that is gone."""

_client = Client()


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit to a feed brought: its REPORT, if there was anything new, or the PROBLEM."""

    report: ImportReport | None = None
    problem: Note | None = None


def visit(feed: Feed, *, client: Client | None = None, listeners: tuple[Listener, ...] = ()) -> Visit:
    """Fetch FEED, import what is new in it, and keep when it is to be fetched again."""
    try:
        with _turn(feed.url):
            fetched = (client or _client).fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
    except FetchError as problem:
        return _failed(feed, problem)
    moved = _move(feed, fetched.moved_to)
    now = timezone.now()
    report, problem = None, None if moved is None else [moved.code, moved.values]
    digest = feed.digest if fetched.body is None else sha256(fetched.body).hexdigest()
    if digest != feed.digest:
        report = import_feed(fetched.body, fetched.url, feed, listeners=listeners)
        feed.counts = {outcome.value: report.outcomes[outcome] for outcome in Outcome}
        feed.changed_at = now
        if not problem and report.reasons[NO_FEED]:
            problem = [NO_FEED, {}]
    elif not problem and feed.problem and feed.problem[0] == NO_FEED:
        problem = feed.problem  # Still the same page.
    # Only now: an import that breaks off is to be done again.
    feed.digest = digest
    feed.etag, feed.last_modified = _kept("etag", fetched.etag), _kept("last_modified", fetched.last_modified)
    feed.fetched_at, feed.next_at = now, now + timedelta(minutes=feed.interval_minutes)
    feed.failures, feed.problem = 0, problem
    feed.save(update_fields=[*KEPT, *(["url"] if fetched.moved_to else []), *(["active"] if moved else [])])
    return Visit(report, moved)


def import_feed(
    body: bytes, url: str, feed: Feed | None = None, *, source: str = "", listeners: tuple[Listener, ...] = ()
) -> ImportReport:
    """Import BODY, which came from URL, as FEED says, or as of SOURCE."""
    report = ImportReport(listeners=list(listeners))
    slug = feed.source.slug if feed and feed.source else source
    loader = Loader(LoadOptions(source=slug), report)
    loader.begin()
    for found in _read(body, url):
        if isinstance(found, Record) and feed and feed.section and not found.section:
            found.section = feed.section.name
        loader.add(found, START, origin=url)
    loader.finish()
    return report


def _read(body: bytes, url: str) -> Iterator[Record | Rejected | Entry]:
    name = PurePosixPath(urlsplit(url).path).name or "feed"
    if not body:
        yield Rejected(url, Note("file_empty"))
    elif (reader := recognise(body[:HEAD_BYTES], name)) and reader.name not in PAGES:
        yield from reader.read(io.BytesIO(body), ReadContext(url, name))
    else:
        yield Rejected(url, Note(NO_FEED), body, file_name=name)


def _kept(name: str, value: str) -> str:
    """VALUE of a header, if it is one that can be sent back."""
    return value if len(value) <= MAX_HEADER_CHARS[name] and value.isprintable() else ""


def _failed(feed: Feed, problem: FetchError) -> Visit:
    """Note the problem, and come back later each time; as late as the server asks, at least."""
    now = timezone.now()
    gone = isinstance(problem, GoneError)
    note = Note("feed_gone") if gone else problem.note
    feed.active = feed.active and not gone
    pause = min(timedelta(minutes=feed.interval_minutes) * 2 ** min(feed.failures, 10), MAX_PAUSE)
    pause = max(pause, timedelta(minutes=feed.interval_minutes), timedelta(seconds=problem.retry_after_seconds or 0))
    feed.failures += 1
    feed.problem = [note.code, note.values]
    feed.fetched_at, feed.next_at = now, now + pause
    feed.save(update_fields=[*KEPT, *(["active"] if gone else [])])
    return Visit(problem=note)


def _move(feed: Feed, url: str) -> Note | None:
    """Follow FEED to URL, where it has moved for good; if that is followed already, follow this one no more."""
    if not url or url == feed.url or len(url) > Feed._meta.get_field("url").max_length:
        return None
    if Feed.objects.filter(url=url).exists():
        feed.active = False
        return Note("feed_moved", {"url": url})
    feed.url = url
    return None


@contextmanager
def _turn(url: str) -> Iterator[None]:
    """Wait until no other process asks the host of URL anything."""
    key = zlib.crc32(host_of(url).encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, key])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, key])

"""Feeds into the archive: fetched politely when they are due, and imported where they have changed."""

import io
import logging
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from archive.ingest import visiting
from archive.ingest.fetching import Client
from archive.ingest.formats import recognise
from archive.ingest.inputs import reader_broke
from archive.ingest.journal import START
from archive.ingest.load import Loader
from archive.ingest.options import LoadOptions
from archive.ingest.readers import HEAD_BYTES, ReadContext
from archive.ingest.readers.saved_text import SavedText
from archive.ingest.records import Note, Record, Rejected
from archive.ingest.report import Entry, ImportReport, Listener, Outcome
from archive.ingest.visiting import Taken, Visit
from archive.models import Feed

logger = logging.getLogger(__name__)

PAGES = frozenset({SavedText.name, "html", "mhtml", "warc"})
"""Formats of pages. Where a feed was there may be one that says so, or asks who one is: no article."""

NO_FEED = "no_feed"


def visit(feed: Feed, *, client: Client | None = None, listeners: tuple[Listener, ...] = ()) -> Visit:
    """Fetch FEED, import what is new in it, and keep when it is to be fetched again."""

    def take(body: bytes, url: str) -> Taken:
        report = import_feed(body, url, feed, listeners=listeners)
        counts = {outcome.value: report.outcomes[outcome] for outcome in Outcome}
        return Taken(counts, report, Note(NO_FEED) if report.reasons[NO_FEED] else None)

    return visiting.visit(feed, take, client=client)


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
        if not isinstance(found, Entry):
            # An entry's number changes with each newer one, and what was set aside is known by where it came from.
            found.origin = url
        loader.add(found, START, origin=url)
    loader.finish()
    return report


def _read(body: bytes, url: str) -> Iterator[Record | Rejected | Entry]:
    name = PurePosixPath(urlsplit(url).path).name or "feed"
    if not body:
        yield Rejected(url, Note("file_empty"))
    elif (reader := recognise(body[:HEAD_BYTES], name)) and reader.name not in PAGES:
        try:
            yield from reader.read(io.BufferedReader(io.BytesIO(body)), ReadContext(url, name))
        except Exception as problem:
            # A reader's fault must not keep out what it has read before it.
            logger.exception("%s cannot be read", url)
            yield Rejected(url, reader_broke(problem), body, reader.name, name)
    else:
        yield Rejected(url, Note(NO_FEED), body, file_name=name)

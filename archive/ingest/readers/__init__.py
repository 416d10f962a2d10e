"""Readers: bytes in, records out, no database.

A format is one small module here and a line in `archive.ingest.formats.READERS`; docs/importing.md tells how to add one.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol, runtime_checkable

from archive.ingest.furniture import PageLines, RepeatedLines
from archive.ingest.names import DEFAULT_NAMES, FieldNames, UnreadNames
from archive.ingest.records import Record, Rejected, Skipped

logger = logging.getLogger(__name__)

HEAD_BYTES = 4096
"""How much of an input a reader sees to recognise its format."""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What a reader is told about its input; most need no more than ORIGIN and FILE_NAME, to hand them on."""

    origin: str
    """How the operator knows the input: its path; readers add a line number where there are many records."""

    file_name: str = ""
    chosen: bool = False
    """The operator named the format: nothing is to be refused for looking like another."""

    repeated: RepeatedLines = field(default_factory=RepeatedLines)
    """Lines that the other pages of the same source carry; for readers of pages."""

    names: FieldNames = DEFAULT_NAMES
    """What fields are called in files that name them as they like; the operator may have said."""

    unread: UnreadNames = field(default_factory=UnreadNames)
    """Takes the names of fields that hold text and are not read."""


class Reader(Protocol):
    """A format. NAME and VERSION are kept with every article, so that a better reader knows what to read again.

    NAME is what `--format` takes. VERSION goes up when the same bytes give another record.
    """

    name: str
    version: int

    def recognises(self, head: bytes, file_name: str) -> bool:
        """Is an input that begins with HEAD (HEAD_BYTES, or all of it, unpacked) in this format?

        HEAD decides; FILE_NAME only where it cannot. Never raise: HEAD may be anything.
        """

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected | Skipped]:
        """Yield the records of STREAM in order, as they are read, in bounded memory.

        Never raise for what the bytes hold: what is no article is a `Rejected` with its reason, and the next is read.
        What reading STREAM itself raises (a damaged gzip, a failing disk) is let through; the import reports it.
        """


@runtime_checkable
class LineReader(Reader, Protocol):
    """A format of pages, of which what their source's pages have in common is the site's."""

    def lines(self, raw: bytes) -> PageLines | None:
        """What is counted of a page, or of what is kept of it; None when it cannot be read."""


@runtime_checkable
class PageReader(LineReader, Protocol):
    """A format of one page an input; PAGES_LEARNT is how many of a folder are read to learn, besides being imported."""

    pages_learnt: int

    def page_bytes(self, stream: BinaryIO) -> bytes:
        """The bytes of one page, one more than it may have when it is too large."""


def lines_of(reader: LineReader, raw: bytes) -> PageLines | None:
    """What READER counts of a page; a fault of its own keeps only this page from being learnt from."""
    try:
        return reader.lines(raw)
    except Exception:
        logger.exception("The lines of a page cannot be counted (%s)", reader.name)
        return None

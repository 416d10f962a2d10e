"""What an operator says of everything that an import brings."""

from dataclasses import dataclass

from archive.ingest.records import ReadDate


@dataclass(frozen=True, slots=True)
class LoadOptions:
    source: str = ""
    """The slug of the source of every record; empty: each record's own."""

    published: ReadDate | None = None
    """The date of records that carry none."""

    separate: bool = False
    """Make an article of bytes that another source has given already."""

    draft: bool = False
    dry_run: bool = False

"""What an operator says of everything that an import brings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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

    announce: bool = False
    """Tell subscribers of what is new, as of what an editor publishes."""

    mapping: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Names that fields have in the files, beside those that are known."""

    dry_run: bool = False

"""Readers: bytes in, records out, no database. A format is one small module here and a line in `READERS`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from archive.ingest.furniture import RepeatedLines
from archive.ingest.records import Record, Rejected

HEAD_BYTES = 4096
"""How much of an input a reader sees to recognise its format."""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What a reader is told about its input."""

    origin: str
    """How the operator knows the input: its path; readers add a line number where there are many records."""

    file_name: str = ""
    chosen: bool = False
    """The operator named the format: nothing is to be refused for looking like another."""

    repeated: RepeatedLines = field(default_factory=RepeatedLines)
    """Lines that the other pages of the same source carry."""


class Reader(Protocol):
    """A format. NAME and VERSION are kept with every article, so that a better reader knows what to read again."""

    name: str
    version: int

    def recognises(self, head: bytes, file_name: str) -> bool:
        """Is an input that begins with HEAD (HEAD_BYTES or all of it) in this format?"""

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        """Yield the records of STREAM in order, with bounded memory; never raise for what the bytes hold."""

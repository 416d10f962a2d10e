"""One JSON object a line: `{id, title, body, published, source, url, category}` and a few more fields."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from archive.ingest.encodings import decode
from archive.ingest.fields import MAX_RECORD_BYTES, Received, json_object, record_of
from archive.ingest.ninjs import is_ninjs, values_of_ninjs
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, UnreadableInputError

SKIPPED_BYTES = 1024 * 1024

_OBJECT_BEGINS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*(?:"|\}\s*$)')


class JsonLines:
    name = "jsonl"
    version = 7

    def recognises(self, head: bytes, file_name: str) -> bool:
        first_line, newline, _ = head.lstrip().partition(b"\n")
        if not _OBJECT_BEGINS.match(first_line):
            return False
        # A first line that ends within sight is a whole object, or the file is JSON of another shape.
        return (
            first_line.rstrip().endswith(b"}") or not newline or file_name.lower().endswith((".jsonl", ".jsonl.gz"))
        )

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        for number, line in _lines(stream):
            origin = f"{context.origin}:{number}"
            if line is None:
                yield Rejected(origin, Note("line_too_long", {"limit_bytes": MAX_RECORD_BYTES}))
                continue
            try:
                yield self._record(line, number, origin, context)
            except UnreadableInputError as problem:
                yield Rejected(origin, problem.note, line, self.name, context.file_name)

    def _record(self, line: bytes, number: int, origin: str, context: ReadContext) -> Record:
        decoded = decode(line)
        received = Received(origin, self.name, line, "application/json", decoded.encoding, decoded.notes)
        values = json_object(decoded.text.lstrip("\ufeff"), number)
        if is_ninjs(values):
            return record_of(values_of_ninjs(values), received, context)
        return record_of(values, received, context, context.names)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines that hold something, numbered, without their ends; None for one that is too long."""
    number = 0
    while line := stream.readline(MAX_RECORD_BYTES + 1):
        number += 1
        if len(line) > MAX_RECORD_BYTES:
            while not line.endswith(b"\n") and (line := stream.readline(SKIPPED_BYTES)):
                pass
            yield number, None
        elif line.strip():
            yield number, line.rstrip(b"\r\n")

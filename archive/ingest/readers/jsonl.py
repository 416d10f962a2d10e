"""One JSON object a line: `{id, title, body, published, source, url, category}` and a few more fields."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from archive.ingest.encodings import decode
from archive.ingest.fields import MAX_RECORD_BYTES, Received, json_object, record_of
from archive.ingest.narrowing import narrowed, wide_encoding
from archive.ingest.ninjs import is_ninjs, values_of_ninjs
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, UnreadableInputError

SKIPPED_BYTES = 1024 * 1024

_OBJECT_BEGINS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*(?:"|\}\s*$)')


class JsonLines:
    name = "jsonl"
    version = 9

    def recognises(self, head: bytes, file_name: str) -> bool:
        mark_bytes, wide = wide_encoding(head)
        head = head[mark_bytes:].decode(wide, "ignore").encode("utf-8", "replace") if wide else head
        first_line, newline, _ = head.lstrip().partition(b"\n")
        if not _OBJECT_BEGINS.match(first_line):
            return False
        # A first line that ends within sight is a whole object, or the file is JSON of another shape.
        return (
            first_line.rstrip().endswith(b"}") or not newline or file_name.lower().endswith((".jsonl", ".jsonl.gz"))
        )

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        stream, wide = narrowed(stream)
        for number, line in _lines(stream):
            origin = f"{context.origin}:{number}"
            if line is None:
                yield Rejected(origin, Note("line_too_long", {"limit_bytes": MAX_RECORD_BYTES}))
                continue
            try:
                yield self._record(line, number, origin, context, wide)
            except UnreadableInputError as problem:
                yield Rejected(origin, problem.note, _received(line, wide), self.name, context.file_name)

    def _record(self, line: bytes, number: int, origin: str, context: ReadContext, wide: str) -> Record:
        decoded = decode(line)
        raw, encoding = _received(line, wide), wide or decoded.encoding
        received = Received(origin, self.name, raw, "application/json", encoding, decoded.notes)
        values = json_object(decoded.text.lstrip("\ufeff"), number)
        if is_ninjs(values):
            return record_of(values_of_ninjs(values), received, context)
        return record_of(values, received, context, context.names)


def _received(line: bytes, wide: str) -> bytes:
    """LINE as it was in its file, which is in the encoding WIDE where that is one of two or four bytes a letter."""
    return line.decode("utf-8", "replace").encode(wide, "replace") if wide else line


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

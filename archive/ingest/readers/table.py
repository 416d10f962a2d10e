"""Tables: CSV and TSV, with names in their first row, in English, Arabic or as a mapping file has them."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from archive.ingest.encodings import decode
from archive.ingest.fields import MAX_RECORD_BYTES, Received, record_of
from archive.ingest.names import DEFAULT_NAMES, FieldNames
from archive.ingest.narrowing import narrowed, wide_encoding
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, UnreadableInputError

DELIMITERS = ",;\t|"
SAMPLE_BYTES = 64 * 1024
MAX_COLUMNS = 1000
MAX_ROW_LINES = 20_000
"""Of how many lines a row may be; of more, a quotation mark has been forgotten."""

AGAIN_BYTES = 32 * 1024 * 1024
MAX_AGAIN_RATIO = 20
"""How many times what a file has may be read again, beyond AGAIN_BYTES, where quotation marks are never closed."""

MAX_SHOWN_NAMES = 20

_QUOTED_CELL = re.compile(r'(?:^|\t)"')


class Table:
    name = "table"
    version = 5

    def recognises(self, head: bytes, file_name: str) -> bool:
        _, encoding = wide_encoding(head)
        try:
            text = head.decode(encoding, "replace") if encoding else decode(_whole_lines(head)).text
        except UnreadableInputError:
            return False
        header, delimiter = _header(text.lstrip("\ufeff"), DEFAULT_NAMES)
        known = {DEFAULT_NAMES.knows(name) for name in header} - {""}
        is_named = bool(re.search(r"\.[ct]sv(?:\.|$)", file_name.lower()))
        if len(header) == 1:
            return is_named and bool(known & {"title", "body"})
        # A sentence with commas is no header: its parts are no names of fields.
        return bool(delimiter) and (is_named or (len(known) > 1 and bool(known & {"title", "body"})))

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        head = stream.peek(SAMPLE_BYTES)[:SAMPLE_BYTES] if hasattr(stream, "peek") else b""
        stream, wide = narrowed(stream)
        try:
            encoding = "utf-8" if wide else decode(_whole_lines(head or b"")).encoding
        except UnreadableInputError as problem:
            yield Rejected(context.origin, problem.note)
            return
        sample = head.decode(wide or encoding, "replace").lstrip("\ufeff")
        _, delimiter = _header(sample, context.names)
        rows = _Rows(stream, encoding, delimiter, quoted=delimiter != "\t" or bool(_QUOTED_CELL.search(sample)))
        columns, header = None, b""
        for line, cells, raw in rows:
            origin = f"{context.origin}:{line}"
            if isinstance(cells, Note):
                yield Rejected(origin, cells)
            elif not any(cell.strip() for cell in cells):
                continue
            elif columns is None:
                columns, header = [cell.strip() for cell in cells], raw
                if problem := _header_problem(columns, context.names):
                    yield Rejected(context.origin, problem)
                    return
            else:
                # With the names of its columns: alone, a row could not be read again.
                raw = header + raw if header.endswith((b"\n", b"\r")) else header + b"\n" + raw
                raw = raw.decode("utf-8", "replace").encode(wide, "replace") if wide else raw
                received = Received(origin, self.name, raw, "text/csv", wide or encoding)
                yield self._found(columns, cells, received, context)
        if columns is None:
            yield Rejected(context.origin, Note("file_empty"))

    def _found(
        self, columns: list[str], cells: list[str], received: Received, context: ReadContext
    ) -> Record | Rejected:
        if broken := sum(cell.count("\ufffd") for cell in cells):
            received.notes.append(Note("broken_bytes", {"count": broken}))
        if len(cells) != len(columns):
            received.notes.append(Note("row_ragged", {"cells": len(cells), "columns": len(columns)}))
        values: dict[str, str] = {}
        for name, cell in zip(columns, cells, strict=False):
            # Of columns with one name the first that holds something counts.
            values[name] = values.get(name) or cell
        try:
            return record_of(values, received, context, context.names)
        except UnreadableInputError as problem:
            return Rejected(received.origin, problem.note, received.raw, self.name, context.file_name)


def _whole_lines(head: bytes) -> bytes:
    """HEAD without the half letter that it may end with."""
    return head[: head.rfind(b"\n") + 1] or head


def _header(text: str, names: FieldNames) -> tuple[list[str], str]:
    """The cells of the first row that holds something, and the delimiter by which most of them are known names."""
    best: tuple[tuple[int, int], list[str], str] = ((0, 0), [], "")
    for delimiter in DELIMITERS:
        rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        try:
            cells = next((row for row in rows if any(cell.strip() for cell in row)), [])
        except csv.Error:
            continue
        rank = (sum(bool(names.knows(cell)) for cell in cells), len(cells))
        if rank > best[0]:
            best = (rank, cells, delimiter if len(cells) > 1 else "")
    return best[1], best[2]


def _header_problem(columns: list[str], names: FieldNames) -> Note | None:
    if len(columns) > MAX_COLUMNS:
        return Note("table_too_wide", {"limit": MAX_COLUMNS})
    if {names.knows(column) for column in columns} & {"title", "body"}:
        return None
    return Note("table_no_names", {"names": ", ".join(columns[:MAX_SHOWN_NAMES])[:400]})


class _Rows:
    """The rows of a table: the line on which each begins, its cells (a note where it is none), and its bytes.

    A quote without its end takes in all that follows: such a row is read again from its second line, so that only the
    one at fault is lost. In a file that is full of such quotes it ends by its size, and is lost with all that it took in.
    """

    def __init__(self, stream: BinaryIO, encoding: str, delimiter: str, *, quoted: bool):
        self._stream = stream
        self._encoding = encoding
        self._dialect = {"delimiter": delimiter or ",", "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE}
        self._is_quoted = quoted
        self._ended = False
        self._again: deque[bytes] = deque()
        self._row: list[bytes] = []
        self._row_bytes = 0
        self._line = 0
        self._read_bytes = 0
        self._again_bytes = 0

    def __iter__(self) -> Iterator[tuple[int, list[str] | Note, bytes]]:
        csv.field_size_limit(MAX_RECORD_BYTES)
        reader = csv.reader(self._lines(), **self._dialect)
        while True:
            first_line = self._line + 1
            self._row, self._row_bytes = [], 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (_RowTooLongError, csv.Error):
                is_long = self._row_bytes > MAX_RECORD_BYTES
                cells = (
                    Note("record_too_long", {"limit_bytes": MAX_RECORD_BYTES}) if is_long else Note("quote_unclosed")
                )
            raw = b"".join(self._row)
            if self._ended and len(self._row) > 1 and raw.count(b'"') % 2 and self._is_quoted:
                cells = Note("quote_unclosed")
            yield first_line, cells, raw.rstrip(b"\r\n")
            if isinstance(cells, Note):
                self._read_again(first_line)
                reader = csv.reader(self._lines(), **self._dialect)

    def _read_again(self, first_line: int) -> None:
        """Go back behind FIRST_LINE of the row that was just read, unless too much was read again already."""
        self._again_bytes += self._row_bytes
        if self._again_bytes <= AGAIN_BYTES + self._read_bytes * MAX_AGAIN_RATIO:
            self._again.extendleft(reversed(self._row[1:]))
            self._line = first_line

    def _lines(self) -> Iterator[str]:
        while line := self._again.popleft() if self._again else self._read():
            if self._line == 0:
                line = line.removeprefix(b"\xef\xbb\xbf")
            self._line += 1
            self._row.append(line)
            self._row_bytes += len(line)
            if self._row_bytes > MAX_RECORD_BYTES or len(self._row) > MAX_ROW_LINES:
                raise _RowTooLongError
            yield line.decode(self._encoding, "replace").replace("\0", "")

    def _read(self) -> bytes:
        line = self._stream.readline(MAX_RECORD_BYTES + 1)
        self._read_bytes += len(line)
        self._ended = not line
        if len(line) > MAX_RECORD_BYTES:
            while rest := self._stream.readline(SAMPLE_BYTES):
                if rest.endswith(b"\n"):
                    break
        return line


class _RowTooLongError(Exception):
    """A row is longer than a record may be."""

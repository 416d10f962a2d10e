"""An archive from its own export, exactly as it was: the same rows under the same numbers, and their history.

The file is read twice: first to see that it is whole and unchanged, before anything is written; then into the tables,
in one transaction, with the triggers off that would make history or resolve links anew. What search keeps is made
from the rows at the end.

One line is in memory at a time, and no more of it than it takes: what a file of somebody else's may hold is as long
as its lines are let be.
"""

import base64
import binascii
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile
from typing import BinaryIO

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, SuspiciousOperation, ValidationError
from django.core.files import File
from django.core.files.storage import Storage
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from archive.caching.generations import renew
from archive.copies.finding import remember_all
from archive.entities.sounding import sound_waiting
from archive.exceptions import RestoreError
from archive.models.bulk import execute_with_bytes
from archive.outgoing.form import (
    BEGINNING,
    FILE_KIND,
    FORM_VERSION,
    LAST_BEGINS,
    LAST_KIND,
    MAX_CONTENT_BYTES,
    MAX_FIRST_LINE_BYTES,
    MAX_LINE_BYTES,
    MAX_ROW_BYTES,
)
from archive.outgoing.tables import Table, content_tables, file_columns, is_empty, set_sequences
from archive.search.rebuilding import derive_search
from archive.search.statistics import count_words
from archive.statistics.totals import add_up

BATCH_ROWS = 500
BATCH_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
MAX_VALUES = 1_000_000
"""How many values a line may hold: an empty list is two letters, and thirty times that in memory."""

COMPRESSED = "content_compressed"
"""The column of what is kept compressed, by zlib."""

STEP_BYTES = 64 * 1024
_KIND = re.compile(rb'\{"kind":"(\w{1,60})"')
_BYTES = re.compile(rb'"(\w{1,60})":"([A-Za-z0-9+/]{65536,}={0,2})"')

STRANGE = (
    ArithmeticError, AttributeError, LookupError, ObjectDoesNotExist, RecursionError, SuspiciousOperation, TypeError,
    ValidationError, ValueError,
)  # fmt: skip
"""What rows raise that no export of ours holds."""

Progress = Callable[[int, int], None]
Opener = Callable[[], BinaryIO]


@dataclass(frozen=True)
class Head:
    """What the first line of an export says: whether it is the WHOLE archive, and how many rows of each kind."""

    whole: bool
    made_at: str
    counts: dict[str, int]
    last_numbers: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Restored:
    """What the export said, how many rows of each kind there are now, and the names of files it had not."""

    head: Head
    counts: Counter
    missing_files: list[str]


def is_own_export(head: bytes) -> bool:
    return head.startswith(BEGINNING)


def check_export(stream: BinaryIO) -> Head:
    """Read an export to its end and return what its first line says.

    Raises RestoreError when it is none, is of a form this program does not know, was cut short or was changed, or
    holds a line that is longer than any of ours.
    """
    first = stream.readline(MAX_FIRST_LINE_BYTES)
    if not first:
        raise RestoreError(_("The file is empty, or cut short. Nothing was written."))
    head = _head(first)
    digest, lines, end, length = sha256(first), 1, b"", 0
    # By pieces: a line may be longer than is good to hold.
    while piece := stream.readline(PIECE_BYTES):
        if not length and piece.startswith(LAST_BEGINS):
            end = piece
            break
        digest.update(piece)
        length += len(piece)
        if length > MAX_LINE_BYTES:
            raise _too_long(lines + 1, MAX_LINE_BYTES)
        if piece.endswith(b"\n"):
            length = 0
            lines += 1
    said = _object(end)
    if not said or not end.endswith(b"\n"):
        raise RestoreError(_("The file is cut short: its last line is missing. Nothing was written."))
    if stream.read(1) or said.get("lines") != lines or said.get("sha256") != digest.hexdigest():
        raise RestoreError(_("The file was changed since it was made: its checksum is another. Nothing was written."))
    return head


def _too_long(number: int, limit_bytes: int) -> RestoreError:
    return RestoreError(
        _("Line %(line)s is longer than one of an export may be (%(limit_bytes)s bytes). Nothing was written.")
        % {"line": number, "limit_bytes": limit_bytes}
    )


def says_whole(line: bytes) -> bool:
    """Is LINE the first of the export of a whole archive?"""
    return is_own_export(line) and _object(line).get("whole") is True


def _head(line: bytes) -> Head:
    said = _object(line) if is_own_export(line) else {}
    if not said:
        raise RestoreError(_("The file is no export of this program's."))
    if said.get("form") != FORM_VERSION:
        raise RestoreError(_("The file is of a later form than this program knows: update the program first."))
    counts, last_numbers = said.get("counts"), said.get("last_numbers")
    if not (_are_numbers(counts) and _are_numbers(last_numbers)):
        raise RestoreError(_("The file is no export of this program's."))
    return Head(said.get("whole") is True, str(said.get("made_at", "")), counts, last_numbers)


def _are_numbers(value: object) -> bool:
    return isinstance(value, dict) and all(type(number) is int for number in value.values())


def _object(line: bytes) -> dict:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def restore(open_export: Opener, progress: Progress) -> Restored:
    """Put the whole export that OPEN_EXPORT opens, anew each time, into this empty archive.

    PROGRESS is told how many rows are written, and of how many; then the same of the articles analysed for search.
    Raises RestoreError, and then nothing was written.
    """
    with open_export() as stream:
        head = check_export(stream)
    if not head.whole:
        raise RestoreError(
            _("The file holds a part of an archive: import_articles takes its articles in, as it does any others.")
        )
    if not is_empty():
        raise RestoreError(_("This archive is not empty. An export is restored into a new database only."))
    if unknown := sorted(set(head.counts) - {table.kind for table in content_tables()}):
        raise RestoreError(
            _("The file holds what this program does not know (%(kinds)s): update the program first.")
            % {"kinds": ", ".join(unknown)}
        )
    files = _Files()
    try:
        with open_export() as stream, transaction.atomic(), _without_triggers():
            counts = _Rows(head, progress).write(stream, files)
            set_sequences(head.last_numbers)
            derive_search(progress)
            remember_all()
            renew()
            add_up()
    except (OperationalError, InterfaceError):
        files.take_back()
        raise
    except (DatabaseError, OSError, *STRANGE) as problem:
        files.take_back()
        said = str(problem).partition("\n")[0]
        raise RestoreError(_("The file cannot be restored: %(problem)s") % {"problem": said}) from problem
    except BaseException:
        files.take_back()
        raise
    count_words()
    sound_waiting()
    return Restored(head, counts, files.missing)


@contextmanager
def _without_triggers() -> Iterator[None]:
    """Take in rows as they are; foreign keys are looked at when all are there."""
    names = [connection.ops.quote_name(table.name) for table in content_tables()]
    with connection.cursor() as cursor:
        # What the owner of the tables may do: no superuser is needed.
        for name in names:
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for name in names:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")


class _Rows:
    """Writes the rows of an export, a batch a statement."""

    def __init__(self, head: Head, progress: Progress):
        self._tables = {table.kind: table for table in content_tables()}
        self._users = get_user_model()
        self._head = head
        self._progress = progress
        self._batch: list[list] = []
        self._batch_bytes = 0
        self._batch_kind = ""
        self._counts: Counter = Counter()

    def write(self, stream: BinaryIO, files: "_Files") -> Counter:
        """Write all of STREAM and return how many rows of each kind there were."""
        stream.readline(MAX_FIRST_LINE_BYTES)
        number = 2
        while self._take_line(stream, number, files):
            number += 1
        self._flush()
        if {kind: count for kind, count in self._head.counts.items() if count} != dict(self._counts):
            raise ValueError(_("it holds other rows than its first line says."))
        return self._counts

    def _take_line(self, stream: BinaryIO, number: int, files: "_Files") -> bool:
        """Take the next line of STREAM in; return whether there was one. It is gone when the one after it is read."""
        line = stream.readline(MAX_LINE_BYTES + 1)
        if not line:
            return False
        size, value = len(line), self._value(line, number)
        del line  # What is made of it takes as much.
        kind = value["kind"]
        if kind == FILE_KIND:
            files.take(value)
        elif kind != LAST_KIND:
            self._take(kind, value["row"], size)
        return True

    def _value(self, line: bytes, number: int) -> dict:
        """What LINE holds; bytes that are many in it as bytes. Raises RestoreError, or what `STRANGE` names."""
        if len(line) > MAX_LINE_BYTES:
            raise _too_long(number, MAX_LINE_BYTES)
        contents: dict[str, bytes] = {}
        kind = _KIND.match(line)
        if len(line) > BATCH_BYTES and kind and (table := self._tables.get(kind[1].decode())):
            # As a text they would be there three times more, and each letter as wide as the widest of the line.
            contents, line = _cut_out(line, table.binary_names)
        if len(line) > MAX_ROW_BYTES:
            raise _too_long(number, MAX_ROW_BYTES)
        if sum(line.count(sign) for sign in (b",", b":", b"[", b"{")) > MAX_VALUES:
            raise ValueError(_("line %(line)s holds more values than one may.") % {"line": number})
        value = json.loads(line)
        if value["kind"] in self._tables:
            value["row"].update(contents)
            _see_that_it_unpacks(value["row"].get(COMPRESSED), number)
        return value

    def _take(self, kind: str, row: dict, size: int) -> None:
        if self._batch and (
            kind != self._batch_kind or len(self._batch) >= BATCH_ROWS or self._batch_bytes + size > BATCH_BYTES
        ):
            self._flush()
        self._batch_kind = kind
        table = self._tables[kind]
        if table.model is self._users and self._is_here(row):
            self._counts[kind] += 1
            return
        self._batch.append(table.values(row))
        self._batch_bytes += size
        if self._batch_bytes > BATCH_BYTES:
            # Not to be held while the next line is read.
            self._flush()

    def _is_here(self, row: dict) -> bool:
        """Is the account of ROW here already? Another one in its place would have done what it did."""
        present = self._users.objects.filter(Q(pk=row["id"]) | Q(username=row["username"]))
        if not present:
            return False
        if [(user.pk, user.username) for user in present] != [(row["id"], row["username"])]:
            raise ValueError(
                _("accounts that were made here stand where those of the export belong: make accounts afterwards.")
            )
        return True

    def _flush(self) -> None:
        if not self._batch:
            return
        _insert(self._tables[self._batch_kind], self._batch, as_bytes=self._batch_bytes > BATCH_BYTES)
        self._counts[self._batch_kind] += len(self._batch)
        self._batch, self._batch_bytes = [], 0
        self._progress(self._counts.total(), self._head.total)


def _cut_out(line: bytes, names: frozenset[str]) -> tuple[dict[str, bytes], bytes]:
    """The bytes that LINE holds in base64 under NAMES, where they are many, by these; and LINE without them."""
    contents, rest, position = {}, [], 0
    for found in _BYTES.finditer(line):
        if (name := found[1].decode()) not in names:
            continue
        if name in contents:
            raise ValueError(name)
        contents[name] = binascii.a2b_base64(memoryview(line)[found.start(2) : found.end(2)], strict_mode=True)
        rest.append(line[position : found.start(2)])
        position = found.end(2)
    return contents, b"".join([*rest, line[position:]])


def _see_that_it_unpacks(content: str | bytes | None, number: int) -> None:
    """Raise ValueError where more comes out of a row's compressed CONTENT than may, before somebody looks at it."""
    packed = content if isinstance(content, bytes) else base64.b64decode(content or "", validate=True)
    decoder, size = zlib.decompressobj(), 0
    for start in range(0, len(packed), STEP_BYTES):
        step = packed[start : start + STEP_BYTES]
        while step and not decoder.eof:
            try:
                size += len(decoder.decompress(step, PIECE_BYTES))
            except zlib.error:
                # It was damaged in its archive already, and is given back as it was.
                return
            step = decoder.unconsumed_tail
            if size > MAX_CONTENT_BYTES:
                raise ValueError(_("more comes out of what line %(line)s holds than may.") % {"line": number})


def _insert(table: Table, rows: list[list], *, as_bytes: bool) -> None:
    quote = connection.ops.quote_name
    places = f"({', '.join(['%s'] * len(rows[0]))})"
    columns = ", ".join(quote(column) for column in table.columns)
    statement = (
        f"INSERT INTO {quote(table.name)} ({columns}) OVERRIDING SYSTEM VALUE "  # noqa: S608 - names of ours
        f"VALUES {', '.join([places] * len(rows))}"
    )
    values = [value for row in rows for value in row]
    if as_bytes and table.binary_names:
        execute_with_bytes(statement, values)
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


class _Files:
    """Puts the files of an export beside the database, and takes them away again when the rows cannot be written."""

    def __init__(self):
        self.missing: list[str] = []
        self._storages = {column.of: column.field.storage for column in file_columns()}
        self._made: list[tuple[Storage, str]] = []
        self._part: BinaryIO | None = None

    def take(self, piece: dict) -> None:
        """Take a piece; they come in order, and the last has the SHA-256 of the whole."""
        name = piece["name"]
        if piece.get("missing"):
            self.missing.append(name)
            return
        if piece["start"] == 0:
            self._part = TemporaryFile()  # noqa: SIM115 - closed with its last piece
        self._part.write(base64.b64decode(piece["content"], validate=True))
        if "sha256" in piece:
            self._keep(self._storages[piece["of"]], name, piece["sha256"])
            self._part.close()

    def _keep(self, storage: Storage, name: str, digest: str) -> None:
        self._part.seek(0)
        if _sha256(self._part) != digest:
            raise ValueError(_("the file %(name)s is damaged.") % {"name": name})
        if storage.exists(name):
            with storage.open(name) as present:
                if _sha256(present) == digest:
                    return
            raise ValueError(_("another file is called %(name)s here already.") % {"name": name})
        self._part.seek(0)
        made = storage.save(name, File(self._part))
        self._made.append((storage, made))
        if made != name:
            raise ValueError(_("no file can be called %(name)s here.") % {"name": name})

    def take_back(self) -> None:
        for storage, name in self._made:
            storage.delete(name)


def _sha256(file: BinaryIO) -> str:
    digest = sha256()
    while data := file.read(1024 * 1024):
        digest.update(data)
    return digest.hexdigest()

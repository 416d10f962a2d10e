"""Files that hold files: ZIP and TAR, read where they are. Nothing is written to disk, so no path in them can do harm."""

import io
import logging
import re
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from posixpath import basename
from typing import BinaryIO

from archive.ingest.inputs import Input, damaged, reader_broke, unreadable, why_left_out
from archive.ingest.records import Note, UnreadableInputError
from archive.ingest.unpacking import BUFFER_BYTES, DAMAGED, Counted, DamagedError, Gauge, unbzipped, unpacked

logger = logging.getLogger(__name__)

MAX_NESTING = 2
"""How deep containers may lie in one another."""

MAX_HELD_BYTES = 64 * 1024 * 1024
"""How large a ZIP may be that is itself packed, or comes through a pipe: its list of members is at its end."""

MAX_DIRECTORY_BYTES = 24 * 1024 * 1024
"""How long that list may be, which is read as a whole: some 200,000 members."""

MAX_TAR_FIELD_BYTES = 1024 * 1024
MAX_NAME_CHARS = 1000
BLOCK_BYTES = 512

_PAX_SIZE = re.compile("[0-9]{1,20}")
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 0x1
_ZIP_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
# Documents of office programs and books are ZIP files too, and hold no files that anyone has put there.
_DOCUMENT_MEMBERS = frozenset({"[Content_Types].xml", "mimetype"})
_ZIP_PROBLEMS = (
    *DAMAGED,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    OverflowError,
    UnicodeError,
    IndexError,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a container, or a whole file; read it before the next one is asked for."""

    origin: str
    folder: str
    file_name: str
    problem: Note | None = None
    skipped: Note | None = None
    head: bytes = b""
    stream: BinaryIO | None = None

    @contextmanager
    def open(self) -> Iterator[tuple[bytes, BinaryIO]]:
        """Like `Input.open`."""
        if self.problem:
            raise UnreadableInputError(self.problem)
        yield self.head, self.stream


def parts_of(item: Input, gauge: Gauge | None = None) -> Iterator[Input | Part]:
    """Yield the files in ITEM where it is a container, in order, as parts; else itself. GAUGE is told how far it is."""
    if item.problem or item.skipped:
        yield item
        return
    box = _Box(item.origin, item.folder, item.file_name, gauge or Gauge(), 0)
    try:
        with item.open(box.gauge) as (head, stream):
            yield from box.parts(head, stream)
    except UnreadableInputError as problem:
        yield box.part("", problem=problem.note)
    except DAMAGED as problem:
        yield box.part("", problem=damaged(problem))
    except OSError as problem:
        yield box.part("", problem=unreadable(problem))
    except Exception as problem:
        # A fault of ours must not keep the other files out.
        logger.exception("%s cannot be read", item.origin)
        yield box.part("", problem=reader_broke(problem))


@dataclass(frozen=True, slots=True)
class _Box:
    """A container, or what may be one, at ORIGIN; DEPTH containers are around it."""

    origin: str
    folder: str
    file_name: str
    gauge: Gauge
    depth: int

    def part(self, name: str, **more) -> Part:
        # A name may hold what no path may.
        name = name.replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:MAX_NAME_CHARS]
        origin = f"{self.origin}/{name}" if name else self.origin
        folder = self.origin if name else self.folder
        return Part(origin, folder, basename(name) if name else self.file_name, **more)

    def parts(self, head: bytes, stream: BinaryIO) -> Iterator[Part]:
        members = _members_reader(head)
        if members is None:
            yield self.part("", head=head, stream=stream)
        elif self.depth >= MAX_NESTING:
            yield self.part("", problem=Note("container_too_deep", {"limit": MAX_NESTING}))
        else:
            try:
                yield from members(self, stream)
            except DAMAGED as problem:
                yield self.part("", problem=damaged(problem))

    def member(self, name: str, stream: BinaryIO) -> Iterator[Part]:
        """The member called NAME, or what is in it."""
        if why := Note("hidden_file") if name.startswith("__MACOSX/") else why_left_out(basename(name)):
            yield self.part(name, skipped=why)
            return
        whole = self.part(name)
        inner = _Box(whole.origin, self.origin, whole.file_name, self.gauge, self.depth + 1)
        try:
            head, unpacked_stream = unpacked(stream, self.gauge)
        except DAMAGED as problem:
            yield self.part(name, problem=damaged(problem))
            return
        yield from inner.parts(head, unpacked_stream)


def _members_reader(head: bytes) -> Callable[[_Box, BinaryIO], Iterator[Part]] | None:
    if head.startswith(_ZIP_MARKS):
        return _zip_parts
    return _tar_parts if _is_tar(head) else None


# --- ZIP ---


def _zip_parts(box: _Box, stream: BinaryIO) -> Iterator[Part]:
    file = _seekable(stream)
    is_outermost = not box.gauge.is_fed
    if is_outermost:
        box.gauge.packed, box.gauge.is_fed = file.seek(0, io.SEEK_END), True
    if _directory_bytes(file) > MAX_DIRECTORY_BYTES:
        raise UnreadableInputError(Note("container_too_many"))
    try:
        container = zipfile.ZipFile(file)
    except _ZIP_PROBLEMS as problem:
        raise zipfile.BadZipFile from problem
    with container:
        if not _DOCUMENT_MEMBERS.isdisjoint(container.NameToInfo):
            raise UnreadableInputError(Note("format_unknown"))
        for member in container.infolist():
            if not member.is_dir():
                yield from _zip_member(box, container, member)
                box.gauge.passed += member.compress_size if is_outermost else 0


def _zip_member(box: _Box, container: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Part]:
    if member.flag_bits & _ENCRYPTED:
        yield box.part(member.filename, problem=Note("member_encrypted"))
        return
    if member.compress_type not in _ZIP_METHODS:
        yield box.part(member.filename, problem=Note("member_packed_oddly"))
        return
    try:
        stream = _opened(container, member)
    except _ZIP_PROBLEMS:
        yield box.part(member.filename, problem=Note("file_damaged"))
        return
    with stream:
        counted = io.BufferedReader(Counted(stream, box.gauge.add_unpacked), BUFFER_BYTES)
        yield from box.member(member.filename, counted)


def _opened(container: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    """The bytes of MEMBER. Of bzip2 they are taken as they stand there: `zipfile` would unpack it without a limit."""
    if member.compress_type != zipfile.ZIP_BZIP2:
        return container.open(member)
    packed = copy(member)
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, member.compress_size
    # That of the ZIP is of what comes out; bzip2 has its own.
    del packed.CRC
    return unbzipped(container.open(packed))


def _seekable(stream: BinaryIO) -> BinaryIO:
    """STREAM where one can go back and forth in it; else all of it in memory, if it is not too much."""
    if stream.seekable() and isinstance(getattr(stream, "raw", None), io.FileIO):
        return stream
    held = io.BytesIO()
    while chunk := stream.read(BUFFER_BYTES):
        held.write(chunk)
        if held.tell() > MAX_HELD_BYTES:
            raise UnreadableInputError(Note("container_not_held", {"limit_bytes": MAX_HELD_BYTES}))
    return held


def _directory_bytes(file: BinaryIO) -> int:
    """How long the list of members says it is."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - 66_000, 0))
    tail = file.read(66_000)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        return 0
    (length,) = struct.unpack_from("<L", tail, end + 12)
    large = tail.rfind(b"PK\x06\x06", 0, end)
    if large >= 0 and len(tail) - large >= 48:
        length = max(length if length != 0xFFFFFFFF else 0, struct.unpack_from("<Q", tail, large + 40)[0])
    return length


# --- TAR ---


class _Member(io.RawIOBase):
    """The next SIZE bytes of STREAM, told to COUNT as they are read."""

    def __init__(self, stream: BinaryIO, size: int, count: Callable[[int], None]):
        self._stream = stream
        self._count = count
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        wanted = min(len(buffer), self.left)
        chunk = self._stream.read(wanted) if wanted else b""
        if wanted and not chunk:
            raise EOFError
        self.left -= len(chunk)
        self._count(len(chunk))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def finish(self) -> None:
        while self.left:
            self.readinto(memoryview(bytearray(min(self.left, BUFFER_BYTES))))


def _is_tar(head: bytes) -> bool:
    if len(head) < BLOCK_BYTES or b"\0" not in head[:BLOCK_BYTES] or not head[0]:
        return False
    try:
        return bool(_header(head[:BLOCK_BYTES]).name)
    except tarfile.TarError:
        return False


def _header(block: bytes) -> tarfile.TarInfo:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except (ValueError, OverflowError, IndexError) as problem:
        raise tarfile.TarError from problem


def _tar_parts(box: _Box, stream: BinaryIO) -> Iterator[Part]:
    """Read member after member, with no list of them: it may go on without end."""
    name, size = "", None
    count = (lambda size: None) if box.gauge.is_fed else box.gauge.add_packed
    box.gauge.is_fed = True
    while block := stream.read(BLOCK_BYTES):
        if not block.strip(b"\0"):
            return
        if len(block) < BLOCK_BYTES:
            raise EOFError
        try:
            header = _header(block)
        except tarfile.TarError:
            yield box.part("", problem=Note("file_damaged"))
            return
        length = header.size if size is None else size
        if length < 0:
            raise DamagedError
        padding = -length % BLOCK_BYTES
        member = _Member(stream, length, count)
        if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE):
            if length > MAX_TAR_FIELD_BYTES:
                raise UnreadableInputError(Note("file_damaged"))
            content = member.readall()
            if header.type == tarfile.GNUTYPE_LONGNAME:
                name = content.rstrip(b"\0").decode("utf-8", "replace")
            else:
                fields = _pax_fields(content)
                name = fields.get("path", name)
                said = fields.get("size", "")
                size = int(said) if _PAX_SIZE.fullmatch(said) else None
        elif header.type in tarfile.REGULAR_TYPES and header.type != tarfile.GNUTYPE_SPARSE:
            yield from box.member(name or header.name, io.BufferedReader(member, BUFFER_BYTES))
            name, size = "", None
        elif header.type not in (tarfile.DIRTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK):
            # A link leads to a file that is in here by itself, or out of here.
            yield box.part(name or header.name, skipped=Note("member_no_file"))
            name, size = "", None
        member.finish()
        if len(stream.read(padding)) < padding:
            raise EOFError


def _pax_fields(data: bytes) -> dict[str, str]:
    """The fields of an extended header: lines of their own length, a name, "=" and a value."""
    fields = {}
    position = 0
    while (space := data.find(b" ", position)) > 0 and data[position:space].isdigit() and space - position < 10:
        length = int(data[position:space])
        key, _, value = data[space + 1 : position + length].partition(b"=")
        fields[key.decode("utf-8", "replace")] = value.removesuffix(b"\n").decode("utf-8", "replace")
        if length <= 0:
            break
        position += length
    return fields

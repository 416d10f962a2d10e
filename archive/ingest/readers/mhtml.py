"""A web page saved whole (.mht, .mhtml): the page among its pictures, as parts of a mail message."""

import binascii
import re
from collections.abc import Iterator
from datetime import UTC
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import BinaryIO, NamedTuple

from archive.ingest.furniture import PageLines
from archive.ingest.readers import ReadContext
from archive.ingest.readers.html import MARKED_UP_PAGES_LEARNT, HtmlPage
from archive.ingest.records import Note, ReadDate, Record, Rejected, UnreadableInputError
from archive.ingest.web.tree import MAX_PAGE_BYTES

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_PARTS = 5000
MAX_DEPTH = 10
"""How deep parts may lie in parts."""

MAX_HEADER_BYTES = 64 * 1024
MAX_CODED_BYTES = 3 * MAX_PAGE_BYTES
"""How long a page may be as a message writes it: of each byte three letters."""

_HEADERS_END = re.compile(rb"(?<=\n)\r?\n")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_NEWLINE = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
_HEADERS = re.compile(rb"\s*(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)+")
_KIND = re.compile(
    rb"^content-type:\s*(?:multipart/related|multipart/mixed|multipart/alternative|text/html)", re.I | re.M
)
_VERSION = re.compile(rb"^mime-version:", re.I | re.M)
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})


class SavedPart(NamedTuple):
    """The page in a message: its bytes, and what the message says of them."""

    raw: bytes
    address: str
    charset: str
    saved: ReadDate | None


class _Entity(NamedTuple):
    """A message, or a part of one: its HEADERS, and where its body stands among the bytes."""

    headers: Message
    begin: int
    end: int


class Mhtml:
    name = "mhtml"
    version = 3 + HtmlPage.version
    pages_learnt = MARKED_UP_PAGES_LEARNT

    def recognises(self, head: bytes, file_name: str) -> bool:
        found = _HEADERS.match(head)
        return found is not None and bool(_VERSION.search(found[0].lstrip()) and _KIND.search(found[0].lstrip()))

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        raw = self.page_bytes(stream)
        try:
            page = self._page(raw)
            yield HtmlPage().record(
                page.raw,
                context,
                address=page.address,
                charset=page.charset,
                collected=page.saved,
                reader=self.name,
                received=raw,
            )
        except UnreadableInputError as problem:
            yield Rejected(context.origin, problem.note, raw, self.name, context.file_name)

    @staticmethod
    def page_bytes(stream: BinaryIO) -> bytes:
        """The bytes of one message, one more than it may have when it is too large."""
        return stream.read(MAX_FILE_BYTES + 1)

    def lines(self, raw: bytes) -> PageLines | None:
        """What is counted of a page to learn its source's furniture; None when it cannot be read."""
        try:
            return HtmlPage().lines(self._page(raw).raw)
        except UnreadableInputError:
            return None

    @staticmethod
    def _page(raw: bytes) -> SavedPart:
        if len(raw) > MAX_FILE_BYTES:
            raise UnreadableInputError(Note("page_too_large", {"limit_bytes": MAX_FILE_BYTES}))
        try:
            return _main_part(raw)
        # Headers may be such that the parser of messages gives way.
        except (RecursionError, ValueError, LookupError, AttributeError, TypeError, IndexError):
            raise UnreadableInputError(Note("mhtml_damaged")) from None


def _main_part(raw: bytes) -> SavedPart:
    """The part that the message begins with, by what it says, else the one of its own address, else the first page."""
    message = _entity(raw, len(raw) - len(raw.lstrip()), len(raw))
    pages = [part for part in _leaves(raw, message, iter(range(MAX_PARTS))) if _is_page(part)]
    if not pages:
        raise UnreadableInputError(Note("mhtml_no_page"))
    headers = message.headers
    start = (headers.get_param("start") or "") if headers.get_content_maintype() == "multipart" else ""
    address = _header(headers, "Snapshot-Content-Location") or _header(headers, "Content-Location")
    chosen = next((part for part in pages if start and _header(part.headers, "Content-ID") == start), None)
    if chosen is None and address:
        chosen = next((part for part in pages if _header(part.headers, "Content-Location") == address), None)
    chosen = pages[0] if chosen is None else chosen
    location = _header(chosen.headers, "Content-Location") or address
    charset = str(chosen.headers.get_param("charset") or "")
    return SavedPart(_content(raw, chosen), location, charset, _saved(_header(headers, "Date")))


# The standard library's parser of whole messages takes thirty times the room of one that is full of short lines.


def _entity(raw: bytes, begin: int, end: int) -> _Entity:
    ends = _HEADERS_END.search(raw, begin, min(end, begin + MAX_HEADER_BYTES))
    body = ends.end() if ends else end
    return _Entity(BytesHeaderParser().parsebytes(raw[begin : min(body, begin + MAX_HEADER_BYTES)]), body, end)


def _leaves(raw: bytes, whole: _Entity, numbers: Iterator[int], depth: int = 0) -> Iterator[_Entity]:
    """The parts of WHOLE that have none in them, in their order; itself where it has none. NUMBERS are used up."""
    if next(numbers, None) is None:
        return
    if whole.headers.get_content_maintype() != "multipart":
        yield whole
        return
    boundary = whole.headers.get_boundary()
    if not boundary or depth == MAX_DEPTH:
        return
    begin = None
    for line_begin, line_end, is_last in _limits(raw, b"--" + boundary.encode("utf-8", "surrogateescape"), whole):
        if begin is not None:
            # The line's end before a limit is the limit's.
            end = line_begin - len(b"\r\n" if raw.endswith(b"\r\n", begin, line_begin) else b"\n")
            yield from _leaves(raw, _entity(raw, begin, max(begin, end)), numbers, depth + 1)
        begin = None if is_last else line_end
        if is_last:
            return
    if begin is not None:
        yield from _leaves(raw, _entity(raw, begin, whole.end), numbers, depth + 1)


def _limits(raw: bytes, mark: bytes, whole: _Entity) -> Iterator[tuple[int, int, bool]]:
    """Where the lines that are MARK in the body of WHOLE begin and end, and whether one says that it is the last."""
    place = whole.begin
    while (found := raw.find(mark, place, whole.end)) >= 0:
        place = found + len(mark)
        is_last = raw.startswith(b"--", place)
        rest = _NEWLINE.match(raw, place + 2 if is_last else place, whole.end)
        if rest and (found == whole.begin or raw[found - 1 : found] == b"\n"):
            yield found, rest.end(), is_last
            place = rest.end()


def _is_page(part: _Entity) -> bool:
    return part.headers.get_content_type() in _PAGE_TYPES


def _content(raw: bytes, part: _Entity) -> bytes:
    """The bytes of PART without their coding."""
    if part.end - part.begin > MAX_CODED_BYTES:
        raise UnreadableInputError(Note("page_too_large", {"limit_bytes": MAX_PAGE_BYTES}))
    body = memoryview(raw)[part.begin : part.end]
    coding = _header(part.headers, "Content-Transfer-Encoding").lower()
    if coding == "quoted-printable":
        return binascii.a2b_qp(body)
    if coding == "base64":
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            # Cut short, in the middle of four letters.
            return binascii.a2b_base64(_without_rest(body))
    return bytes(body)


def _without_rest(coded: memoryview) -> bytes:
    letters = _NOT_BASE64.sub(b"", coded)
    return letters[: len(letters) // 4 * 4]


def _header(headers: Message, name: str) -> str:
    return str(headers.get(name) or "").strip()


def _saved(value: str) -> ReadDate | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    # Written as "-0000": the moment is known, the zone of the sender is not.
    return ReadDate(moment if moment.tzinfo else moment.replace(tzinfo=UTC), "minute")

"""A web page saved whole (.mht, .mhtml): the page among its pictures, as parts of a mail message."""

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import UTC
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import BinaryIO, NamedTuple

from archive.ingest.furniture import PageLines
from archive.ingest.readers import ReadContext
from archive.ingest.readers.html import MARKED_UP_PAGES_LEARNT, HtmlPage
from archive.ingest.records import Note, ReadDate, Record, Rejected, UnreadableInputError

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_PARTS = 5000
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


class Mhtml:
    name = "mhtml"
    version = 2
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
            message = email.message_from_bytes(raw, policy=email.policy.compat32)
            return _main_part(message)
        # The parser of messages gives way to some that are none.
        except (RecursionError, ValueError, LookupError, AttributeError, TypeError, IndexError):
            raise UnreadableInputError(Note("mhtml_damaged")) from None


def _main_part(message: EmailMessage) -> SavedPart:
    """The part that the message begins with, by what it says, else the one of its own address, else the first page."""
    pages = []
    for number, part in enumerate(message.walk()):
        if number > MAX_PARTS:
            break
        if part.get_content_type() in _PAGE_TYPES and not part.is_multipart():
            pages.append(part)
    if not pages:
        raise UnreadableInputError(Note("mhtml_no_page"))
    start = (message.get_param("start") or "") if message.is_multipart() else ""
    address = str(message.get("Snapshot-Content-Location") or message.get("Content-Location") or "").strip()
    chosen = next((part for part in pages if start and part.get("Content-ID", "").strip() == start), None)
    if chosen is None and address:
        chosen = next((part for part in pages if str(part.get("Content-Location", "")).strip() == address), None)
    chosen = pages[0] if chosen is None else chosen
    raw = chosen.get_payload(decode=True) or b""
    location = str(chosen.get("Content-Location") or "").strip() or address
    return SavedPart(raw, location, str(chosen.get_param("charset") or ""), _saved(str(message.get("Date") or "")))


def _saved(value: str) -> ReadDate | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    # Written as "-0000": the moment is known, the zone of the sender is not.
    return ReadDate(moment if moment.tzinfo else moment.replace(tzinfo=UTC), "minute")

"""A web archive (WARC 1.0, 1.1): the pages that a crawler received, each with the request's own moment and address."""

import base64
import binascii
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BufferedReader, BytesIO
from itertools import chain
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from archive.ingest.addresses import normalise_url
from archive.ingest.dates import read_date
from archive.ingest.furniture import PageLines, RepeatedLines
from archive.ingest.readers import HEAD_BYTES, ReadContext, Reader
from archive.ingest.readers.html import HtmlPage
from archive.ingest.records import Note, ReadDate, Record, Rejected, Skipped, UnreadableInputError
from archive.ingest.transfer import Body, body_of
from archive.ingest.web.tree import MAX_PAGE_BYTES
from archive.outgoing.warc_form import END, MEDIA_TYPE, beginning

MAX_BLOCK_BYTES = MAX_PAGE_BYTES + 64 * 1024
MAX_HEADER_BYTES = 64 * 1024
PAGES_LEARNT = 40
"""How many pages at the beginning of a file are read before the first is handed on, to learn what their sites repeat."""

BYTES_LEARNT = 24 * 1024 * 1024
MAX_KINDS = 12
TAIL_BYTES = 2000

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_OTHER_TYPES = re.compile("json|xml|rss|atom", re.IGNORECASE)
_RESOURCE_TYPES = re.compile("json|xml|rss|atom|csv|sgml", re.IGNORECASE)
# What our own export, and other programs, put in of files. Other names (urn:text:…) are of what a crawler made of pages.
_FILES = ("urn:sha256:", "file:")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_HEADER_ENDS = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})")
_LENGTH = re.compile("[0-9]{1,11}")
_PAGE_END = b"</html"
_DIGEST_BYTES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


class Payload(NamedTuple):
    """What a server sent: CONTENT without how it was transferred, RAW the record in which it stands."""

    origin: str
    raw: bytes
    content: bytes
    address: str
    charset: str
    collected: ReadDate | None
    notes: list[Note]
    is_file: bool
    """It came from no server: its bytes are those of a file, and all there is of it."""


class _Watched:
    """A stream that ends where reading it fails, and remembers why: what was read before it is read to its end."""

    def __init__(self, stream: BinaryIO):
        # Of a stream cut short, as much as there is.
        self._read = getattr(stream, "read1", stream.read)
        self._place = 0
        self.problem: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            data = b"" if self.problem else self._read(size)
        except Exception as problem:
            self.problem = problem
            data = b""
        self._place += len(data)
        return data

    def tell(self) -> int:
        """Asked for once, at the beginning; a pipe could not say."""
        return self._place


class Warc:
    name = "warc"
    version = 3 + HtmlPage.version

    def __init__(self, recognise: Callable[[bytes, str], Reader | None]):
        self._recognise = recognise

    def recognises(self, head: bytes, file_name: str) -> bool:
        return head.lstrip().startswith(b"WARC/")

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected | Skipped]:
        skipped: Counter[str] = Counter()
        yield from self._articles(self._payloads(stream, context, skipped), context, skipped)
        if skipped:
            kinds = ", ".join(f"{kind} ×{count}" for kind, count in skipped.most_common(MAX_KINDS))
            yield Skipped(context.origin, Note("warc_skipped", {"count": skipped.total(), "kinds": kinds}))

    def lines(self, raw: bytes) -> PageLines | None:
        """What is counted of the page in a record to learn its source's furniture; None when it cannot be read."""
        payload = next(self._payloads(BytesIO(raw), ReadContext(""), Counter()), None)
        return HtmlPage().lines(payload.content) if isinstance(payload, Payload) else None

    # --- What is in the archive ---

    def _payloads(
        self, stream: BinaryIO, context: ReadContext, skipped: Counter[str]
    ) -> Iterator[Payload | Rejected]:
        watched = _Watched(stream)
        number = 0
        try:
            # Its lenient mode finds the next record behind one whose length is wrong.
            for record in ArchiveIterator(
                watched, parse_http=False, quirks_mode=True, max_header_len=MAX_HEADER_BYTES
            ):
                number += 1
                yield from self._payload(record, f"{context.origin}#{number}", skipped)
        except OSError:
            if not watched.problem:
                yield Rejected(f"{context.origin}#{number + 1}", Note("warc_damaged"))
        if watched.problem:
            raise watched.problem
        if not number:
            yield Rejected(context.origin, Note("warc_damaged"))

    def _payload(self, record: WarcRecord, origin: str, skipped: Counter[str]) -> Iterator[Payload | Rejected]:
        if record.record_type not in (WarcRecordType.response, WarcRecordType.resource):
            skipped[str(record.headers.get("WARC-Type", "?"))[:60]] += 1
            return
        length = record.content_length
        if length > MAX_BLOCK_BYTES:
            # Nobody knows what it is before it is read.
            yield Rejected(origin, Note("page_too_large", {"limit_bytes": MAX_PAGE_BYTES}))
            return
        block = record.reader.read()
        headers = {name.lower(): value for name, value in record.headers.items()}
        # With its own header: alone, a record could not be read again.
        begins = beginning(record.headers.status_line, record.headers.items())
        if len(block) < length:
            note = Note("warc_cut_short", {"bytes": len(block), "length": length})
            yield Rejected(origin, note, begins + block, self.name)
            return
        raw = b"".join([begins, block, END])
        is_response = record.record_type == WarcRecordType.response
        try:
            yield from self._http(raw, block, headers, origin, skipped, is_response=is_response)
        except UnreadableInputError as problem:
            yield Rejected(origin, problem.note, raw, self.name)

    def _http(
        self,
        raw: bytes,
        block: bytes,
        headers: dict[str, str],
        origin: str,
        skipped: Counter[str],
        *,
        is_response: bool,
    ) -> Iterator[Payload]:
        address = headers.get("warc-target-uri", "").strip().strip("<>").strip()
        http: dict[str, str] = {}
        body = block
        if is_response and (status := _STATUS.match(block)):
            http, body = _split(block)
            if not 200 <= int(status[1]) < 300:
                skipped[f"HTTP {int(status[1])}"] += 1
                return
        kind = http.get("content-type") or ("" if is_response else headers.get("content-type", ""))
        charset = _CHARSET.search(kind)
        kind = kind.partition(";")[0].strip().lower()
        is_file = not is_response and address.lower().startswith(_FILES)
        other_types = _OTHER_TYPES if is_response else _RESOURCE_TYPES
        if kind and kind not in _PAGE_TYPES and not other_types.search(kind) and kind != "text/plain":
            skipped[kind[:60]] += 1
            return
        content = body_of(body, http, MAX_PAGE_BYTES)
        if len(content.content) > MAX_PAGE_BYTES:
            raise UnreadableInputError(Note("page_too_large", {"limit_bytes": MAX_PAGE_BYTES}))
        notes = _digest_notes(block, body, headers, http)
        # Of one that the crawler says that it has cut, it is told.
        notes += _cut_notes(body, content, http) if "warc-truncated" not in headers else []
        if address and not is_file and not address.lower().startswith(("http://", "https://")):
            skipped[kind or "?"] += 1
            return
        collected = read_date(headers.get("warc-date", "")).date
        charset = charset[1] if charset else ""
        yield Payload(origin, raw, content.content, "" if is_file else address, charset, collected, notes, is_file)

    # --- What is made of it ---

    def _articles(
        self, payloads: Iterator[Payload | Rejected], context: ReadContext, skipped: Counter[str]
    ) -> Iterator[Record | Rejected | Skipped]:
        waiting: list[Payload | Rejected] = []
        size = 0
        problem: Exception | None = None
        try:
            for payload in payloads:
                waiting.append(payload)
                size += len(payload.raw or b"") + (len(payload.content) if isinstance(payload, Payload) else 0)
                if len(waiting) == PAGES_LEARNT or size >= BYTES_LEARNT:
                    break
        except Exception as caught:
            # The stream's own: what was read before it comes first.
            problem = caught
        repeated = _learn(waiting)
        for payload in chain(waiting, payloads):
            yield from self._article(payload, context, repeated, skipped)
        if problem:
            raise problem

    def _article(
        self,
        payload: Payload | Rejected,
        context: ReadContext,
        repeated: dict[str, RepeatedLines],
        skipped: Counter[str],
    ) -> Iterator[Record | Rejected | Skipped]:
        if isinstance(payload, Rejected):
            yield payload
            return
        inner = replace(
            context, origin=payload.origin, repeated=repeated.get(_host(payload.address), context.repeated)
        )
        reader = HtmlPage() if HtmlPage().recognises(payload.content[:HEAD_BYTES], "") else self._other(payload)
        if reader is None:
            skipped["?"] += 1
        elif isinstance(reader, HtmlPage) and not payload.is_file:
            try:
                record = reader.record(
                    payload.content,
                    inner,
                    address=normalise_url(payload.address),
                    charset=payload.charset,
                    collected=payload.collected,
                    reader=self.name,
                    received=payload.raw,
                )
                record.content_type = MEDIA_TYPE
                record.notes += payload.notes
                yield record
            except UnreadableInputError as problem:
                yield Rejected(payload.origin, problem.note, payload.raw, self.name, context.file_name)
        else:
            for found in reader.read(BufferedReader(BytesIO(payload.content)), inner):
                if isinstance(found, Record):
                    found.collected = found.collected or payload.collected
                    found.notes += payload.notes
                yield found

    def _other(self, payload: Payload) -> Reader | None:
        """The reader of a feed, an export or a file that was received; from a server, text alone is a script or the like."""
        name = urlsplit(payload.address).path.rpartition("/")[2]
        reader = self._recognise(payload.content[:HEAD_BYTES], name)
        strange = {self.name} if payload.is_file else {self.name, "saved-text"}
        return None if reader is None or reader.name in strange else reader


def _learn(payloads: list[Payload | Rejected]) -> dict[str, RepeatedLines]:
    """What the pages of each site among PAYLOADS repeat."""
    pages: defaultdict[str, list[PageLines]] = defaultdict(list)
    seen: set[bytes] = set()
    for payload in payloads:
        if isinstance(payload, Rejected) or not HtmlPage().recognises(payload.content[:HEAD_BYTES], ""):
            continue
        digest = hashlib.sha256(payload.content).digest()
        if digest not in seen and (lines := HtmlPage().lines(payload.content)):
            seen.add(digest)
            pages[_host(payload.address)].append(lines)
    return {host: RepeatedLines.learn(found) for host, found in pages.items() if len(found) > 1}


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


# --- HTTP ---


def _split(block: bytes) -> tuple[dict[str, str], bytes]:
    end = _HEADER_ENDS.search(block, 0, MAX_HEADER_BYTES)
    if not end:
        raise UnreadableInputError(Note("warc_no_http"))
    headers: dict[str, str] = {}
    for line in block[: end.start()].decode("latin-1").splitlines()[1:]:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return headers, block[end.end() :]


# --- Whether it is whole ---


def _digest_notes(block: bytes, body: bytes, headers: dict[str, str], http: dict[str, str]) -> list[Note]:
    """What the archive says is wrong with what was kept."""
    notes = []
    if reason := headers.get("warc-truncated"):
        notes.append(Note("warc_truncated", {"reason": reason[:40]}))
    wrong = _is_wrong(block, headers.get("warc-block-digest", ""))
    if wrong or (wrong is None and _is_wrong(body, headers.get("warc-payload-digest", "")) and not _is_chunked(http)):
        notes.append(Note("warc_digest_wrong"))
    return notes


def _cut_notes(body: bytes, content: Body, http: dict[str, str]) -> list[Note]:
    """That BODY, the server's, of which CONTENT was made, is not all there, by the server's length and its coding.

    A page of which the end is there has nothing missing. Raises UnreadableInputError for one of which it is not; of
    what holds many records those before the cut are whole.
    """
    said = http.get("content-length", "")
    length = int(said) if _LENGTH.fullmatch(said) and not _is_chunked(http) else 0
    is_cut = content.is_cut or len(body) < length
    if not is_cut or _PAGE_END in content.content[-TAIL_BYTES:].lower():
        return []
    note = Note("warc_cut_short", {"bytes": len(body), "length": length}) if length else Note("warc_body_cut")
    if HtmlPage().recognises(content.content[:HEAD_BYTES], ""):
        raise UnreadableInputError(note)
    return [note]


def _is_chunked(http: dict[str, str]) -> bool:
    return "chunked" in http.get("transfer-encoding", "").lower()


def _is_wrong(data: bytes, digest: str) -> bool | None:
    """Is DIGEST («sha1:…», in base 32, 16 or 64) not that of DATA? None when it cannot be told."""
    name, _, text = digest.strip().partition(":")
    name, text = name.lower().replace("-", ""), text.strip()
    size = _DIGEST_BYTES.get(name)
    if not size or not text:
        return None
    wanted = _digest_bytes(text, size)
    return None if wanted is None else hashlib.new(name, data, usedforsecurity=False).digest() != wanted


def _digest_bytes(text: str, size: int) -> bytes | None:
    readings = (
        lambda: bytes.fromhex(text),
        lambda: base64.b32decode(text.upper() + "=" * (-len(text) % 8)),
        lambda: base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4)),
    )
    for read in readings:
        try:
            if len(found := read()) == size:
                return found
        except (ValueError, binascii.Error):
            continue
    return None

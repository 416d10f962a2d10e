"""Captures as a WARC 1.1, a record each: the bytes as they were received, unchanged.

A capture of a whole HTTP answer becomes a `response`; any other holds no headers, and becomes a `resource`. In a file
whose name ends in .gz or .zst each record is compressed by itself, as WARC asks.
"""

import base64
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha1

from django.utils import timezone
from django.utils.encoding import iri_to_uri

from archive.models import Capture
from archive.outgoing.jsonl import Progress
from archive.outgoing.selection import Selection
from archive.outgoing.sinks import Sink
from archive.outgoing.tables import content_tables

VERSION = "WARC/1.1"
HTTP_BEGINS = b"HTTP/"
HTTP_TYPE = "application/http;msgtype=response"
ANY_TYPE = "application/octet-stream"
BATCH_CAPTURES = 20
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sijill:capture")


def write_warc(selection: Selection, sink: Sink, progress: Progress) -> int:
    """Write the captures of SELECTION and return how many they are."""
    table = next(table for table in content_tables() if table.model is Capture)
    captures = selection.objects(table)
    count, total = 0, captures.count()
    _write(sink, _information())
    for capture in captures.iterator(chunk_size=BATCH_CAPTURES):
        _write(sink, _record(capture))
        count += 1
        progress(count, total)
    return count


def _write(sink: Sink, pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        sink.write(piece)
    sink.end_member()


def _information() -> Iterator[bytes]:
    block = b"software: Sijill\r\nformat: WARC File Format 1.1\r\n"
    headers = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": f"<{uuid.uuid4().urn}>",
        "WARC-Date": _moment(timezone.now()),
        "Content-Type": "application/warc-fields",
    }
    return _pieces(headers, block)


def _record(capture: Capture) -> Iterator[bytes]:
    content = capture.content
    is_http = content.startswith(HTTP_BEGINS) and b"\r\n\r\n" in content
    headers = {
        "WARC-Type": "response" if is_http else "resource",
        # The same capture has the same identity in every export.
        "WARC-Record-ID": f"<{uuid.uuid5(_NAMESPACE, capture.sha256).urn}>",
        "WARC-Date": _moment(capture.received_at),
        "WARC-Target-URI": _target(capture),
        "Content-Type": HTTP_TYPE if is_http else _content_type(capture),
        "WARC-Payload-Digest": _digest(content.partition(b"\r\n\r\n")[2] if is_http else content),
    }
    return _pieces(headers, content)


def _pieces(headers: dict[str, str], block: bytes) -> Iterator[bytes]:
    headers |= {"WARC-Block-Digest": _digest(block), "Content-Length": str(len(block))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    yield f"{VERSION}\r\n{lines}\r\n".encode()
    yield block
    yield b"\r\n\r\n"


def _target(capture: Capture) -> str:
    """Where the bytes came from; for those of a file, which has no address of the web, their own digest."""
    return iri_to_uri(capture.url).replace(" ", "%20") or f"urn:sha256:{capture.sha256}"


def _content_type(capture: Capture) -> str:
    kind = " ".join(capture.content_type.split())
    return (
        f"{kind}; charset={capture.encoding}" if kind.startswith("text/") and capture.encoding else kind or ANY_TYPE
    )


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _digest(data: bytes) -> str:
    # What every tool for WARC files reads: SHA-1 in base 32. It finds damage, and keeps nobody from making it.
    return f"sha1:{base64.b32encode(sha1(data, usedforsecurity=False).digest()).decode()}"

"""Captures as a WARC 1.1, a record each: the bytes as they were received, unchanged.

What came as a record of a web archive goes out as it, with its own address and moment and what the server said; any
other capture holds no headers, and becomes a `resource`. In a file whose name ends in .gz or .zst each record is
compressed by itself, as WARC asks.
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
from archive.outgoing.warc_form import END, MEDIA_TYPE, Fields, beginning, taken_apart

VERSION = "WARC/1.1"
ANY_TYPE = "application/octet-stream"
BATCH_CAPTURES = 20
HTTP_BEGINS = b"HTTP/"
RECKONED = frozenset({"warc-block-digest", "warc-payload-digest", "content-length"})
"""Fields that are reckoned anew: what was wrong before is right of the bytes that there are."""

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
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", f"<{uuid.uuid4().urn}>"),
        ("WARC-Date", _moment(timezone.now())),
        ("Content-Type", "application/warc-fields"),
    ]
    return _pieces(fields, block, block)


def _record(capture: Capture) -> Iterator[bytes]:
    content = capture.content
    if capture.content_type == MEDIA_TYPE:
        fields, block = taken_apart(content)
        fields = [(name, value) for name, value in fields if name.lower() not in RECKONED]
        return _pieces(fields, block, block.partition(END)[2] if block.startswith(HTTP_BEGINS) else block)
    fields = [
        ("WARC-Type", "resource"),
        # The same capture has the same identity in every export.
        ("WARC-Record-ID", f"<{uuid.uuid5(_NAMESPACE, capture.sha256).urn}>"),
        ("WARC-Date", _moment(capture.received_at)),
        ("WARC-Target-URI", _target(capture)),
        ("Content-Type", _content_type(capture)),
    ]
    return _pieces(fields, content, content)


def _pieces(fields: Fields, block: bytes, payload: bytes) -> Iterator[bytes]:
    reckoned = [
        ("WARC-Payload-Digest", _digest(payload)),
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Length", str(len(block))),
    ]
    yield beginning(VERSION, fields + reckoned)
    yield block
    yield END


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

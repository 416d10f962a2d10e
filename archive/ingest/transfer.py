"""The body of an HTTP response, without how it was transferred."""

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import NamedTuple

from archive.ingest.unpacking import BUFFER_BYTES, CODINGS, DAMAGED, Decompressor, Unpacked

_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}")
_MAX_SIZE_LINE_BYTES = 200
_PACKED_MARKS = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd")


class Body(NamedTuple):
    """What a server sent; IS_CUT says that it ends before its coding does."""

    content: bytes
    is_cut: bool = False


def body_of(received: bytes, http: Mapping[str, str], limit_bytes: int) -> Body:
    """RECEIVED as it was before it was chunked and packed, as the headers HTTP (names in small letters) say.

    Crawlers undo that, and keep the headers that speak of it. One byte more than LIMIT_BYTES tells that it is larger.
    """
    body = Body(received)
    if "chunked" in http.get("transfer-encoding", "").lower():
        body = _dechunked(received)
    for coding in reversed(http.get("content-encoding", "").lower().replace(" ", "").split(",")):
        content, is_cut = _unpacked(body.content, CODINGS.get(coding, ()), limit_bytes)
        body = Body(content, body.is_cut or is_cut)
    return body


def _dechunked(body: bytes) -> Body:
    parts: list[bytes] = []
    position = 0
    while position < len(body):
        end = body.find(b"\r\n", position, position + _MAX_SIZE_LINE_BYTES)
        size = body[position:end].split(b";")[0].strip() if end >= 0 else b""
        if not _CHUNK_SIZE.fullmatch(size):
            # Not in chunks, or no longer: what follows is kept as it stands.
            return Body(b"".join([*parts, body[position:]]))
        count = int(size, 16)
        if not count:
            break
        parts.append(body[end + 2 : end + 2 + count])
        position = end + 2 + count
        if position > len(body):
            return Body(b"".join(parts), is_cut=True)
        position += 2 if body[position : position + 2] == b"\r\n" else 0
    return Body(b"".join(parts))


def _unpacked(body: bytes, decoders: tuple[Callable[[], Decompressor], ...], limit_bytes: int) -> Body:
    """BODY unpacked, as far as it can be; itself when it is not packed."""
    for decoder in decoders:
        parts, size, problem = [], 0, None
        stream = Unpacked(BytesIO(body), decoder)
        try:
            while size <= limit_bytes and (part := stream.read(min(limit_bytes + 1 - size, BUFFER_BYTES))):
                parts.append(part)
                size += len(part)
        except DAMAGED as damage:
            problem = damage
        # What is damaged and has no mark of its packing may be no packing at all, and make sense by chance.
        if parts and (problem is None or isinstance(problem, EOFError) or body.startswith(_PACKED_MARKS)):
            return Body(b"".join(parts), problem is not None)
    return Body(body)

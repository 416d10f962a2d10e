"""Streams in UTF-16 or UTF-32 as UTF-8, so that readers that cut by bytes need to know of one kind only."""

import codecs
import io
from typing import BinaryIO

CHUNK_BYTES = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def wide_encoding(head: bytes) -> tuple[int, str]:
    """Return how many bytes of HEAD are a byte order mark, and the encoding of two or four bytes a letter it is in, or ""."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return len(mark), encoding
    zeros = tuple(byte == 0 for byte in head[:4])
    encodings = {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }
    # Where Arabic follows the first sign, its bytes are none of them zero.
    return 0, encodings.get(zeros) or {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get(zeros[:2], "")


def narrowed(stream: BinaryIO) -> tuple[BinaryIO, str]:
    """Return STREAM, in UTF-8 where it was in a wide encoding, and the name of that encoding, else ""."""
    head = stream.peek(4) if hasattr(stream, "peek") else b""
    mark_bytes, encoding = wide_encoding(head)
    if not encoding:
        return stream, ""
    stream.read(mark_bytes)
    return io.BufferedReader(_Narrowed(stream, encoding), CHUNK_BYTES), encoding


class _Narrowed(io.RawIOBase):
    """STREAM in UTF-8. Python's own (`codecs.EncodedFile`) ends lines at signs that JSON has within strings."""

    def __init__(self, stream: BinaryIO, encoding: str):
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._ready and not self._ended:
            chunk = read_some(self._stream, CHUNK_BYTES)
            self._ended = not chunk
            self._ready = self._decoder.decode(chunk, self._ended).encode("utf-8", "replace")
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def read_some(stream: BinaryIO, size: int) -> bytes:
    """Read SIZE bytes of STREAM or fewer, b"" at its end: of a packed one that is cut short all that comes before the cut."""
    return stream.read1(size) if isinstance(stream, io.BufferedIOBase) else stream.read(size)

"""Compressed streams: gzip, Zstandard, bzip2, xz, deflate and Brotli, no more unpacked at once than is asked for."""

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import brotli
import zstandard

from archive.ingest.readers import HEAD_BYTES

BUFFER_BYTES = 128 * 1024
MAX_LAYERS = 2
"""How often a file may be compressed, one in the other."""

MAX_UNPACKED_BYTES = 64 * 1024**3
"""How much may come out of one file, in all that is packed in it."""

MAX_RATIO = 200
"""How many times its own size may come out of a file, from RATIO_FROM_BYTES on; text seldom makes more than 30."""

RATIO_FROM_BYTES = 64 * 1024 * 1024
MAX_DECODER_BYTES = 128 * 1024 * 1024
ZSTD_STEP_BYTES = 2 * 1024
"""How much of Zstandard is unpacked at once: its decoder has no limit, and makes up to 128 KiB of four bytes."""


class BombError(Exception):
    """More comes out of a compressed file than may."""


class DamagedError(Exception):
    """What is packed cannot be unpacked."""


DAMAGED = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    zipfile.BadZipFile,
    BombError,
    DamagedError,
)
"""What reading a packed stream raises when it is damaged, cut short or a bomb."""


@dataclass(slots=True)
class Gauge:
    """How much went into unpacking one file, and how much came out."""

    packed: int = 0
    unpacked: int = 0
    is_fed: bool = False
    """Whether somebody tells already what goes in: the outermost packing does, not those in it."""

    passed: int = 0
    """How much of the file is through, where it is packed; of a ZIP all is PACKED at once."""

    def add_packed(self, count: int) -> None:
        self.packed += count
        self.passed += count

    def add_unpacked(self, count: int) -> None:
        self.unpacked += count
        is_bomb = self.unpacked > RATIO_FROM_BYTES and self.unpacked > self.packed * MAX_RATIO
        if is_bomb or self.unpacked > MAX_UNPACKED_BYTES:
            raise BombError


class Counted(io.RawIOBase):
    """A stream whose bytes are told to COUNT as they are read."""

    def __init__(self, stream: BinaryIO, count: Callable[[int], None]):
        self._stream = stream
        self._count = count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        chunk = self._stream.read(len(buffer))
        self._count(len(chunk))
        buffer[: len(chunk)] = chunk
        return len(chunk)


class Decompressor(Protocol):
    """What the decoders of the standard library have in common."""

    eof: bool
    needs_input: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Zlib:
    """The decoder of one stream in the form of WINDOW_BITS (`zlib.decompressobj`), with the interface of the others."""

    def __init__(self, window_bits: int):
        self._decoder = zlib.decompressobj(window_bits)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._decoder.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)


class _Zstandard:
    """The decoder of one frame, with the interface of the others."""

    needs_input = True

    def __init__(self):
        self._decoder = zstandard.ZstdDecompressor(max_window_size=MAX_DECODER_BYTES).decompressobj()
        self._packed = b""

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data + self._packed

    def decompress(self, data: bytes, _max_length: int) -> bytes:
        packed = self._packed + data
        step, self._packed = packed[:ZSTD_STEP_BYTES], packed[ZSTD_STEP_BYTES:]
        self.needs_input = not self._packed
        return self._decoder.decompress(step)


class _Brotli:
    """The decoder of one stream, with the interface of the others; nothing may follow it."""

    unused_data = b""

    def __init__(self):
        self._decoder = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return self._decoder.is_finished()

    @property
    def needs_input(self) -> bool:
        return self._decoder.can_accept_more_data()

    def decompress(self, data: bytes, max_length: int) -> bytes:
        try:
            return self._decoder.process(data, output_buffer_limit=max_length)
        except brotli.error as problem:
            raise DamagedError from problem


def gzip_decoder() -> Decompressor:
    """One of a member, whose checksum it proves at its end."""
    return _Zlib(zlib.MAX_WBITS | 16)


class Unpacked(io.RawIOBase):
    """What comes out of STREAM, which may be several compressed streams one after the other.

    Where that ends before its end, or is damaged, what came out before is read first, and only then the error raised.
    """

    def __init__(self, stream: BinaryIO, decompressor: Callable[[], Decompressor]):
        self._stream = stream
        self._new = decompressor
        self._decoder = decompressor()
        self._ready = b""
        self._problem: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        filled = 0
        while filled < len(buffer) and self._has_more(len(buffer) - filled):
            part, self._ready = self._ready[: len(buffer) - filled], self._ready[len(buffer) - filled :]
            buffer[filled : filled + len(part)] = part
            filled += len(part)
        if self._problem and not filled:
            raise self._problem
        return filled

    def _has_more(self, wanted: int) -> bool:
        try:
            return bool(self._ready) or (self._problem is None and self._unpack(wanted))
        except (*DAMAGED, OSError) as problem:
            self._problem = problem
            return False

    def _unpack(self, wanted: int) -> bool:
        """Unpack a little more; False at the end."""
        while not self._ready:
            packed = b""
            if self._decoder.eof:
                packed = self._decoder.unused_data or self._stream.read(BUFFER_BYTES)
                # Some pad the end of a file.
                if not packed.strip(b"\0"):
                    return False
                self._decoder = self._new()
            elif self._decoder.needs_input and not (packed := self._stream.read(BUFFER_BYTES)):
                raise EOFError
            try:
                self._ready = self._decoder.decompress(packed, wanted)
            except (OSError, ValueError) as problem:
                raise DamagedError from problem
        return True


def unbzipped(stream: BinaryIO) -> BinaryIO:
    """STREAM, which is bzip2, unpacked."""
    return Unpacked(stream, bz2.BZ2Decompressor)


CODINGS: dict[str, tuple[Callable[[], Decompressor], ...]] = {
    "gzip": (gzip_decoder,),
    "x-gzip": (gzip_decoder,),
    # As it is meant, and as some servers understand it.
    "deflate": (lambda: _Zlib(zlib.MAX_WBITS), lambda: _Zlib(-zlib.MAX_WBITS)),
    "br": (_Brotli,),
    "zstd": (_Zstandard,),
}
"""The decoders of HTTP's content codings; of several the first that makes anything of a body is right."""

_PACKINGS: dict[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b\x08": lambda stream: Unpacked(stream, gzip_decoder),
    b"\x28\xb5\x2f\xfd": lambda stream: Unpacked(stream, _Zstandard),
    b"BZh": unbzipped,
    b"\xfd7zXZ\0": lambda stream: Unpacked(stream, lambda: lzma.LZMADecompressor(memlimit=MAX_DECODER_BYTES)),
}


def unpacked(stream: BinaryIO, gauge: Gauge) -> tuple[bytes, BinaryIO]:
    """Return STREAM, unpacked where it is compressed, and the first HEAD_BYTES of that.

    Raises one of DAMAGED, now or when it is read.
    """
    buffered = stream if hasattr(stream, "peek") else io.BufferedReader(stream, BUFFER_BYTES)
    for _ in range(MAX_LAYERS):
        head = buffered.peek(HEAD_BYTES)
        opener = next((opener for mark, opener in _PACKINGS.items() if head.startswith(mark)), None)
        # Beginnings that are letters might begin a text.
        if opener is None or (head.startswith(b"BZh") and head[4:10] not in (b"1AY&SY", b"\x17rE8P\x90")):
            break
        packed = buffered if gauge.is_fed else io.BufferedReader(Counted(buffered, gauge.add_packed), BUFFER_BYTES)
        gauge.is_fed = True
        buffered = io.BufferedReader(Counted(opener(packed), gauge.add_unpacked), BUFFER_BYTES)
    return buffered.peek(HEAD_BYTES)[:HEAD_BYTES], buffered

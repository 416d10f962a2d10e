"""Where an export is written: a file that appears when it is whole, compressed as its name says, or a stream."""

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import zstandard

GZIP = 31
"""What zlib calls a gzip header, one that holds no time: the same archive gives the same bytes."""


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class Sink:
    """Takes bytes and writes them, compressed where the NAME of the file ends in .gz or .zst."""

    def __init__(self, stream: BinaryIO, name: str = ""):
        self._stream = stream
        self._name = name.lower()
        self._compressor = self._new_compressor()

    def write(self, data: bytes) -> None:
        self._stream.write(self._compressor.compress(data) if self._compressor else data)

    def end_member(self) -> None:
        """End what can be unpacked by itself, as the records of a compressed WARC can."""
        if self._compressor:
            self._stream.write(self._compressor.flush())
            self._compressor = self._new_compressor()

    def close(self) -> None:
        if self._compressor:
            self._stream.write(self._compressor.flush())
        self._stream.flush()

    def _new_compressor(self) -> _Compressor | None:
        if self._name.endswith(".gz"):
            return zlib.compressobj(wbits=GZIP)
        if self._name.endswith(".zst"):
            return zstandard.ZstdCompressor().compressobj()
        return None


@contextmanager
def file_sink(path: Path) -> Iterator[Sink]:
    """Write to PATH.part, which takes the name PATH when all is written; what fails leaves nothing behind.

    Raises OSError when it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    file = part.open("wb")
    try:
        with file:
            sink = Sink(file, path.name)
            yield sink
            sink.close()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise

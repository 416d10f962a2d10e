"""The files of a backup: compressed, encrypted if there is a key, and known by size and SHA-256."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import zstandard
from django.utils.translation import gettext as _

from archive.backups.age import AgeError, Encryptor, Key, WrongKeyError, decrypted
from archive.exceptions import BackupError

PIECE_BYTES = 1024 * 1024
SLICE_BYTES = 1024
"""What is decompressed at once: four bytes may become 128 KiB, so that a piece is 32 MiB at most."""
FILE_MODE = 0o600
COMPRESSED, ENCRYPTED = ".zst", ".age"


class Part(NamedTuple):
    """A file of a backup as it is stored; the endings of its NAME say what was done to it."""

    name: str
    size: int
    sha256: str


class PartWriter:
    """Writes a new file called NAME, and what the KEY adds to it, into FOLDER; it is on the disk after `finish`."""

    def __init__(self, folder: Path, name: str, key: Key | None):
        self.name = name + (ENCRYPTED if key else "")
        descriptor = os.open(folder / self.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        self._file = os.fdopen(descriptor, "wb")
        self._sha256 = sha256()
        self._size = 0
        self._encryptor = Encryptor(_Stored(self._store), key) if key else None
        self._compressor = zstandard.ZstdCompressor().compressobj() if name.endswith(COMPRESSED) else None

    def write(self, data: bytes) -> int:
        self._put(self._compressor.compress(data) if self._compressor else data)
        return len(data)

    def finish(self) -> Part:
        if self._compressor:
            self._put(self._compressor.flush())
        if self._encryptor:
            self._encryptor.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        if hasattr(os, "posix_fadvise"):  # Whoever reads it again shall read the disk, not what is remembered of it.
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        self.close()
        return Part(self.name, self._size, self._sha256.hexdigest())

    def close(self) -> None:
        self._file.close()

    def _put(self, data: bytes) -> None:
        if self._encryptor:
            self._encryptor.write(data)
        else:
            self._store(data)

    def _store(self, data: bytes) -> None:
        self._file.write(data)
        self._sha256.update(data)
        self._size += len(data)


class _Stored:
    """What an encryptor writes to."""

    def __init__(self, write):
        self.write = write


def read_part(folder: Path, part: Part, key: Key | None) -> Iterator[bytes]:
    """Yield what PART of the backup in FOLDER holds; raises BackupError when it is not as it was written.

    Only the end tells that all of it was, so nothing may be relied on before.
    """
    if part.name.endswith(ENCRYPTED) and not (key and key.secret):
        raise BackupError(_("%(name)s is encrypted: BACKUP_KEY_FILE must name the key.") % {"name": part.name})
    if key and not part.name.endswith(ENCRYPTED):
        raise BackupError(
            _(
                "%(name)s is not encrypted, so that anybody may have changed it. To use it all the same, run the "
                "command with an empty BACKUP_KEY_FILE."
            )
            % {"name": part.name}
        )
    stored = _checked(folder, part)
    plain = decrypted(stored, key) if part.name.endswith(ENCRYPTED) else stored
    try:
        if part.name.removesuffix(ENCRYPTED).endswith(COMPRESSED):
            yield from _decompressed(plain)
        else:
            yield from plain
        for _rest in stored:  # An end before the end of the file is damage; the generator says so.
            raise AgeError("something follows")
    except WrongKeyError as error:
        raise BackupError(_("%(name)s was encrypted with another key.") % {"name": part.name}) from error
    except (AgeError, zstandard.ZstdError) as error:
        raise damaged(part.name) from error


def check_stored(folder: Path, part: Part) -> None:
    """Read the file of PART in FOLDER; raises BackupError unless it is byte for byte what was written."""
    for _piece in _checked(folder, part):
        pass


def damaged(name: str) -> BackupError:
    return BackupError(_("%(name)s is damaged or cut short.") % {"name": name})


def _checked(folder: Path, part: Part) -> Iterator[bytes]:
    digest, size = sha256(), 0
    try:
        file = (folder / part.name).open("rb")
    except FileNotFoundError as error:
        raise BackupError(_("%(name)s is missing.") % {"name": part.name}) from error
    with file:
        while piece := file.read(PIECE_BYTES):
            size += len(piece)
            digest.update(piece)
            yield piece
    if (size, digest.hexdigest()) != (part.size, part.sha256):
        raise damaged(part.name)


def _decompressed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    decompressor = zstandard.ZstdDecompressor().decompressobj()
    for piece in pieces:
        for start in range(0, len(piece), SLICE_BYTES):
            if plain := decompressor.decompress(piece[start : start + SLICE_BYTES]):
                yield plain
    if not decompressor.eof or decompressor.unused_data:
        raise zstandard.ZstdError("cut short")

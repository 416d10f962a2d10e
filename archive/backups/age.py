"""Files encrypted as age does (C2SP `age`, version 1, X25519), so that the program `age` opens them too.

A file begins with a header that holds its own key, encrypted to a recipient; then come chunks of 64 KiB, each
authenticated with its number and whether it is the last: nothing can be changed, moved, added or cut off unnoticed,
and memory stays the same whatever the size.
"""

import base64
import hmac
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION_LINE = b"age-encryption.org/v1"
X25519_INFO = b"age-encryption.org/v1/X25519"
RECIPIENT_PREFIX, IDENTITY_PREFIX = "age", "age-secret-key-"
KEY_BYTES, FILE_KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 16, 16, 16
CHUNK_BYTES = 64 * 1024
MAX_HEADER_LINES, MAX_LINE_BYTES = 1000, 4096
NO_NONCE = bytes(12)  # The key it is used with is used once.

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
BECH32_CHECK_CHARS = 6


class AgeError(Exception):
    """A key or a file that is not of this form, or not whole."""


class WrongKeyError(AgeError):
    """The file is encrypted to other recipients."""


@dataclass(frozen=True)
class Key:
    """Whom files are encrypted to; with SECRET, also what opens them."""

    recipient: bytes
    secret: X25519PrivateKey | None = None

    @classmethod
    def made(cls) -> "Key":
        return cls._of(X25519PrivateKey.generate())

    @classmethod
    def read(cls, text: str) -> "Key":
        """Read a file of age: its first line that is no comment is an identity, or only a recipient."""
        lines = [line.strip() for line in text.splitlines()]
        word = next((line for line in lines if line and not line.startswith("#")), "")
        prefix, data = _from_bech32(word)
        if len(data) != KEY_BYTES or prefix not in (RECIPIENT_PREFIX, IDENTITY_PREFIX):
            raise AgeError("no X25519 key of age")
        return cls(data) if prefix == RECIPIENT_PREFIX else cls._of(X25519PrivateKey.from_private_bytes(data))

    @classmethod
    def _of(cls, secret: X25519PrivateKey) -> "Key":
        return cls(secret.public_key().public_bytes_raw(), secret)

    @property
    def recipient_text(self) -> str:
        return _to_bech32(RECIPIENT_PREFIX, self.recipient)

    @property
    def identity_text(self) -> str:
        """What opens the files; raises AttributeError where there is only a recipient."""
        return _to_bech32(IDENTITY_PREFIX, self.secret.private_bytes_raw()).upper()


class Encryptor:
    """Writes what it is given to STREAM, encrypted to the recipient of KEY; it is whole after `finish`."""

    def __init__(self, stream: BinaryIO, key: Key):
        file_key = os.urandom(FILE_KEY_BYTES)
        header = _header(key.recipient, file_key)
        nonce = os.urandom(NONCE_BYTES)
        stream.write(header + b" " + _base64(_header_mac(file_key, header)) + b"\n" + nonce)
        self._stream = stream
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._number = 0
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        self._waiting += data
        start = 0
        # The last chunk is known as such only at the end, so that one always waits.
        while len(self._waiting) - start > CHUNK_BYTES:
            self._put(bytes(memoryview(self._waiting)[start : start + CHUNK_BYTES]), is_last=False)
            start += CHUNK_BYTES
        del self._waiting[:start]

    def finish(self) -> None:
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        self._stream.write(self._cipher.encrypt(_chunk_nonce(self._number, is_last=is_last), chunk, None))
        self._number += 1


def decrypted(pieces: Iterable[bytes], key: Key) -> Iterator[bytes]:
    """Yield what PIECES, a file in order, hold; raises AgeError as soon as something is wrong."""
    source = _Buffer(pieces)
    file_key = _file_key(source, key)
    cipher = ChaCha20Poly1305(_derived(file_key, source.take(NONCE_BYTES), b"payload"))
    number = 0
    while True:
        sealed = source.take_up_to(CHUNK_BYTES + TAG_BYTES)
        is_last = source.is_at_end()
        if len(sealed) < TAG_BYTES or (is_last and number and len(sealed) == TAG_BYTES):
            raise AgeError("cut short")
        try:
            chunk = cipher.decrypt(_chunk_nonce(number, is_last=is_last), sealed, None)
        except InvalidTag:
            raise AgeError("damaged or cut short") from None
        yield chunk
        if is_last:
            return
        number += 1


def _header(recipient: bytes, file_key: bytes) -> bytes:
    """The header up to its MAC: one stanza, for RECIPIENT."""
    ephemeral = X25519PrivateKey.generate()
    share = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrapped = ChaCha20Poly1305(_derived(shared, share + recipient, X25519_INFO)).encrypt(NO_NONCE, file_key, None)
    # 32 bytes are 43 characters: one line, shorter than a full one, as the last line of a stanza has to be.
    return b"\n".join((VERSION_LINE, b"-> X25519 " + _base64(share), _base64(wrapped), b"---"))


def _file_key(source: "_Buffer", key: Key) -> bytes:
    """Read the header of SOURCE, and return the key of the file."""
    if source.take_line() != VERSION_LINE:
        raise AgeError("not a file of age")
    header, stanzas = VERSION_LINE + b"\n", []
    for _ in range(MAX_HEADER_LINES):
        line = source.take_line()
        if line.startswith(b"--- "):
            break
        header += line + b"\n"
        if line.startswith(b"-> "):
            stanzas.append((line[3:].split(b" "), bytearray()))
        elif stanzas:
            stanzas[-1][1].extend(line)
    else:
        raise AgeError("the header has no end")
    file_key = next(filter(None, (_unwrapped(*stanza, key) for stanza in stanzas)), None)
    if file_key is None:
        raise WrongKeyError("for another key")
    if not hmac.compare_digest(_base64(_header_mac(file_key, header + b"---")), line[4:]):
        raise AgeError("the header is damaged")
    return file_key


def _unwrapped(arguments: list[bytes], body: bytes, key: Key) -> bytes | None:
    if arguments[0] != b"X25519" or len(arguments) != 2:
        return None
    share, wrapped = _from_base64(arguments[1]), _from_base64(bytes(body))
    if len(share) != KEY_BYTES or len(wrapped) != FILE_KEY_BYTES + TAG_BYTES:
        raise AgeError("the header is damaged")
    try:
        shared = key.secret.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:  # All zeros, by a share that was made for it.
        raise AgeError("the header is damaged") from None
    try:
        return ChaCha20Poly1305(_derived(shared, share + key.recipient, X25519_INFO)).decrypt(NO_NONCE, wrapped, None)
    except InvalidTag:
        return None


def _derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(secret)


def _header_mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")


def _chunk_nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + struct.pack("?", is_last)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _from_base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise AgeError("the header is damaged") from None


class _Buffer:
    """PIECES of a file, taken in other sizes."""

    def __init__(self, pieces: Iterable[bytes]):
        self._pieces = iter(pieces)
        self._held = bytearray()

    def take_up_to(self, size: int) -> bytes:
        while len(self._held) < size and (piece := next(self._pieces, None)) is not None:
            self._held += piece
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def take(self, size: int) -> bytes:
        taken = self.take_up_to(size)
        if len(taken) < size:
            raise AgeError("cut short")
        return taken

    def take_line(self) -> bytes:
        while b"\n" not in self._held and len(self._held) <= MAX_LINE_BYTES:
            piece = next(self._pieces, None)
            if piece is None:
                raise AgeError("cut short")
            self._held += piece
        end = self._held.find(b"\n")
        if end < 0:
            raise AgeError("not a file of age")
        return self.take(end + 1)[:-1]

    def is_at_end(self) -> bool:
        while not self._held and (piece := next(self._pieces, None)) is not None:
            self._held += piece
        return not self._held


# --- Keys as text: Bech32 (BIP 173), without its limit of length ---


def _to_bech32(prefix: str, data: bytes) -> str:
    values = _regrouped(data, 8, 5, pad=True)
    check = _bech32_polymod([*_spread(prefix), *values, *[0] * BECH32_CHECK_CHARS]) ^ 1
    values += [check >> 5 * (BECH32_CHECK_CHARS - 1 - place) & 31 for place in range(BECH32_CHECK_CHARS)]
    return prefix + "1" + "".join(BECH32[value] for value in values)


def _from_bech32(text: str) -> tuple[str, bytes]:
    if text not in (text.lower(), text.upper()) or not text.isascii():
        raise AgeError("no key of age")
    prefix, _one, word = text.lower().rpartition("1")
    if not prefix or len(word) < BECH32_CHECK_CHARS or not set(word) <= set(BECH32):
        raise AgeError("no key of age")
    values = [BECH32.index(char) for char in word]
    if _bech32_polymod([*_spread(prefix), *values]) != 1:
        raise AgeError("no key of age: a character is wrong")
    return prefix, bytes(_regrouped(values[:-BECH32_CHECK_CHARS], 5, 8, pad=False))


def _spread(prefix: str) -> list[int]:
    return [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]


def _bech32_polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(BECH32_GENERATORS):
            checksum ^= generator if top >> place & 1 else 0
    return checksum


def _regrouped(values: Iterable[int], from_bits: int, to_bits: int, *, pad: bool) -> list[int]:
    held, bits, regrouped = 0, 0, []
    for value in values:
        held, bits = held << from_bits | value, bits + from_bits
        while bits >= to_bits:
            bits -= to_bits
            regrouped.append(held >> bits & ((1 << to_bits) - 1))
        held &= (1 << bits) - 1
    if pad and bits:
        regrouped.append(held << (to_bits - bits) & ((1 << to_bits) - 1))
    elif not pad and (bits >= from_bits or held):
        raise AgeError("no key of age")
    return regrouped

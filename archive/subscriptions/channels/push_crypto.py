"""What browsers' push services ask of who sends: a text that only the browser can read (RFC 8291), signed (RFC 8292).

Both are a few lines over `cryptography`; pywebpush would bring two HTTP clients and a dozen packages for them.
"""

import base64
import binascii
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
KEY_BYTES = 32
AUTH_BYTES = 16
SALT_BYTES = 16
RECORD_BYTES = 4096
MAX_TEXT_BYTES = 3993
"""What is left of the 4096 bytes that every push service takes, without header, padding and tag."""

TOKEN_LIFE = timedelta(hours=12)


@dataclass(frozen=True)
class BrowserKeys:
    """What a browser gives to encrypt for it: its public key, as an uncompressed point, and a shared secret."""

    public: bytes
    auth: bytes

    @classmethod
    def read(cls, public: str, auth: str) -> "BrowserKeys | None":
        """The keys as browsers write them; None for what is none."""
        try:
            keys = cls(unbase64(public), unbase64(auth))
            ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.public)
        except ValueError:
            return None
        return keys if len(keys.auth) == AUTH_BYTES else None


class SigningKey:
    """The site's own key (VAPID), by which push services know that it is always the same who sends."""

    def __init__(self, text: str):
        """TEXT is the private number, 32 bytes in base64url; ValueError for what is none."""
        number = unbase64(text)
        if len(number) != KEY_BYTES:
            raise ValueError(f"a key of {KEY_BYTES} bytes is needed")
        self._key = ec.derive_private_key(int.from_bytes(number, "big"), CURVE)

    @property
    def public(self) -> str:
        """What browsers are told, in base64url."""
        return base64url(point(self._key.public_key()))

    def authorization(self, origin: str, contact: str, *, at: datetime) -> str:
        """The header by which the push service at ORIGIN lets us in; CONTACT is whom it can write to."""
        claims = {"aud": origin, "exp": int((at + TOKEN_LIFE).timestamp()), "sub": contact}
        parts = [{"typ": "JWT", "alg": "ES256"}, claims]
        signed = ".".join(base64url(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
        first, second = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = base64url(first.to_bytes(KEY_BYTES, "big") + second.to_bytes(KEY_BYTES, "big"))
        return f"vapid t={signed}.{signature}, k={self.public}"


def new_signing_key() -> str:
    """A new private number for `SigningKey`."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return base64url(number.to_bytes(KEY_BYTES, "big"))


def encrypt(text: bytes, keys: BrowserKeys, *, own_key: ec.EllipticCurvePrivateKey | None = None, salt=b"") -> bytes:
    """Return TEXT as one record of aes128gcm for the browser with KEYS; ValueError where it is too long for one.

    OWN_KEY and SALT are new each time, but for tests.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise ValueError(f"a notice of {len(text)} bytes, where {MAX_TEXT_BYTES} fit")
    own_key = own_key or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(SALT_BYTES)
    own_public = point(own_key.public_key())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.public)
    shared = _derived(
        own_key.exchange(ec.ECDH(), theirs), keys.auth, b"WebPush: info\0" + keys.public + own_public, KEY_BYTES
    )
    content_key = _derived(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(own_public)]) + own_public
    # The byte after the text says that this record is the last.
    return header + AESGCM(content_key).encrypt(nonce, text + b"\x02", None)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unbase64(text: str) -> bytes:
    """The bytes of TEXT in base64url, with or without padding; ValueError for what is none."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except binascii.Error as problem:
        raise ValueError(str(problem)) from problem


def _derived(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=purpose).derive(secret)

"""What browsers' push services ask of who sends: a text that only the browser can read (RFC 8291), signed (RFC 8292).

Done by http-ece and py-vapid, which pywebpush is made of; its two HTTP clients and their packages are not needed.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid

CURVE = ec.SECP256R1()
KEY_BYTES = 32
AUTH_BYTES = 16
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
        key = ec.derive_private_key(int.from_bytes(number, "big"), CURVE)
        # Not strict: it knows no contact at a name in Arabic letters.
        self._vapid = Vapid(key, conf={"no-strict": True})

    @property
    def public(self) -> str:
        """What browsers are told, in base64url."""
        return base64url(self._vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def authorization(self, origin: str, contact: str, *, at: datetime) -> str:
        """The header by which the push service at ORIGIN lets us in; CONTACT is whom it can write to."""
        claims = {"aud": origin, "exp": int((at + TOKEN_LIFE).timestamp()), "sub": contact}
        return self._vapid.sign(claims)["Authorization"]


def new_signing_key() -> str:
    """A new private number for `SigningKey`."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return base64url(number.to_bytes(KEY_BYTES, "big"))


def encrypt(
    text: bytes, keys: BrowserKeys, *, own_key: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """Return TEXT as one record of aes128gcm for the browser with KEYS; ValueError where it is too long for one.

    OWN_KEY and SALT are new each time, but for tests.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise ValueError(f"a notice of {len(text)} bytes, where {MAX_TEXT_BYTES} fit")
    own_key = own_key or ec.generate_private_key(CURVE)
    return http_ece.encrypt(text, salt=salt, private_key=own_key, dh=keys.public, auth_secret=keys.auth)


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unbase64(text: str) -> bytes:
    """The bytes of TEXT in base64url, with or without padding; ValueError for what is none."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except binascii.Error as problem:
        raise ValueError(str(problem)) from problem

"""A push service for tests, and a browser behind it: it lets in who signs as RFC 8292 says, and reads what arrives by
RFC 8291, written here anew from the standard."""

import base64
import hmac
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.archive.hub import Quiet, serving

CURVE = ec.SECP256R1()


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    key = hmac.digest(salt, secret, sha256)
    return hmac.digest(key, info + b"\x01", sha256)[:length]


@dataclass
class Browser:
    """One that subscribed: NOTICES has what it was sent and could read."""

    path: str = field(default_factory=lambda: "/push/" + encoded(os.urandom(12)))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    notices: list[dict] = field(default_factory=list)
    headers: list = field(default_factory=list)

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def read(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        secret = hkdf(self.auth, shared, b"WebPush: info\0" + self.public + sender, 32)
        key = hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        text, end, padding = AESGCM(key).decrypt(nonce, record, None).rpartition(b"\x02")
        assert end
        assert not padding.strip(b"\0")
        return text


class PushService:
    """STATUS is what it answers to all but those who may not; GONE are the paths of browsers that are no more.

    What is taken waits LINGER seconds for its answer.
    """

    def __init__(self, key: str):
        self.origin = ""
        self.key = key
        self.status = 201
        self.linger = 0.0
        self.gone: set[str] = set()
        self.keeps_open = False
        self.connections = 0
        self.browsers: dict[str, Browser] = {}

    def browser(self) -> Browser:
        browser = Browser()
        self.browsers[browser.path] = browser
        return browser

    def endpoint(self, browser: Browser) -> str:
        return self.origin + browser.path

    def subscription(self, browser: Browser) -> dict:
        """What the page sends of BROWSER."""
        return {
            "endpoint": self.endpoint(browser),
            "p256dh": encoded(browser.public),
            "auth": encoded(browser.auth),
        }

    @contextmanager
    def running(self) -> Iterator["PushService"]:
        service = self

        class Handler(Quiet):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                service.connections += 1

            def do_POST(self) -> None:  # noqa: N802
                body = self.body()
                status = service.answer_to(self.path, self.headers, body)
                time.sleep(service.linger)
                # Closed without a word, as servers do with what is idle; settled before whoever asked has the answer.
                self.close_connection = not service.keeps_open
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if status == 201:
                    self.send_header("Location", f"{service.origin}/message/{len(body)}")
                self.end_headers()

        with serving(Handler) as address:
            self.origin = address.rstrip("/")
            yield self

    def answer_to(self, path: str, headers, body: bytes) -> int:
        if not self._is_let_in(headers.get("Authorization", "")):
            return 403
        if path in self.gone or path not in self.browsers:
            return 410
        if len(body) > 4096:
            return 413
        if headers.get("Content-Encoding") != "aes128gcm" or not headers.get("TTL", "").isdecimal():
            return 400
        if self.status == 201:
            browser = self.browsers[path]
            browser.notices.append(json.loads(browser.read(body)))
            browser.headers.append(headers)
        return self.status

    def _is_let_in(self, authorization: str) -> bool:
        scheme, _space, rest = authorization.partition(" ")
        given = dict(part.strip().split("=", 1) for part in rest.split(",")) if rest else {}
        if scheme != "vapid" or given.get("k") != self.key:
            return False
        signed, _dot, signature = given["t"].rpartition(".")
        raw = decoded(signature)
        signature = utils.encode_dss_signature(*(int.from_bytes(raw[at : at + 32], "big") for at in (0, 32)))
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(given["k"]))
        key.verify(signature, signed.encode(), ec.ECDSA(hashes.SHA256()))
        claims = json.loads(decoded(signed.partition(".")[2]))
        now = time.time()
        is_in_time = now < claims["exp"] <= now + 24 * 3600
        return is_in_time and claims["aud"] == self.origin and claims["sub"].startswith(("mailto:", "https:"))

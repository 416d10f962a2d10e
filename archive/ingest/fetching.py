"""A small and polite client for what is fetched by itself: feeds.

It goes to addresses of the public web only: the host is resolved first, each of its addresses is looked at, and the
connection goes to one that was looked at; at every redirect anew. It obeys robots.txt, asks one thing of a host at a
time with a pause between, says who it is, and reads no more, and for no longer, than it is told.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

from archive.exceptions import IngestError
from archive.ingest.records import Note
from archive.ingest.robots import ALL_ALLOWED, NOTHING_ALLOWED, Robots, parse_robots

ROBOT = "Sijill"
MAX_BODY_BYTES = 20 * 1024 * 1024
MAX_ROBOTS_BYTES = 512 * 1024
CHUNK_BYTES = 64 * 1024
CONNECT_TIMEOUT_SECONDS = 10
READ_TIMEOUT_SECONDS = 20
TOTAL_TIMEOUT_SECONDS = 60
PAUSE_SECONDS = 1.0
MAX_REDIRECTS = 5
ROBOTS_KEPT_SECONDS = 24 * 3600
MAX_RETRY_AFTER_SECONDS = 7 * 24 * 3600

PORTS = {"http": 80, "https": 443}
REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT_REDIRECTS = (301, 308)
# What Python's own tables lack, or lacked; the last is public by its number, and each machine's own in one cloud.
SPECIAL_NETWORKS = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "2001::/23", "100::/64", "168.63.129.16/32"))
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")
FOUR_BYTES = 0xFFFFFFFF
LEFT_AS_THEY_ARE = "/%:@!$&'()*+,;=~-._?"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchError(IngestError):
    """Nothing could be fetched; NOTE says why. RETRY_AFTER_SECONDS is what the server asked for, if it did."""

    def __init__(self, note: Note, *, retry_after_seconds: float | None = None):
        super().__init__(note.code)
        self.note = note
        self.retry_after_seconds = retry_after_seconds


class GoneError(FetchError):
    """The server says that it is gone for good (410)."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """BODY is None where nothing has changed since (304). MOVED_TO is where it stands for good, if it has moved."""

    body: bytes | None
    url: str
    moved_to: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(slots=True)
class Client:
    """Keeps what it knows of hosts: their robots.txt, and when it last asked them."""

    max_bytes: int = MAX_BODY_BYTES
    total_timeout_seconds: float = TOTAL_TIMEOUT_SECONDS
    read_timeout_seconds: float = READ_TIMEOUT_SECONDS
    pause_seconds: float = PAUSE_SECONDS
    sleep: Callable[[float], None] = time.sleep
    _robots: dict[str, tuple[float, Robots]] = field(default_factory=dict)
    _asked_at: dict[str, float] = field(default_factory=dict)

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Fetch URL, unless it is what ETAG and LAST_MODIFIED are of; raises FetchError."""
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        response, moved_to = self._follow(url, headers, self.max_bytes, self._check_robots)
        if response.status == HTTPStatus.NOT_MODIFIED:
            return Fetched(None, response.url, moved_to, etag, last_modified)
        if response.status != HTTPStatus.OK:
            raise _refusal(response)
        return Fetched(
            response.body,
            response.url,
            moved_to,
            response.headers.get("ETag") or "",
            response.headers.get("Last-Modified") or "",
        )

    def _follow(
        self, url: str, headers: Mapping[str, str], max_bytes: int, check: Callable[[str], None]
    ) -> tuple["_Response", str]:
        """The response to which URL leads, and the address to which it has moved for good."""
        moved_to, for_good = "", True
        left_seconds = self.total_timeout_seconds
        for _redirect in range(MAX_REDIRECTS + 1):
            check(url)
            # However long a site wants us to wait, its answers have their whole time.
            self._pause(_parts(url))
            begun = time.monotonic()
            response = self._ask(url, headers, begun + left_seconds, max_bytes)
            left_seconds -= time.monotonic() - begun
            if response.status not in REDIRECTS or not (target := response.headers.get("Location")):
                return response, moved_to
            url = _joined(url, target)
            for_good = for_good and response.status in PERMANENT_REDIRECTS
            moved_to = url if for_good else moved_to
        raise FetchError(Note("fetch_redirects"))

    def _check_robots(self, url: str) -> None:
        robots = self._robots_of(url)
        if not robots.allows(url):
            raise FetchError(Note("fetch_robots", {"url": url}))

    def _robots_of(self, url: str) -> Robots:
        parts = _parts(url)
        site = f"{parts.scheme}://{parts.netloc}"
        read_at, robots = self._robots.get(site, (None, ALL_ALLOWED))
        if read_at is None or time.monotonic() - read_at > ROBOTS_KEPT_SECONDS:
            robots = self._read_robots(f"{site}/robots.txt")
            self._robots[site] = (time.monotonic(), robots)
        return robots

    def _read_robots(self, url: str) -> Robots:
        """The rules at URL: no file, no rules; a server in trouble is left alone for now."""
        try:
            response, _moved = self._follow(url, {}, MAX_ROBOTS_BYTES, lambda url: None)
        except FetchError as problem:
            if problem.note.code in ("fetch_too_large", "fetch_redirects"):
                return NOTHING_ALLOWED
            raise
        if response.status == HTTPStatus.OK:
            return parse_robots(response.body.decode("utf-8", "replace"), ROBOT)
        if response.status == HTTPStatus.TOO_MANY_REQUESTS or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _refusal(response)
        return ALL_ALLOWED

    def _ask(self, url: str, headers: Mapping[str, str], deadline: float, max_bytes: int) -> "_Response":
        parts = _parts(url)
        addresses = _public_addresses(parts)
        try:
            with _connected(parts, addresses, deadline, self.read_timeout_seconds) as connection:
                target = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
                connection.request("GET", quote(target, safe=LEFT_AS_THEY_ARE), headers=_own_headers() | headers)
                answer = connection.getresponse()
                body = _body(answer, deadline, max_bytes) if answer.status == HTTPStatus.OK else b""
                return _Response(answer.status, answer.headers, body, url)
        except TimeoutError as problem:
            raise FetchError(Note("fetch_timeout", {"host": parts.hostname})) from problem
        except (OSError, http.client.HTTPException, zlib.error) as problem:
            if time.monotonic() >= deadline:  # The watch has cut it off.
                raise FetchError(Note("fetch_timeout", {"host": parts.hostname})) from problem
            said = {"host": parts.hostname, "problem": str(problem) or type(problem).__name__}
            raise FetchError(Note("fetch_unreachable", said)) from problem
        finally:
            self._asked_at[parts.hostname] = time.monotonic()

    def _pause(self, parts: SplitResult) -> None:
        _read_at, robots = self._robots.get(f"{parts.scheme}://{parts.netloc}", (None, ALL_ALLOWED))
        wanted = max(self.pause_seconds, robots.delay_seconds)
        passed = time.monotonic() - self._asked_at.get(parts.hostname, -wanted)
        if passed < wanted:
            self.sleep(wanted - passed)


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    url: str


def host_of(url: str) -> str:
    """The host of URL, by which requests take turns."""
    return _parts(url).hostname


def _own_headers() -> dict[str, str]:
    return {
        "User-Agent": user_agent(),
        "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml, */*;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


def user_agent() -> str:
    """Who we are, with the site's address, where anybody can ask."""
    try:
        own_version = version("sijill")
    except PackageNotFoundError:
        own_version = "0.1"
    place = f"; +{settings.SITE_URL}/" if settings.SITE_URL else ""
    return f"{ROBOT}/{own_version} (news archive{place})"


def _parts(url: str) -> SplitResult:
    """URL taken apart, in ASCII; raises FetchError unless it is one of HTTP with a host and no account."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except (ValueError, UnicodeError):
        raise FetchError(Note("fetch_not_web", {"url": url})) from None
    if parts.scheme not in PORTS or not host or parts.username is not None or parts.password is not None:
        raise FetchError(Note("fetch_not_web", {"url": url}))
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, PORTS[parts.scheme]) else f"{shown}:{port}"
    return parts._replace(netloc=netloc, fragment="")


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        raise FetchError(Note("fetch_not_web", {"url": target})) from None


# --- Whom it may talk to ---


def _public_addresses(parts: SplitResult) -> list[Address]:
    """The addresses of the host of PARTS; raises FetchError when it has none, or one that is nobody's to ask."""
    host = parts.hostname
    try:
        found = socket.getaddrinfo(host, parts.port or PORTS[parts.scheme], type=socket.SOCK_STREAM)
    except OSError as problem:
        raise FetchError(Note("fetch_unresolved", {"host": host})) from problem
    addresses = [ipaddress.ip_address(place[0].partition("%")[0]) for *_kind, place in found]
    if not addresses:
        raise FetchError(Note("fetch_unresolved", {"host": host}))
    for address in addresses:
        if not is_allowed(address):
            raise FetchError(Note("fetch_private", {"host": host, "address": str(address)}))
    return addresses


def is_allowed(address: Address) -> bool:
    """Whether ADDRESS is of the public web, or one that the setting FETCH_ALLOWED_NETWORKS names."""
    if any(address in network for network in settings.FETCH_ALLOWED_NETWORKS):
        return True
    return all(
        inner.is_global
        and not inner.is_multicast
        and not inner.is_reserved
        and not any(inner in network for network in SPECIAL_NETWORKS)
        for inner in _meant(address)
    )


def _meant(address: Address) -> Iterator[Address]:
    """The IPv4 addresses to which an IPv6 one leads in the end; else ADDRESS itself."""
    inner: list[Address] = []
    if address.version == 6:
        embedded = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            embedded.append(ipaddress.IPv4Address(int(address) & FOUR_BYTES))
        inner = [found for found in embedded if found is not None]
    yield from inner or [address]


# --- How it talks ---


@contextmanager
def _connected(
    parts: SplitResult, addresses: Sequence[Address], deadline: float, read_timeout_seconds: float
) -> Iterator[http.client.HTTPConnection]:
    """A connection to the first of ADDRESSES that takes one, and to nobody else.

    It is cut off at the DEADLINE, whatever it is doing then.
    """
    plain = _reached(addresses, parts.port or PORTS[parts.scheme], deadline)
    channels = [plain]  # The last one is what has the connection: TLS takes it from the one before.
    watch = threading.Timer(deadline - time.monotonic(), _cut_off, [channels])
    watch.daemon = True
    watch.start()
    try:
        plain.settimeout(read_timeout_seconds)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            wrapped = context.wrap_socket(plain, server_hostname=parts.hostname, do_handshake_on_connect=False)
            channels.append(wrapped)
            wrapped.do_handshake()
        connection = http.client.HTTPConnection(parts.hostname, parts.port or PORTS[parts.scheme])
        connection.default_port = PORTS[parts.scheme]
        connection.sock = channels[-1]
        yield connection
    finally:
        watch.cancel()
        for channel in channels:
            channel.close()


def _reached(addresses: Sequence[Address], port: int, deadline: float) -> socket.socket:
    """Of a host that has several addresses not all may be reached from here, as where there is no IPv6."""
    problem: OSError = TimeoutError()
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((str(address), port), min(CONNECT_TIMEOUT_SECONDS, left))
        except OSError as refused:
            problem = refused
    raise problem


def _cut_off(channels: list[socket.socket]) -> None:
    with suppress(OSError):
        # The plain shutdown, also of what speaks TLS: another thread is in the middle of reading from it.
        socket.socket.shutdown(channels[-1], socket.SHUT_RDWR)


def _body(answer: http.client.HTTPResponse, deadline: float, max_bytes: int) -> bytes:
    """The body of ANSWER, unpacked; raises FetchError as soon as it is larger than MAX_BYTES."""
    unpacker = zlib.decompressobj(wbits=31) if answer.headers.get("Content-Encoding") in ("gzip", "x-gzip") else None
    parts, size = [], 0
    while chunk := answer.read1(CHUNK_BYTES):
        if time.monotonic() >= deadline:
            raise TimeoutError
        # One byte more than may be tells that it is too large, without unpacking the rest.
        part = unpacker.decompress(chunk, max_bytes + 1 - size) if unpacker else chunk
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise FetchError(Note("fetch_too_large", {"limit_bytes": max_bytes}))
    if time.monotonic() >= deadline:
        raise TimeoutError
    if answer.length or (unpacker and not unpacker.eof):
        raise http.client.IncompleteRead(b"")
    return b"".join(parts)


def _refusal(response: _Response) -> FetchError:
    note = Note("fetch_refused", {"status": response.status})
    kind = GoneError if response.status == HTTPStatus.GONE else FetchError
    return kind(note, retry_after_seconds=_retry_after(response.headers.get("Retry-After")))


def _retry_after(value: str | None) -> float | None:
    """How many seconds VALUE, a number or a date, asks to wait."""
    if not value:
        return None
    if value.strip().isdecimal():
        return min(float(value), MAX_RETRY_AFTER_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), MAX_RETRY_AFTER_SECONDS)

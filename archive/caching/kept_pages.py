"""Pages as they were sent, and a bounded store of them in the memory of the process."""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Lock

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from archive.caching.generations import Generations

BROTLI_QUALITY = 5
GZIP_LEVEL = 6
FEWEST_BYTES = 500
"""Less than this is not worth compressing."""

OVERHEAD_BYTES = 4096
"""What a page takes besides its body: keys, headers, objects."""

COMPRESSED_SHARE = 0.4
"""What the compressed forms of a body take beside it, at most."""

ENCODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "br": ("br", lambda body: brotli.compress(body, quality=BROTLI_QUALITY)),
    "gzip": ("gz", lambda body: gzip.compress(body, GZIP_LEVEL, mtime=0)),
}
"""The codings we know, the best first: what each is called in an ETag, and how it is made."""


@dataclass
class KeptPage:
    """A page as VIEW made it at MADE_AT, of a GENERATION of KINDS, with the HEADERS it was sent with.

    It is good UNTIL a moment.
    """

    body: bytes
    headers: dict[str, str]
    kinds: tuple[str, ...]
    generation: tuple
    made_at: datetime
    until: datetime
    view: str = ""
    digest: str = ""
    encoded: dict[str, bytes] = field(default_factory=dict)
    size_bytes: int = field(init=False)

    def __post_init__(self) -> None:
        self.digest = self.digest or sha256(self.body).hexdigest()[:24]
        self.size_bytes = int(len(self.body) * (1 + COMPRESSED_SHARE)) + OVERHEAD_BYTES

    def is_fresh(self, generations: Generations, at: datetime) -> bool:
        # A page from the future was made while the clock was wrong: it may show what is not to be seen yet.
        return self.made_at <= at < self.until and self.generation == generations.of(self.kinds)

    def answer(self, request: HttpRequest, cache_control: str) -> HttpResponse:
        """This page in the coding that REQUEST takes; 304 for who has it already."""
        coding = self._coding(request.headers.get("Accept-Encoding", ""))
        etag = f'"{self.digest}-{ENCODERS[coding][0]}"' if coding else f'"{self.digest}"'
        response = get_conditional_response(request, etag, int(self.made_at.timestamp()))
        if response is None:
            body = self._encoded(coding) if coding else self.body
            response = HttpResponse(body, headers=self.headers)
            response.headers["Content-Length"] = str(len(body))
            if coding:
                response.headers["Content-Encoding"] = coding
        else:
            response.headers["Vary"] = self.headers["Vary"]
        response.headers["ETag"] = etag
        response.headers["Last-Modified"] = http_date(self.made_at.timestamp())
        response.headers["Cache-Control"] = cache_control
        return response

    def _coding(self, accepted: str) -> str | None:
        """Which of our codings the header ACCEPTED takes; None for the body as it is."""
        if len(self.body) < FEWEST_BYTES:
            return None
        refused = ("q=0", "q=0.0", "q=0.00", "q=0.000")
        offered = [offer.replace(" ", "").lower().partition(";") for offer in accepted.split(",")]
        taken = {coding for coding, _semicolon, quality in offered if quality not in refused}
        return next((coding for coding in ENCODERS if coding in taken), None)

    def _encoded(self, coding: str) -> bytes:
        if coding not in self.encoded:
            self.encoded[coding] = ENCODERS[coding][1](self.body)
        return self.encoded[coding]


class PageStore:
    """Pages by key, at most MAX_BYTES of them: those that nobody asked for longest go first. For many threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> KeptPage | None:
        with self._lock:
            if page := self._pages.get(key):
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: KeptPage) -> None:
        with self._lock:
            if former := self._pages.pop(key, None):
                self._bytes -= former.size_bytes
            if page.size_bytes > self._max_bytes:
                return
            self._pages[key] = page
            self._bytes += page.size_bytes
            while self._bytes > self._max_bytes:
                _key, oldest = self._pages.popitem(last=False)
                self._bytes -= oldest.size_bytes

    def drop(self, key: Hashable) -> None:
        with self._lock:
            if page := self._pages.pop(key, None):
                self._bytes -= page.size_bytes

    def __len__(self) -> int:
        return len(self._pages)

"""Who has to wait for a thread of a web server's process, for how long, and who is sent away instead.

More readers than a process can serve would all wait ever longer, until none of them waits for the answer any more. So
a line is bounded: whoever would wait too long in it gets a small page at once, which costs nothing to make.
"""

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from time import monotonic

from django.conf import settings

MAX_WAIT_SECONDS = 0.25
"""Whoever would wait longer for a thread is sent away, unless fewer wait than half as many as there are threads."""

MAX_WAITING = 64
"""However fast answers leave: a browser asks for a dozen things at once, and all may hang the next moment."""

NEWEST_SHARE = 0.1
"""How much the latest answer counts in the mean of how fast answers leave."""

RETRY_AFTER_SECONDS = 10
MAX_HEAD_BYTES = 1024
SAY_AGAIN_SECONDS = 60

_REQUEST = re.compile(rb"([A-Z]+) ([^ ?\r\n]*)")

logger = logging.getLogger(__name__)


class Line:
    """The requests that POOL of so many THREADS has in hand. For one thread, which lets in and out."""

    def __init__(self, threads: int, pool: ThreadPoolExecutor | None = None) -> None:
        self.pool = pool or ThreadPoolExecutor(max_workers=threads)
        self._threads = threads
        self._in_hand = 0
        self._left_at = 0.0
        # Until it is known, as slow as may be.
        self._pace_seconds = MAX_WAIT_SECONDS / threads

    def has_free_thread(self) -> bool:
        return self._in_hand < self._threads

    def has_room(self) -> bool:
        """Whether one more would not wait too long."""
        waiting = self._in_hand - self._threads
        # Busy threads share a processor: half as many more make answers half as slow again.
        if waiting < (self._threads + 1) // 2:
            return True
        # A pace is of the past: where all threads hang, it is as long as they do.
        pace = max(self._pace_seconds, monotonic() - self._left_at)
        return waiting < MAX_WAITING and (waiting + 1) * pace <= MAX_WAIT_SECONDS

    def enter(self) -> None:
        self._in_hand += 1
        if self._in_hand == self._threads:
            self._left_at = monotonic()

    def leave(self) -> None:
        if self._in_hand >= self._threads:
            now = monotonic()
            self._pace_seconds += NEWEST_SHARE * (now - self._left_at - self._pace_seconds)
            self._left_at = now
        self._in_hand -= 1


class Lines:
    """The line of all, in POOL of so many THREADS, and small ones of those who need not wait in it.

    Monitors have to tell a busy site from a dead one, and staff to do something about it.
    """

    FOR_MONITORS, FOR_ADMIN = 1, 2
    EXTRA_THREADS = FOR_MONITORS + FOR_ADMIN

    def __init__(self, threads: int, pool: ThreadPoolExecutor) -> None:
        self._all = Line(threads, pool)
        self._shares = [
            ("monitors", (b"/healthz", b"/readyz", b"/metrics"), Line(self.FOR_MONITORS)),
            ("admin", (f"/{settings.ADMIN_PATH}".encode(),), Line(self.FOR_ADMIN)),
        ]
        self._sent_away = 0
        self._said_at = -SAY_AGAIN_SECONDS

    def line_for(self, read_head: Callable[[], bytes]) -> Line | bytes:
        """The line with room for a request, or the answer that sends it away. READ_HEAD returns how it begins."""
        if self._all.has_free_thread():
            return self._all
        found = _REQUEST.match(read_head())
        method, path = found.groups() if found else (b"", b"")
        shares = (share for share in self._shares if path.startswith(share[1]))
        whose, _begins, line = next(shares, ("readers", (), None))
        if line and line.has_room():
            return line
        if self._all.has_room():
            return self._all
        if found:  # Otherwise nobody may be there any more.
            self._count(whose)
        head, body = _ANSWERS["api" if path.startswith(b"/api/") else "page"]
        return head if method == b"HEAD" else head + body

    def _count(self, whose: str) -> None:
        from archive import metrics  # It needs the settings.

        metrics.count(lambda: metrics.SENT_AWAY.labels(whose).inc())
        self._sent_away += 1
        if (now := monotonic()) - self._said_at >= SAY_AGAIN_SECONDS:
            logger.warning(
                "Too many requests at once; sent away with a 503 since the last such line: %s", self._sent_away
            )
            self._sent_away, self._said_at = 0, now


def _answer(body: str, content_type: str, *headers: str) -> tuple[bytes, bytes]:
    """The head and the body of an answer that sends away."""
    content = body.encode()
    status = HTTPStatus.SERVICE_UNAVAILABLE
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(content)}",
        f"Retry-After: {RETRY_AFTER_SECONDS}",
        "Cache-Control: no-store",
        "Content-Language: ar",
        "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
        *headers,
    ]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode(), content


# Without our stylesheet, which would be two requests more of each reader whom there is no room for.
_PAGE = """<!doctype html>
<html lang="ar" dir="rtl">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>الموقع مزدحم الآن</title>
<h1>الموقع مزدحم الآن</h1>
<p>القرّاء في هذه اللحظة أكثر من أن نخدمهم معًا. أعد المحاولة بعد عشر ثوانٍ.</p>
<p><a href="">أعد المحاولة</a></p>
<p lang="en" dir="ltr">Too many readers at once. Please <a href="">try again</a> in ten seconds.</p>
</html>
"""
_PROBLEM = '{"detail": [{"field": null, "message": "الموقع مزدحم الآن: أعد المحاولة بعد عشر ثوانٍ."}]}'
_ANSWERS = {
    "page": _answer(_PAGE, "text/html; charset=utf-8"),
    "api": _answer(_PROBLEM, "application/json", "Access-Control-Allow-Origin: *"),
}

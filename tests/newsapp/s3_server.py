"""A small store that keeps S3's contract for what a site does with pictures: put, get, head, delete."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

CHANGED_AT = datetime(2020, 6, 15, 12, 0, tzinfo=UTC)
NO_SUCH_KEY = b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>It is not there.</Message></Error>'
DENIED = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Who asks?</Message></Error>'


class Store(ThreadingHTTPServer):
    """OBJECTS by their paths (`bucket/key`), and what was ASKED, as methods and paths; for who signs with KEY alone."""

    def __init__(self, key: str):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = key
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Store

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if path := self._path():
            self.server.objects[path] = content
            self._answer(200, b"", ETag=_etag(content))

    def do_GET(self) -> None:
        path = self._path()
        if path and path not in self.server.objects:
            self._answer(404, NO_SUCH_KEY)
        elif path:
            content = self.server.objects[path]
            self._answer(200, content, **{"ETag": _etag(content), "Last-Modified": format_datetime(CHANGED_AT, True)})

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        if path := self._path():
            self.server.objects.pop(path, None)
            self._answer(204, b"")

    def _path(self) -> str | None:
        """What is asked for; nothing, and an answer, for who does not sign as the owner of the key."""
        path = unquote(urlsplit(self.path).path).lstrip("/")
        self.server.asked.append(f"{self.command} {path}")
        if f"Credential={self.server.key}/" in self.headers.get("Authorization", ""):
            return path
        self._answer(403, DENIED)
        return None

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        pass


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


@contextmanager
def s3_store(key: str) -> Iterator[Store]:
    with Store(key) as store:
        thread = Thread(target=store.serve_forever)
        thread.start()
        try:
            yield store
        finally:
            store.shutdown()
            thread.join()

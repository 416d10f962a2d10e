"""A WebSub hub for tests, which keeps the contract (W3C WebSub): it asks subscribers whether they mean it, reads the
feeds that it is told of, and sends them on. And a subscriber."""

import http.client
import re
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

HOST = "127.0.0.1"
CHALLENGE = "a-word-to-be-said-again"
LINK = re.compile(r'<([^>]+)>;\s*rel="?(\w+)"?')


def links(headers: http.client.HTTPMessage) -> dict[str, str]:
    """The addresses that a response's Link header names, by what they are."""
    return {relation: url for url, relation in LINK.findall(headers.get("Link") or "")}


def fetch(url: str, data: bytes | None = None, headers: dict | None = None) -> http.client.HTTPResponse:
    return urllib.request.urlopen(urllib.request.Request(url, data, headers or {}), timeout=10)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve by HANDLER and yield the address."""
    server = ThreadingHTTPServer((HOST, 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_message: object) -> None:
        return

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def answer(self, status: int, body: bytes = b"", headers: Iterable[tuple[str, str]] = ()) -> None:
        self.send_response(status)
        for name, value in (("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        """Say nothing, and close the connection."""
        self.close_connection = True
        self.connection.close()


class Hub:
    """TOLD has the addresses of each time it was told of; STATUS is what it answers then."""

    def __init__(self) -> None:
        self.url = ""
        self.told: list[list[str]] = []
        self.status = 202
        self.callbacks: dict[str, str] = {}

    @contextmanager
    def running(self) -> Iterator["Hub"]:
        hub = self

        class Handler(Quiet):
            def do_POST(self) -> None:
                form = parse_qs(self.body().decode())
                if form["hub.mode"] == ["publish"]:
                    hub.told.append(form["hub.url"])
                    if hub.status < 300:
                        hub.distribute(form["hub.url"])
                    self.answer(hub.status)
                elif form["hub.mode"] == ["subscribe"]:
                    hub.subscribe(form["hub.topic"][0], form["hub.callback"][0])
                    self.answer(202)
                else:
                    self.answer(400)

        with serving(Handler) as hub.url:
            yield self

    def subscribe(self, topic: str, callback: str) -> None:
        """Send what TOPIC brings to CALLBACK, if that says that it asked for it."""
        question = urlencode(
            {"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": CHALLENGE, "hub.lease_seconds": 86400}
        )
        if fetch(f"{callback}?{question}").read().decode() == CHALLENGE:
            self.callbacks[topic] = callback

    def distribute(self, topics: list[str]) -> None:
        for topic in topics:
            if topic in self.callbacks:
                feed = fetch(topic)
                assert links(feed.headers) == {"hub": self.url, "self": topic}
                headers = {"Content-Type": feed.headers["Content-Type"], "Link": feed.headers["Link"]}
                fetch(self.callbacks[topic], feed.read(), headers)


class Subscriber:
    """Follows one topic; RECEIVED has the content type and the body of each time."""

    def __init__(self) -> None:
        self.topic = ""
        self.received: list[tuple[str, str]] = []

    @contextmanager
    def following(self, feed: str) -> Iterator["Subscriber"]:
        """Find the hub of FEED in its headers, as subscribers do, and ask it."""
        subscriber = self

        class Handler(Quiet):
            def do_GET(self) -> None:
                asked = parse_qs(urlsplit(self.path).query)
                is_meant = asked["hub.topic"] == [subscriber.topic]
                self.answer(200 if is_meant else 404, asked["hub.challenge"][0].encode() if is_meant else b"")

            def do_POST(self) -> None:
                subscriber.received.append((self.headers["Content-Type"], self.body().decode()))
                self.answer(200)

        found = links(fetch(feed).headers)
        self.topic = found["self"]
        with serving(Handler) as callback:
            form = {"hub.mode": "subscribe", "hub.topic": self.topic, "hub.callback": callback}
            fetch(found["hub"], urlencode(form).encode())
            yield self

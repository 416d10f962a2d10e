"""A web server for tests, on an address that is allowed; what it answers is said by each test."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOST = "127.0.0.2"

Answer = tuple[int, Mapping[str, str], bytes]


class WebServer:
    """Answers by path from `answers`: a status, headers and a body, or a function that makes them of the headers.

    A function may also write to the connection itself and return None. `asked` has the paths, `headers` the last
    request's headers.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable] = {}
        self.asked: list[str] = []
        self.headers: Mapping[str, str] = {}
        self.port = 0

    def url(self, path: str = "/feed", host: str = HOST) -> str:
        return f"http://{host}:{self.port}{path}"

    @contextmanager
    def running(self) -> Iterator["WebServer"]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers = dict(self.headers)
                answer = site.answers.get(self.path, (404, {}, b""))
                if callable(answer):
                    answer = answer(self)
                if answer is None:
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_message: object) -> None:
                return

        server = ThreadingHTTPServer((HOST, 0), Handler)
        server.daemon_threads = True
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

"""The production web server: gunicorn, run in the process that calls `serve_site`, with the apps loaded there."""

import contextlib
import errno
import gc
import os
import re
import signal
import socket
import struct
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import RequestParser, errors
from gunicorn.http.message import Request
from gunicorn.http.unreader import SocketUnreader
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from newsapp.processes import dying_with_parent
from newsapp.shedding import MAX_HEAD_BYTES, Line, Lines


class SiteLogger(Logger):
    """gunicorn's messages among the site's own: in their form, and without readers' queries."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


# The application's fault, though gunicorn derives them from faults of requests.
FAULTY_RESPONSES = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)
UNREADABLE_REQUESTS = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.InvalidRequestLine: HTTPStatus.BAD_REQUEST,
    errors.InvalidRequestMethod: HTTPStatus.BAD_REQUEST,
    errors.InvalidHTTPVersion: HTTPStatus.BAD_REQUEST,
    errors.InvalidHeader: HTTPStatus.BAD_REQUEST,
    errors.InvalidHeaderName: HTTPStatus.BAD_REQUEST,
    errors.ObsoleteFolding: HTTPStatus.BAD_REQUEST,
}
API_PREFIX = "/api/"
API_SENTENCES = {
    HTTPStatus.REQUEST_URI_TOO_LONG: gettext_lazy("The address is too long to be read: a few words are enough."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: gettext_lazy("The request's headers are too large to be read."),
    HTTPStatus.BAD_REQUEST: gettext_lazy("The request cannot be read."),
}

_RAW_BYTE = re.compile(rb"[\x80-\xff]")


class SiteRequest(Request):
    """A request whose address may be written in plain UTF-8, as `curl` sends it, instead of percent-encoded.

    A fault in it knows what was asked for, as far as that was read: `for_api`.
    """

    def parse(self, unreader):
        try:
            return super().parse(unreader)
        except errors.ParseException as fault:
            fault.for_api = (self.uri or "").startswith(API_PREFIX)
            raise

    def read_line(self, unreader, buf, limit=0):
        try:
            return super().read_line(unreader, buf, limit)
        except errors.LimitRequestLine:
            self.uri = bytes(buf).partition(b" ")[2].decode("latin-1")
            raise

    def parse_request_line(self, line_bytes):
        method, *rest = line_bytes.split(b" ", 1)
        super().parse_request_line(b" ".join([method, *(_RAW_BYTE.sub(_percent_encoded, part) for part in rest)]))


def _percent_encoded(byte: re.Match) -> bytes:
    return b"%%%02X" % byte[0][0]


class SiteUnreader(SocketUnreader):
    """Reads a request; whoever begins one and then says nothing for too long is as good as gone."""

    def chunk(self, size_hint=None):
        try:
            return super().chunk(size_hint)
        except BlockingIOError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the request stopped coming") from error


class SiteConnection(TConn):
    def init(self):
        if self.initialized:
            return
        super().init()
        # Not Python's own limit, which gunicorn takes off before each request.
        seconds = struct.pack("ll", MAX_SILENCE_SECONDS, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
        self.parser.unreader = SiteUnreader(self.sock)


MAX_SILENCE_SECONDS = 10
"""A thread waits no longer for the next part of a request. A proxy in front hands over whole ones."""

NOBODY_THERE = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)


class SiteWorker(ThreadWorker):
    """gunicorn's worker, with answers in the site's own form to what Django never sees, and a bounded line.

    A connection takes a thread when its request begins to come: browsers open some that they may never need.
    """

    def get_thread_pool(self):
        pool = super().get_thread_pool()
        self._lines = Lines(self.cfg.threads, pool)
        return pool

    def init_process(self) -> None:
        RequestParser.mesg_class = SiteRequest
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in NOBODY_THERE:
                raise
            return
        self.nr_conns += 1
        connection = SiteConnection(self.cfg, client, address, listener.getsockname())
        connection.set_timeout()
        self.pending_conns.append(connection)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def enqueue_req(self, conn: TConn) -> None:
        line = self._lines.line_for(partial(_head_of, conn.sock))
        if isinstance(line, bytes):
            self._send_away(conn, line)
            return
        line.enter()
        answering = line.pool.submit(self.handle, conn)
        answering.add_done_callback(partial(self.method_queue.defer, self._leave, line, conn))

    def _leave(self, line: Line, connection: TConn, answering: Future) -> None:
        line.leave()
        self.finish_request(connection, answering)

    def _send_away(self, connection: TConn, answer: bytes) -> None:
        self.nr_conns -= 1
        with contextlib.suppress(OSError):  # The client may be gone.
            # What it has sent is read, or it would be told of a broken connection before it has the answer.
            connection.sock.recv(MAX_READ_BYTES, socket.MSG_DONTWAIT)
            connection.sock.send(answer, socket.MSG_DONTWAIT)
            connection.sock.shutdown(socket.SHUT_WR)
        connection.close()

    def handle_error(self, req, client, addr, exc) -> None:
        status = next((status for fault, status in UNREADABLE_REQUESTS.items() if isinstance(exc, fault)), None)
        if status is None or isinstance(exc, FAULTY_RESPONSES):
            super().handle_error(req, client, addr, exc)
            return
        answer = _api_answer if getattr(exc, "for_api", False) else _page
        content, headers = answer(status)
        headers |= {"Connection": "close", "Content-Length": str(len(content))}
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", *map(": ".join, headers.items())]
        head = "".join(f"{line}\r\n" for line in [*lines, ""]).encode()
        with contextlib.suppress(OSError):  # The client may be gone.
            write_nonblock(client, head + content)


MAX_READ_BYTES = 64 * 1024


def _head_of(client: socket.socket) -> bytes:
    """How the request begins that has come from CLIENT; it stays there to be read."""
    with contextlib.suppress(OSError):
        return client.recv(MAX_HEAD_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    return b""


def _page(status: HTTPStatus) -> tuple[bytes, dict[str, str]]:
    return render_to_string(f"{status.value}.html").encode(), {"Content-Type": "text/html; charset=utf-8"}


def _api_answer(status: HTTPStatus) -> tuple[bytes, dict[str, str]]:
    """The API's form of an error, in Arabic: what the reader accepts has not been read."""
    from archive.api.errors import error_response  # It needs the apps, which are loaded by now.

    with translation.override(settings.LANGUAGE_CODE):
        response = error_response(str(API_SENTENCES[status]), status=status.value)
    headers = {"Content-Language": settings.LANGUAGE_CODE, "Access-Control-Allow-Origin": "*"}
    return response.content, dict(response.items()) | headers


OPTIONS = {
    # A request waits for the database most of its time: threads for that, and a second process for the processor.
    "worker_class": SiteWorker,
    "http_parser": "python",  # The one that SiteRequest is made of, whatever else is installed.
    "workers": 2,
    "threads": 8,
    "preload_app": True,
    "timeout": 60,
    "graceful_timeout": 20,
    "keepalive": 5,
    "limit_request_line": 8190,  # An Arabic query takes six characters of the address for each letter.
    # Readers' addresses and queries are not logged: the warnings are about requests that make no sense, and whose.
    "accesslog": None,
    "loglevel": "error",
    "logger_class": SiteLogger,
    "control_socket_disable": True,
}


class WebServer(BaseApplication):
    """gunicorn with our options, on a socket that listens already."""

    def __init__(self, listener: socket.socket) -> None:
        self._descriptor = listener.detach()  # gunicorn closes it in its own way.
        super().__init__()

    def load_config(self) -> None:
        for name, value in OPTIONS.items():
            self.cfg.set(name, value)
        self.cfg.set("bind", f"fd://{self._descriptor}")
        die_with_us = dying_with_parent(signal.SIGTERM)
        self.cfg.set("post_fork", lambda _server, _worker: die_with_us())

    def load(self):
        from newsapp.wsgi import application  # When everything else is ready: it builds the middleware.

        # What is loaded by now stays: garbage collection need not look through it, which held pages up by 60 ms, and
        # the processes go on sharing its memory.
        gc.collect()
        gc.freeze()
        return application


def serve_site(listener: socket.socket) -> None:
    """Serve the site on LISTENER until SIGTERM (after the requests under way) or SIGQUIT (at once)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # Not the handlers of the process we were forked from.
    os.setsid()  # Ctrl-C in the terminal is for that process alone.
    WebServer(listener).run()

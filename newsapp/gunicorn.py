"""The production web server: gunicorn, run in the process that calls `serve_site`, with the apps loaded there."""

import contextlib
import os
import signal
import socket
from http import HTTPStatus

from django.template.loader import render_to_string
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from newsapp.processes import dying_with_parent


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


class SiteWorker(ThreadWorker):
    """gunicorn's worker, with pages of the site's own for what Django never sees."""

    def handle_error(self, req, client, addr, exc) -> None:
        status = next((status for fault, status in UNREADABLE_REQUESTS.items() if isinstance(exc, fault)), None)
        if status is None or isinstance(exc, FAULTY_RESPONSES):
            super().handle_error(req, client, addr, exc)
            return
        page = render_to_string(f"{status.value}.html").encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            "Connection: close\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(page)}\r\n\r\n"
        )
        with contextlib.suppress(OSError):  # The client may be gone.
            write_nonblock(client, head.encode() + page)


OPTIONS = {
    # A request waits for the database most of its time: threads for that, and a second process for the processor.
    "worker_class": SiteWorker,
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

        return application


def serve_site(listener: socket.socket) -> None:
    """Serve the site on LISTENER until SIGTERM (after the requests under way) or SIGQUIT (at once)."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)  # Not the handlers of the process we were forked from.
    os.setsid()  # Ctrl-C in the terminal is for that process alone.
    WebServer(listener).run()

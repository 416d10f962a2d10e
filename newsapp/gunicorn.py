"""The production web server: gunicorn, run in the process that calls `serve_site`, with the apps loaded there."""

import contextlib
import os
import signal
import socket

from django.template.loader import render_to_string
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestLine
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from newsapp.processes import dying_with_parent


class SiteLogger(Logger):
    """gunicorn's messages among the site's own: in their form, and without readers' queries."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class SiteWorker(ThreadWorker):
    """gunicorn's worker, with a page of the site's own for what Django never sees."""

    def handle_error(self, req, client, addr, exc) -> None:
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        page = render_to_string("414.html").encode()
        head = (
            "HTTP/1.1 414 URI Too Long\r\n"
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

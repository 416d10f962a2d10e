"""`python -m newsapp.server`: from nothing to "Sijill is at http://…", and back to nothing.

One process prepares (preparation.py) and then looks after its children: PostgreSQL, unless DATABASE_URL names
another, the web server (gunicorn.py) and the queue's worker (worker.py), unless SIJILL_WORKER=0. It stops them in the
right order on Ctrl-C, SIGTERM and SIGHUP. Killed with SIGKILL, it takes the web server and the worker with it;
PostgreSQL goes on and is found by the next start.
"""

import contextlib
import errno
import http.client
import ipaddress
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable

from django.conf import settings

from newsapp.gunicorn import serve_site
from newsapp.postgres import Cluster, PostgresError
from newsapp.preparation import (
    StartError,
    begin_counting,
    collect_static,
    embedded_database,
    prepare_database,
    say,
    set_up_django,
)
from newsapp.processes import dying_with_parent
from newsapp.worker import Stop, serve_queue, take_signals

# A server that was killed a moment ago needs this long to let its port go.
PORT_PATIENCE_SECONDS = 3
BACKLOG = 2048
FIRST_ANSWER_TIMEOUT_SECONDS = 60
WATCH_SECONDS = 5
MAX_START_PAUSE_SECONDS = 60
WORKER_PATIENCE_SECONDS = 30
"""How long a job may take to come to a good place when the server stops. Killed, it is begun again by the next."""

EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class Supervisor:
    """Starts the web server and the worker, watches over them, and stops them; owns the signals meanwhile."""

    def __init__(self) -> None:
        self.web_server: multiprocessing.Process | None = None
        self.worker: multiprocessing.Process | None = None
        self.stopping = False
        self._busy = False

    def take_signals(self) -> None:
        """Let SIGINT, SIGTERM and SIGHUP end the block that runs; a second one hurries the children up."""
        take_signals(self._on_signal)

    def _on_signal(self, _number: int, _frame: object) -> None:
        if self.stopping:
            _signal(self.web_server, signal.SIGQUIT)
            _signal(self.worker, signal.SIGKILL)
            return
        self.stopping = True
        if not self._busy:
            raise Stop

    def start(self, listener: socket.socket) -> None:
        """Start the web server on LISTENER, which is closed here."""
        self._busy = True  # A signal between the birth and the assignment would lose the child.
        self.web_server = _fork(lambda: serve_site(listener))
        listener.close()
        self._not_busy()

    def start_worker(self) -> None:
        self._busy = True
        self.worker = _fork(_do_jobs)
        self._not_busy()

    def _not_busy(self) -> None:
        self._busy = False
        if self.stopping:
            raise Stop

    def watch(self, cluster: Cluster | None) -> None:
        """Return when the web server ends. Bring PostgreSQL and the worker back if they die."""
        next_start, pause = 0.0, WATCH_SECONDS
        while self.web_server.is_alive():
            self.web_server.join(WATCH_SECONDS)
            if cluster and not cluster.is_running() and time.monotonic() >= next_start:
                say("PostgreSQL has died; starting it again…")
                try:
                    cluster.start()
                    pause = WATCH_SECONDS
                except PostgresError as error:  # Such as of a full disk. Meanwhile pages from before are sent.
                    say(f"{error} It is tried again in {pause} seconds.")
                    next_start, pause = time.monotonic() + pause, min(2 * pause, MAX_START_PAUSE_SECONDS)
            if self.worker and not self.worker.is_alive():
                say("The worker has died; starting another…")
                self.start_worker()

    def stop(self) -> None:
        """Stop the web server, which first answers the requests that it has, and the worker after its job."""
        self.stopping = True
        _signal(self.web_server, signal.SIGTERM)
        _signal(self.worker, signal.SIGTERM)
        if self.web_server:
            self.web_server.join()
        if self.worker:
            self.worker.join(WORKER_PATIENCE_SECONDS)
            _signal(self.worker, signal.SIGKILL)
            self.worker.join()


def _fork(run: Callable[[], None]) -> multiprocessing.Process:
    """Return a child that does RUN and ends with this process.

    It is forked, not run anew: the apps are loaded once, which halves the time of a start.
    """
    die_with_us = dying_with_parent(signal.SIGTERM)

    def live() -> None:
        die_with_us()
        run()

    child = multiprocessing.get_context("fork").Process(target=live)
    child.start()
    return child


def _do_jobs() -> None:
    os.setsid()  # Ctrl-C in the terminal is for the server alone.
    take_signals()
    with contextlib.suppress(Stop):
        serve_queue()


def _signal(child: multiprocessing.Process | None, number: signal.Signals) -> None:
    if child and child.is_alive():
        os.kill(child.pid, number)


def main() -> int:
    """Return the exit code: 0 after a stop that was asked for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapp.settings")
    supervisor = Supervisor()
    supervisor.take_signals()
    try:
        serve(supervisor)
    except Stop:
        return 0
    except Exception as error:
        # What is broken off by a stop may end in errors of its own: a statement under way cannot be undone at once.
        if supervisor.stopping:
            return 0
        if not isinstance(error, (StartError, PostgresError)):
            raise
        say(str(error))
    return 1


def serve(supervisor: Supervisor) -> None:
    """Run the site until it is stopped (Stop) or fails (StartError, PostgresError)."""
    set_up_django()
    begin_counting()
    listener = listen(settings.HOST, settings.PORT)
    address = listener.getsockname()[:2]
    if not settings.DATABASE_URL_GIVEN:
        say("Starting PostgreSQL…")
    with listener, embedded_database() as cluster:
        prepare_database(cluster)
        collect_static()
        try:
            supervisor.start(listener)
            await_first_answer(supervisor.web_server, *address)
            if settings.WORKER:
                supervisor.start_worker()
            if not ipaddress.ip_address(address[0]).is_loopback and settings.ALLOWED_HOSTS == settings.LOCAL_HOSTS:
                say(
                    "Set ALLOWED_HOSTS to this machine's names or addresses: others' requests are refused until then."
                )
            print(f"Sijill is at {url(*address)} (Ctrl-C stops it)", flush=True)
            supervisor.watch(cluster)
            raise StartError("The web server has ended by itself: see what it said above, and start again.")
        finally:
            say("Stopping…")
            supervisor.stop()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on HOST and PORT: from now on they are ours, and early readers wait in line."""
    if not 0 <= port <= 65535:
        raise StartError(f"PORT must be between 0 and 65535, not {port}.")
    deadline = time.monotonic() + PORT_PATIENCE_SECONDS
    while True:
        try:
            family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
            # HOST=:: is every address, IPv4's too.
            dual = host == "::" and socket.has_dualstack_ipv6()
            return socket.create_server(address[:2], family=family, backlog=BACKLOG, dualstack_ipv6=dual)
        except PermissionError as error:
            raise StartError(f"This account may not use port {port}: choose one above 1023 with PORT=….") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                reason = error.strerror.partition(" (")[0]
                raise StartError(
                    f"This machine cannot listen on HOST={host} ({reason}): choose one of its own addresses, "
                    "127.0.0.1 for itself alone or 0.0.0.0 for all of them."
                ) from error
            if time.monotonic() > deadline:
                raise StartError(
                    f"Port {port} is taken by another program: stop that, or choose another port with PORT=…."
                ) from error
        time.sleep(0.2)


def url(host: str, port: int) -> str:
    """Return the address of the site as a browser on this machine needs it."""
    host = EVERY_ADDRESS.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def await_first_answer(web_server: multiprocessing.Process, host: str, port: int) -> None:
    """Return when the site has answered a request, any way it likes. Its first page is warm then."""
    deadline = time.monotonic() + FIRST_ANSWER_TIMEOUT_SECONDS
    while time.monotonic() < deadline and web_server.is_alive():
        client = http.client.HTTPConnection(EVERY_ADDRESS.get(host, host), port, timeout=deadline - time.monotonic())
        try:
            client.request("GET", "/healthz", headers={"Host": "localhost"})
            client.getresponse()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            client.close()
    raise StartError("The site did not start: see what it said above.")


if __name__ == "__main__":
    sys.exit(main())

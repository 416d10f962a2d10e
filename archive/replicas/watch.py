"""Which replicas may be read from: every process looks at each of them, and at the primary, once a second.

Each server has a thread that asks it, so that one which does not answer at all holds up neither a reader nor the
others. What was not heard of for STALE_SECONDS is down, and what answers again is back.
"""

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from threading import Lock, Thread

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from archive.replicas.lag import UNKNOWN, Positions

CHECK_SECONDS = 1
STALE_SECONDS = 4
"""So long a check may take: to connect may take two seconds by itself (newsapp/settings.py)."""

POLL_SECONDS = 0.05

_POSITION = """
SELECT pg_is_in_recovery(), pg_wal_lsn_diff(
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END, '0/0')::bigint
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a server said AT seconds of our clock: whether it FOLLOWS another, and its POSITION in the log."""

    at: float
    follows: bool
    position: int


@dataclass
class Server:
    """A server as it was last heard of; it has FAILED if it did not answer what it was asked since."""

    alias: str
    answer: Answer | None = None
    failed: bool = False
    is_used: bool = False

    @property
    def name(self) -> str:
        """What it is called in logs and metrics."""
        at = settings.DATABASES[self.alias]
        return f"{at['HOST'] or 'localhost'}:{at['PORT'] or 5432}/{at['NAME']}"


def ask(alias: str) -> Answer:
    """Ask the server ALIAS where it is; raises django.db.Error."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_POSITION)
        follows, position = cursor.fetchone()
    return Answer(time.monotonic(), follows, position or 0)


class Watch:
    """What is known of the primary and of the replicas ALIASES, which `start` has asked again and again."""

    def __init__(self, aliases: list[str]) -> None:
        self.primary = Server(DEFAULT_DB_ALIAS)
        self.replicas = [Server(alias) for alias in aliases]
        self._positions = Positions()
        self._turn = count()
        self._lock = Lock()

    def start(self) -> None:
        for server in (self.primary, *self.replicas):
            Thread(target=self._look_at, args=[server], name=f"watch {server.alias}", daemon=True).start()

    def replica(self) -> Server | None:
        """The replica to read from now, each in its turn; None where there is none."""
        usable = [server for server in self.replicas if self.may_be_read(server)]
        return usable[next(self._turn) % len(usable)] if usable else None

    def primary_is_down(self) -> bool:
        return not _is_heard(self.primary) and (self.primary.failed or self.primary.answer is not None)

    def leave_out(self, replica: Server) -> None:
        """Read nothing from REPLICA, which has just failed, until it answers again."""
        self.note(replica, None)

    def lag_seconds(self, server: Server) -> float | None:
        return self._positions.lag_seconds(server.answer.position) if server.answer else None

    def note(self, server: Server, answer: Answer | None) -> None:
        """Note the ANSWER of SERVER, None where it did not answer, and log what it changes."""
        with self._lock:
            server.failed = answer is None
            if server is self.primary:
                # One that is only following cannot be written to: it is as if it were down.
                if answer and not answer.follows:
                    server.answer = answer
                    self._positions.note(answer.position, answer.at)
                else:
                    server.failed = True
                return
            server.answer = answer
            is_used = self.may_be_read(server)
            if is_used != server.is_used:
                server.is_used = is_used
                logger.warning("Replica %s is %s", server.name, "read from" if is_used else self._why_not(server))

    def may_be_read(self, server: Server) -> bool:
        if not _is_heard(server) or not server.answer.follows:
            return False
        lag = self.lag_seconds(server)
        # Before the primary is heard for the first time nobody knows; where it is down, nothing newer is to be had.
        return self.primary.failed if lag is None else lag <= settings.REPLICA_MAX_LAG_SECONDS

    def _why_not(self, server: Server) -> str:
        if not server.answer:
            return "left out: it does not answer"
        if not server.answer.follows:
            return "left out: it follows no primary"
        lag = self.lag_seconds(server)
        return (
            "left out: it lags for longer than is known" if lag == UNKNOWN else f"left out: it lags {lag:.0f} seconds"
        )

    def _look_at(self, server: Server) -> None:
        while True:
            try:
                self.note(server, ask(server.alias))
            except Error:
                # A connection that was there may only be old.
                connections[server.alias].close()
                self.note(server, None)
            time.sleep(CHECK_SECONDS)


def _is_heard(server: Server) -> bool:
    return server.answer is not None and time.monotonic() - server.answer.at <= STALE_SECONDS


_watches: dict[int, Watch] = {}
_beginning = Lock()


def watch() -> Watch:
    """The watch of this process, which begins with the first request: threads do not outlive a fork."""
    process = os.getpid()
    if process not in _watches:
        with _beginning:
            if process not in _watches:
                _watches[process] = begun = Watch(settings.REPLICAS)
                begun.start()
    return _watches[process]


def is_primary_down() -> bool:
    """Whether it is known that nothing can be written now; without replicas nobody looks."""
    return bool(settings.REPLICAS) and watch().primary_is_down()


class Replicas(Collector):
    """What this process knows of the replicas, as metrics."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        used = GaugeMetricFamily("sijill_replica_used", "Whether pages are read from it.", labels=["replica"])
        lag = GaugeMetricFamily(
            "sijill_replica_lag_seconds", "For how long it has lacked what the primary has.", labels=["replica"]
        )
        seen = watch() if settings.REPLICAS else Watch([])
        for server in seen.replicas:
            used.add_metric([server.name], seen.may_be_read(server))
            seconds = seen.lag_seconds(server)
            if seconds is not None:
                lag.add_metric([server.name], seconds)
        yield used
        yield lag


def wait_for_replicas() -> None:
    """Return when no page is read any more from a replica that lacks what was committed by now.

    It has it by then, does not answer, or lags so much that it is left out.
    """
    if not settings.REPLICAS:
        return
    position = ask(DEFAULT_DB_ALIAS).position
    end = time.monotonic() + settings.REPLICA_MAX_LAG_SECONDS + 2 * CHECK_SECONDS
    for alias in settings.REPLICAS:
        try:
            while ask(alias).position < position and time.monotonic() < end:
                time.sleep(POLL_SECONDS)
        except Error:
            continue
        finally:
            connections[alias].close()

"""Waiting for a database that has gone away for a while, in growing pauses, and giving up after a limit."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from archive.exceptions import IngestError
from archive.ingest.records import Note

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
LIMIT_SECONDS = 600.0
STEP_SECONDS = 0.5
"""How long a stop may have to wait for the pause to hear of it."""

DISK_FULL = "53100"
_AGAIN = ("40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03")
"""What passes: another transaction was in the way, too many connections, the database is stopping or starting."""

Result = TypeVar("Result")


class DatabaseFailedError(IngestError):
    """The database is away for too long, or refuses everything; NOTE says which."""

    def __init__(self, note: Note):
        super().__init__(note.code)
        self.note = note


class StoppedError(IngestError):
    """Somebody asked to stop; what was written so far stays."""


@dataclass(slots=True)
class Patience:
    """Takes steps in which the database may fail. TELL hears of every pause, STOPPING ends one."""

    tell: Callable[[Note], None] = lambda note: None
    stopping: Callable[[], bool] = lambda: False

    def take(self, step: Callable[[], Result]) -> Result:
        """Return what STEP returns, taken again while the database is away; STEP is one transaction or none.

        Inside a transaction that is the caller's nothing can be taken again, and what goes wrong is raised as it is.
        """
        pause_seconds, waited = FIRST_PAUSE_SECONDS, 0.0
        while True:
            try:
                return step()
            except (DatabaseError, InterfaceError) as problem:
                if connection.in_atomic_block:
                    raise
                if not _may_pass(problem) or waited >= LIMIT_SECONDS:
                    raise DatabaseFailedError(_why(problem)) from problem
                # Whatever this connection was in the middle of is lost; the next step opens another.
                _let_go()
                self.tell(Note("database_away", {"seconds": round(pause_seconds), "problem": _said(problem)}))
            self._pause(pause_seconds)
            waited += pause_seconds
            pause_seconds = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)

    def _pause(self, seconds: float) -> None:
        while seconds > 0:
            if self.stopping():
                raise StoppedError
            time.sleep(min(seconds, STEP_SECONDS))
            seconds -= STEP_SECONDS


def _may_pass(problem: Exception) -> bool:
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    code = _code(problem)
    # Without a code it was no answer of the database: there was none, or the connection broke.
    return code is None or code.startswith("08") or code in _AGAIN


def _why(problem: Exception) -> Note:
    if _code(problem) == DISK_FULL:
        return Note("database_full")
    return Note("database_failed", {"problem": _said(problem)})


def _code(problem: Exception) -> str | None:
    return getattr(problem.__cause__, "sqlstate", None)


def _said(problem: Exception) -> str:
    return str(problem).partition("\n")[0]


def _let_go() -> None:
    try:
        connection.close()
    except DatabaseError:
        connection.connection = None

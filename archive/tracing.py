"""What is being done at this moment, by its id: in log lines, in comments of SQL, and from a request to its jobs.

A `Trace` is begun by a request (archive/middleware.py) or by a job (archive/tasks/queue.py). It counts what it asks
the database, which costs no question. What is done outside of one, as by a command, has no id.
"""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

import structlog
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest

HEADER = "X-Request-ID"
ARGUMENT = "request_id"
"""The name under which a job carries the id of the request that asked for it."""

_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
"""What may stand in a comment of SQL: nothing that could end it, quote, or be taken for a parameter."""


@dataclass
class Trace:
    """A request or a job: its ID, and what is DOING it, as the name of a view or of a task, as soon as that is known.

    QUERIES is how many statements it has put to the database, DATABASE_SECONDS how long those took.
    """

    id: str
    doing: str = ""
    queries: int = 0
    database_seconds: float = 0

    @property
    def comment(self) -> str:
        doing = f",view='{self.doing}'" if _NAME.fullmatch(self.doing) else ""
        return f"/*request_id='{self.id}'{doing}*/"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    return _current.get()


def begin(trace: Trace, **said: object) -> Trace:
    """Let TRACE be what this thread is at; its log lines bear its id, and what is SAID beside."""
    _current.set(trace)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**{ARGUMENT: trace.id}, **said)
    return trace


def end(**_signal: object) -> None:
    _current.set(None)
    structlog.contextvars.clear_contextvars()


def id_for(request: HttpRequest) -> str:
    """The id that our proxy has given REQUEST, if it looks like one; else a new one."""
    given = request.headers.get(HEADER, "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return given if is_well_formed(given) else secrets.token_hex(8)


def is_well_formed(text: object) -> bool:
    return isinstance(text, str) and bool(_WELL_FORMED.fullmatch(text))


def id_of_job(number: int, carried: object) -> str:
    """The id of job NUMBER: what it has CARRIED of who asked for it, or its own."""
    return carried if is_well_formed(carried) else f"job-{number}"


def carried() -> dict[str, str]:
    """What a job that is asked for now is given beside its arguments."""
    trace = current()
    return {ARGUMENT: trace.id} if trace else {}


def trace_statements(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Have every statement of CONNECTION counted, and bear a comment, while a trace is on."""
    if _traced not in connection.execute_wrappers:
        # First, so outermost: what other wrappers put before a statement stays there. And not last, which is where
        # Django takes away a wrapper that is in use at this moment.
        connection.execute_wrappers.insert(0, _traced)


def _traced(execute, sql, params, many, context):
    trace = current()
    if trace is None:
        return execute(sql, params, many, context)
    if isinstance(sql, str) and not _is_prepared(context["connection"]):
        # At the end: what a statement begins with tells the database, and others, what it is.
        sql = f"{sql} {trace.comment}"
    began_at = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        trace.queries += 1
        trace.database_seconds += perf_counter() - began_at


def _is_prepared(connection: BaseDatabaseWrapper) -> bool:
    """Whether statements are prepared, by their text, which must stay the same then. By default they are not."""
    return connection.settings_dict["OPTIONS"].get("prepare_threshold") is not None

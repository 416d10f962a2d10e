"""No search takes longer than readers wait, however it is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

MAX_SECONDS = 1
"""After so long no further question is put to the database, and none may take longer: twice this is the most."""

SETTINGS = ("SET LOCAL statement_timeout = {:.0f}", "SET LOCAL enable_seqscan = off")
"""The entries are few pages, their vectors many, of which the planner knows nothing: never read them one by one."""

TOO_LONG_STATUS = 422
"""The answer in HTTP: the query is understood, and cannot be answered as it is."""


class SearchTimeoutError(Exception):
    """A search would have taken too long, and was given up."""


_given_up: ContextVar[list[SearchTimeoutError] | None] = ContextVar("given_up", default=None)


@contextmanager
def searches_given_up() -> Iterator[list[SearchTimeoutError]]:
    """Note the searches that are given up within: what is made without them lacks a part."""
    given_up: list[SearchTimeoutError] = []
    token = _given_up.set(given_up)
    try:
        yield given_up
    finally:
        _given_up.reset(token)


@contextmanager
def by_index() -> Iterator[None]:
    """Have entries found through their index, in a longer transaction that does other things too."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = on")


@contextmanager
def time_limit() -> Iterator[None]:
    """Raise SearchTimeoutError when the searches within take too long; they read, and do not write."""
    end = monotonic() + MAX_SECONDS
    settings = [setting.format(MAX_SECONDS * 1000) for setting in SETTINGS]

    def in_time(execute, sql, params, many, context):
        if monotonic() > end:
            raise SearchTimeoutError
        if not settings:
            return execute(sql, params, many, context)
        # They go with the first question, and come back before its answer.
        result = execute("; ".join([*settings, sql]), params, many, context)
        while settings:
            settings.pop()
            context["cursor"].nextset()
        return result

    try:
        with transaction.atomic(), connection.execute_wrapper(in_time):
            yield
    except SearchTimeoutError as error:
        _note(error)
        raise
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            given_up = SearchTimeoutError()
            _note(given_up)
            raise given_up from error
        raise


def _note(error: SearchTimeoutError) -> None:
    if (given_up := _given_up.get()) is not None:
        given_up.append(error)

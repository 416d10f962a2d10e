"""No search takes longer than readers wait, however it is written."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise SearchTimeoutError from error
        raise

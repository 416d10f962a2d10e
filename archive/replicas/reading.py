"""Whose the connection is that everything uses in this thread: the primary's, or for a while a replica's.

A replica's connection stands under the name of the primary's, so that all that a page asks goes one way, whoever asks
it and however: querysets, our own SQL, transactions. A database router of Django's is asked for querysets alone, and
would let a page be made of two moments: generations of one server, and articles of another (docs/caching.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.local import Local
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_here = Local(thread_critical=True)


def read_from(alias: str) -> None:
    """Have everything that follows in this thread ask the replica ALIAS, until `ask_primary`."""
    ask_primary()
    _put(connections[alias])


def reads_from_replica() -> bool:
    """Whether what this thread asks now is answered by a replica, which takes no writes."""
    return getattr(_here, "primary", None) is not None


def ask_primary(**_signal: object) -> None:
    if primary := getattr(_here, "primary", None):
        connections[DEFAULT_DB_ALIAS] = primary
        _here.primary = None


@contextmanager
def primary_meanwhile() -> Iterator[None]:
    """Have what is within ask the primary, for the little that is written while somebody reads."""
    before = connections[DEFAULT_DB_ALIAS]
    ask_primary()
    try:
        yield
    finally:
        if before is not connections[DEFAULT_DB_ALIAS]:
            _put(before)


def _put(replica: BaseDatabaseWrapper) -> None:
    _here.primary = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = replica

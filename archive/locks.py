"""The database's advisory locks that are ours: their numbers, each once, and how they are held.

PostgreSQL knows one by a number, or by a number and a second one (KEY). It is held to the end of the transaction, or
by the session until it is let go, which is also when its process is killed.
"""

from enum import IntEnum, unique
from typing import Any

from django.db import connection


@unique
class Lock(IntEnum):
    """What one does while no other may."""

    COUNTING_WORDS = 7301  # Taken in archive/sql, by search_statistics and search_words.
    REBUILDING = 7302
    IMPORT_RUN = 7303  # The key is the run's.
    HOST = 7304  # That is asked something; the key is made of its name.
    COPY_GROUPS = 7305  # Two that put one article into groups would refuse each other.
    STORIES = 7306  # As would two that put one into a story.
    FRONT_PAGE = 7307  # While nothing has a place there, there is no row to lock.
    PICTURE = 7308  # Whose sizes are made; the key is the picture's.
    FOLLOWED = 7309  # While it is fetched and taken in; the key is made of its address.
    PREPARING = 0x51_31_11
    SEALING = 0x51_31_15


def hold(lock: Lock) -> None:
    """Wait for LOCK, and hold it to the end of the transaction."""
    _ask("pg_advisory_xact_lock", lock)


def try_hold(lock: Lock) -> bool:
    """Hold LOCK to the end of the transaction, unless somebody has it; return whether it is held now."""
    return _ask("pg_try_advisory_xact_lock", lock)


def take(lock: Lock, key: int | None = None) -> None:
    """Wait for LOCK, and hold it until it is let go."""
    _ask("pg_advisory_lock", lock, key)


def try_take(lock: Lock, key: int | None = None) -> bool:
    """Hold LOCK until it is let go, unless somebody has it; return whether it is held now."""
    return _ask("pg_try_advisory_lock", lock, key)


def let_go(lock: Lock, key: int | None = None) -> None:
    _ask("pg_advisory_unlock", lock, key)


def _ask(function: str, lock: Lock, key: int | None = None) -> Any:
    keys = [int(lock)] if key is None else [int(lock), key]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(keys))})", keys)
        return cursor.fetchone()[0]

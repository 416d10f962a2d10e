"""Advisory locks: one at a time, each with a number of its own."""

import re
from pathlib import Path

import pytest
from django.db import connection, transaction

from archive import locks
from archive.locks import Lock

ROOT = Path(locks.__file__).resolve().parent


@pytest.fixture
def other(transactional_db):
    """Whether another session can have a lock now; it keeps none."""
    session = connection.copy()

    def can_have(*keys: int) -> bool:
        with session.cursor() as cursor:
            marks = ", ".join(["%s"] * len(keys))
            cursor.execute(f"SELECT pg_try_advisory_lock({marks})", keys)
            had = cursor.fetchone()[0]
            if had:
                cursor.execute(f"SELECT pg_advisory_unlock({marks})", keys)
            return had

    yield can_have
    session.close()


def test_what_is_taken_is_held_until_it_is_let_go(other):
    states = [locks.try_take(Lock.HOST, 7), other(Lock.HOST.value, 7), other(Lock.HOST.value, 8)]
    locks.let_go(Lock.HOST, 7)
    locks.take(Lock.REBUILDING)
    states += [other(Lock.HOST.value, 7), other(Lock.REBUILDING.value)]
    locks.let_go(Lock.REBUILDING)

    assert (*states, other(Lock.REBUILDING.value)) == (True, False, True, True, False, True)


def test_what_is_held_is_let_go_with_the_transaction(other):
    with transaction.atomic():
        locks.hold(Lock.STORIES)
        states = [locks.try_hold(Lock.SEALING), other(Lock.STORIES.value), other(Lock.SEALING.value)]

    assert (*states, other(Lock.STORIES.value), other(Lock.SEALING.value)) == (True, False, False, True, True)


def test_numbers_are_given_here_and_nowhere_else():
    in_sql = {
        int(number)
        for path in (ROOT / "sql").glob("*.sql")
        for number in re.findall(r"advisory\w*\((\d+)", path.read_text())
    }
    sources = (path for package in ("archive", "newsapp") for path in (ROOT.parent / package).rglob("*.py"))
    in_code = [path.relative_to(ROOT).as_posix() for path in sources if "_advisory_" in path.read_text()]

    assert (in_sql, in_code) == ({Lock.COUNTING_WORDS}, ["locks.py"])

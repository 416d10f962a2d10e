"""What tests begin with is made once and copied back for each: loading the demo takes seconds, copying part of one."""

from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction

from archive.caching import generations
from tests.whole_site import add_to_demo

# The queue is left as it is: its jobs are of no page, and its keys cannot wait for each other.
TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = current_schema AND tablename <> 'django_migrations' AND NOT starts_with(tablename, 'procrastinate_')
"""

_copies: dict[Callable[[], None], dict[str, bytes]] = {}
"""What the tables held when it had been made: their rows as PostgreSQL copies them. Pictures stay where they are."""


def demo() -> None:
    """The demo archive."""
    call_command("load_demo", verbosity=0)


def whole_site() -> None:
    """The demo archive and what it lacks."""
    put_in(demo)
    add_to_demo()


def put_in(make: Callable[[], None]) -> None:
    """Have the database, which is empty, hold what MAKE makes."""
    if make in _copies:
        _write(_copies[make])
    else:
        make()
        _copies[make] = _read()


def _read() -> dict[str, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return {name: _rows(cursor, name) for (name,) in cursor.fetchall()}


def _rows(cursor, name: str) -> bytes:
    with cursor.copy(f"COPY {name} TO STDOUT (FORMAT binary)") as copy:
        return b"".join(copy)


def _write(tables: dict[str, bytes]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in tables))
        cursor.execute(f"TRUNCATE {', '.join(tables)}")
        for name, rows in tables.items():
            with cursor.copy(f"COPY {name} FROM STDIN (FORMAT binary)") as copy:
                copy.write(rows)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("; ".join(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in tables))
        # The numbers that came back may have stood for other pages meanwhile.
        generations.renew()
    ContentType.objects.clear_cache()

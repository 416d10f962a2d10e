"""Archives that tests begin with. Each is made once and then copied back: loading the demo takes seconds, copying part of one.

What a test left as it was is not copied either: a table is known by the places of its rows, and by who wrote them.
"""

from collections.abc import Callable

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction

from archive.caching import generations
from archive.models import PageGeneration
from tests.whole_site import add_to_demo

# The queue is left as it is: its jobs are of no page, and its keys cannot wait for each other. The numbers of what pages
# are made of never come back.
TABLES = """
SELECT quote_ident(tablename) FROM pg_tables
WHERE schemaname = current_schema AND NOT starts_with(tablename, 'procrastinate_')
    AND tablename NOT IN ('django_migrations', 'archive_pagegeneration')
"""
STATE = "SELECT '{0}', concat(count(*), ' ', bit_xor(hashtextextended(concat_ws(' ', ctid, xmin), 0))) FROM {0}"
SEQUENCES = """
SELECT quote_ident(table_name), quote_ident(column_name),
    pg_get_serial_sequence(quote_ident(table_name), column_name)
FROM information_schema.columns WHERE table_schema = current_schema AND is_identity = 'YES'
"""
REFERENCES = "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"

_copies: dict[Callable[[], None], dict[str, bytes]] = {}
"""What the tables held when it had been made: their rows as PostgreSQL copies them. Pictures stay where they are."""
_known: dict[str, tuple[str, bytes]] = {}
"""What a table holds as long as its state is this."""


def nothing() -> None:
    """What the migrations leave."""


def demo() -> None:
    """The demo archive."""
    call_command("load_demo", verbosity=0)


def whole_site() -> None:
    """The demo archive and what it lacks."""
    put_in(demo)
    add_to_demo()


def put_in(make: Callable[[], None]) -> None:
    """Have the database hold what MAKE makes of nothing, whatever it holds now; the first time there must be nothing."""
    if nothing not in _copies:
        _copies[nothing] = _read()
    if make not in _copies:
        _write(_copies[nothing])
        make()
        _copies[make] = _read()
    _write(_copies[make])


def _states() -> dict[str, str]:
    """By table what is another after every change of it."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        cursor.execute(" UNION ALL ".join(STATE.format(name) for (name,) in cursor.fetchall()))
        return dict(cursor.fetchall())


def _read() -> dict[str, bytes]:
    with connection.cursor() as cursor:
        for name, state in _states().items():
            if _known.get(name, ("", b""))[0] != state:
                with cursor.copy(f"COPY {name} TO STDOUT (FORMAT binary)") as copy:
                    _known[name] = state, b"".join(copy)
    return {name: rows for name, (_state, rows) in _known.items()}


@transaction.atomic
def _write(wanted: dict[str, bytes]) -> None:
    states = _states()
    changed = [name for name, rows in wanted.items() if _known[name] != (states[name], rows)]
    if changed := _with_what_refers_to(changed):
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in changed))
            cursor.execute(f"TRUNCATE {', '.join(changed)}")
            for name in changed:
                with cursor.copy(f"COPY {name} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(wanted[name])
            # What a test did may have begun to number anew.
            cursor.execute(SEQUENCES)
            for name, column, sequence in cursor.fetchall():
                if name in changed:
                    cursor.execute(
                        f"SELECT setval('{sequence}', greatest(last_value, (SELECT max({column}) FROM {name}))) FROM {sequence}"
                    )
            # Triggers cannot be switched while some wait for the end of the transaction.
            connection.check_constraints()
            cursor.execute("; ".join(f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in changed))
        states = _states()
        _known.update({name: (states[name], wanted[name]) for name in changed})
        ContentType.objects.clear_cache()
    PageGeneration.objects.all().delete()
    generations.renew()


def _with_what_refers_to(names: list[str]) -> list[str]:
    """NAMES, and the tables with rows that would be left without what they refer to."""
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES)
        references = cursor.fetchall()
    found, looked_at = set(names), set()
    while found != looked_at:
        looked_at = set(found)
        found |= {referring for referring, referred in references if referred in looked_at}
    return sorted(found)

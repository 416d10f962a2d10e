"""Sites for tests of backups: databases of their own on the tests' PostgreSQL, and folders."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from archive.backups.databases import Database
from archive.backups.site import Site


@contextmanager
def database(name: str, *, like: str = "template0") -> Iterator[Database]:
    """A new database called after the tests' own and NAME; nobody may be connected to the one it is LIKE."""
    name = f"{connection.settings_dict['NAME']}_{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield Database.of(connection.get_connection_params() | {"dbname": name})
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def nowhere(folder: Path) -> Site:
    """A site whose database does not answer: whoever touches it fails."""
    return Site.scratch(Database.of({"host": folder / "nowhere", "dbname": "none"}), folder)


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }

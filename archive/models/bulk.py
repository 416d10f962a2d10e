"""Many rows at once, or large ones, past the models: what those do with each costs too much."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from django.db import connection, models


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[int | str]]) -> None:
    """Write ROWS of numbers and plain words into the COLUMNS of MODEL's table; the database's defaults fill the rest.

    Raises Django's database errors. Triggers and constraints act as in any INSERT; the models' own defaults do not.
    """
    names = ", ".join(map(connection.ops.quote_name, columns))
    lines = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    if not lines:
        return
    statement = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        copy.write(lines)


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """COUNT ids for new rows of MODEL, for what has to name them before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor]


def execute_with_bytes(statement: str, values: Sequence[Any]) -> None:
    """Execute STATEMENT with VALUES as the database takes them, bytes as they are.

    Django's own cursor writes bytes into the statement, as text, and has that several times over.
    Raises Django's database errors.
    """
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values)


def create_large(row: models.Model) -> None:
    """Write the new ROW, which holds many bytes, unless one like it is there already."""
    quote = connection.ops.quote_name
    fields = [field for field in row._meta.local_concrete_fields if not field.primary_key]
    execute_with_bytes(
        f"INSERT INTO {quote(row._meta.db_table)} ({', '.join(quote(field.column) for field in fields)}) "  # noqa: S608 - names of ours
        f"VALUES ({', '.join(['%s'] * len(fields))}) ON CONFLICT DO NOTHING",
        [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields],
    )

"""Many rows at once, past the models, where there are so many that making a model of each is what takes the time."""

from collections.abc import Iterable, Sequence

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

"""A hash over every table of the archive: equal for two archives that hold the same, and for no others.

It is taken in SQL from the rows as they are stored: by another way than exports are made, so that it can tell of
them.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import Storage
from django.db import connection, models

from archive.outgoing.tables import Table, content_tables, file_columns, snapshot

FILES = "files"
BATCH_ROWS = 2000


class TableHash(NamedTuple):
    """The hash of a table, or of the FILES that the tables name, with how many rows it is of."""

    name: str
    rows: int
    sha256: str


def table_hashes() -> Iterator[TableHash]:
    """Yield the hash of each table that holds content, by name, and at last that of the files."""
    with snapshot():
        for table in sorted(content_tables(), key=lambda table: table.name):
            yield _table_hash(table)
        yield _files_hash()


def archive_hash(hashes: Iterable[TableHash]) -> str:
    """Return one hash over HASHES, of all tables and the files."""
    return sha256("".join(f"{one.name} {one.rows} {one.sha256}\n" for one in hashes).encode()).hexdigest()


def _table_hash(table: Table) -> TableHash:
    digest, count = sha256(), 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    key = table.primary_key.column
    columns = ", ".join(sorted(map(_stored, filter(_is_ours, table.fields))))
    place, condition = None, ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, encode(sha256(convert_to(ROW({columns})::text, 'UTF8')), 'hex') "  # noqa: S608
                f"FROM {table.name} {condition} ORDER BY {key} LIMIT {BATCH_ROWS}",
                [place] if condition else [],
            )
            rows = cursor.fetchall()
        if not rows:
            return TableHash(table.name, count, digest.hexdigest())
        for _key, row in rows:
            digest.update(row.encode())
        count += len(rows)
        place, condition = rows[-1][0], f"WHERE {key} > %s"


def _is_ours(field: models.Field) -> bool:
    """Content types are numbered by each database for itself."""
    return field.related_model is not ContentType


def _stored(field: models.Field) -> str:
    column = connection.ops.quote_name(field.column)
    return f"sha256({column})" if isinstance(field, models.BinaryField) else column


def _files_hash() -> TableHash:
    digest, count = sha256(), 0
    for column in sorted(file_columns(), key=lambda column: column.of):
        for name in sorted(column.names(column.table.objects())):
            digest.update(f"{column.of} {name} {_file_sha256(column.field.storage, name)}\n".encode())
            count += 1
    return TableHash(FILES, count, digest.hexdigest())


def _file_sha256(storage: Storage, name: str) -> str:
    if not storage.exists(name):
        return "missing"
    digest = sha256()
    with storage.open(name) as file:
        for chunk in file.chunks():
            digest.update(chunk)
    return digest.hexdigest()

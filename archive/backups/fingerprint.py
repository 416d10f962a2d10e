"""Hashes over every table of a database, of any app, and over files: what a backup is compared by.

A table's hash does not depend on the order of its rows, so that databases with other collations can be compared, and
nothing has to be sorted or fetched: PostgreSQL adds up the SHA-256 of each row, in four numbers of 64 bits. Triggers,
indexes and the like are compared by name: how PostgreSQL writes them down differs between its versions.
"""

from collections.abc import Callable
from hashlib import sha256

import psycopg
from psycopg import sql

SESSION = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "search_path": "pg_catalog",
}
"""What the text of a row depends on."""

OURS = """
    NOT IN ('pg_catalog', 'information_schema') AND {schema} NOT LIKE 'pg\\_toast%' AND {schema} NOT LIKE 'pg\\_temp%'
"""
_SCHEMA_IS_OURS = f"n.nspname {OURS.format(schema='n.nspname')}"
_OF_AN_EXTENSION = (
    "EXISTS (SELECT FROM pg_depend d WHERE d.classid = '{catalog}'::regclass AND d.objid = {row}.oid "
    "AND d.deptype = 'e')"
)

TABLES = f"""
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND {_SCHEMA_IS_OURS}
        AND NOT {_OF_AN_EXTENSION.format(catalog="pg_class", row="c")}
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""
ROWS = """
    SELECT count(*), {sums} FROM (
        SELECT sha256(convert_to(t::text, 'UTF8')) AS digest FROM ONLY {table} AS t
    ) AS digests
"""
SUMS = ", ".join(
    f"coalesce(sum(('x' || encode(substr(digest, {start}, 8), 'hex'))::bit(64)::bigint), 0)"
    for start in (1, 9, 17, 25)
)
OBJECTS = f"""
    SELECT kind || ' ' || name FROM (
        SELECT 'relation ' || c.relkind::text, n.nspname || '.' || c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_SCHEMA_IS_OURS} AND NOT {_OF_AN_EXTENSION.format(catalog="pg_class", row="c")}
            AND c.relkind <> 't'
        UNION ALL
        SELECT 'column ' || a.attgenerated::text || a.attnotnull, n.nspname || '.' || c.relname || '.' || a.attname
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_SCHEMA_IS_OURS} AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
            AND NOT {_OF_AN_EXTENSION.format(catalog="pg_class", row="c")}
        UNION ALL
        SELECT 'trigger', n.nspname || '.' || c.relname || '.' || t.tgname || ' ' || t.tgenabled::text
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_SCHEMA_IS_OURS} AND NOT t.tgisinternal
        UNION ALL
        SELECT 'constraint ' || o.contype::text || o.convalidated, n.nspname || '.' || c.relname || '.' || o.conname
        FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_SCHEMA_IS_OURS} AND o.contype <> 'n'
        UNION ALL
        SELECT 'function', n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ') '
            || encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex')
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE {_SCHEMA_IS_OURS} AND NOT {_OF_AN_EXTENSION.format(catalog="pg_proc", row="p")}
        UNION ALL
        SELECT 'type ' || t.typtype::text, n.nspname || '.' || t.typname
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE {_SCHEMA_IS_OURS} AND t.typtype IN ('d', 'e', 'r')
            AND NOT {_OF_AN_EXTENSION.format(catalog="pg_type", row="t")}
    ) AS objects (kind, name)
    ORDER BY (kind || ' ' || name) COLLATE "C"
"""
SEQUENCES = """
    SELECT schemaname || '.' || sequencename, coalesce(last_value, 0) FROM pg_sequences ORDER BY 1
"""


def set_session(cursor: psycopg.Cursor) -> None:
    """Let the text of a row be the same in every session, until the end of the transaction."""
    for name, value in SESSION.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def database_hashes(cursor: psycopg.Cursor, tell: Callable[[int, int], None] | None = None) -> dict[str, str]:
    """Return a hash of each table by its name, with how many rows it is of, and one of all `objects`.

    TELL is told how many tables of how many are done.
    """
    set_session(cursor)
    tables = cursor.execute(TABLES).fetchall()
    hashes = {}
    for done, (schema, name) in enumerate(tables, 1):
        query = sql.SQL(ROWS).format(sums=sql.SQL(SUMS), table=sql.Identifier(schema, name))
        rows, *sums = cursor.execute(query).fetchone()
        digest = sha256(" ".join(map(str, (rows, *map(int, sums)))).encode()).hexdigest()
        hashes[f"{schema}.{name}"] = f"{rows} {digest}"
        if tell:
            tell(done, len(tables))
    hashes["objects"] = _objects_hash(cursor)
    return hashes


def _objects_hash(cursor: psycopg.Cursor) -> str:
    lines = [line for (line,) in cursor.execute(OBJECTS)]
    return f"{len(lines)} {sha256(chr(10).join(lines).encode()).hexdigest()}"


def sequence_values(cursor: psycopg.Cursor) -> dict[str, int]:
    """Return the last number that each sequence has given out; 0 where none was.

    No snapshot holds a sequence still: of a site that is written to, a dump has later numbers than these.
    """
    return dict(cursor.execute(SEQUENCES).fetchall())

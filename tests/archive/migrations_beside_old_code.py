"""What in a migration the program before it cannot live with, or would wait for.

An upgrade migrates the database while the release before still serves, and that one serves again after a way back
(docs/operating.md). So a migration adds: what nobody asks for any more goes one release later, and then says so:

    class Migration(migrations.Migration):
        beside_old_code = "Release 1.4 asks for this column no more."
"""

import re
from collections.abc import Iterator

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, CheckConstraint, Field, ManyToManyField, UniqueConstraint

APP = "archive"
RELEASED = "0052_erasing_pictures"
"""The last migration of the release that is in service: raised with each release."""

LARGE = {"article", "articlesearch", "articleevent", "mention", "nameword", "capture"}
"""Tables that hold so much that whoever waits for an index on one waits long."""

GOES = (migrations.DeleteModel, migrations.RenameModel, migrations.RenameField, migrations.RemoveField)
STATEMENTS = {
    r"\bDROP\s+(TABLE|VIEW|MATERIALIZED\s+VIEW|FUNCTION|COLUMN|SEQUENCE|TYPE)\b": "old code asks for what is dropped",
    r"\bRENAME\s+(TO|COLUMN|CONSTRAINT)\b|\bRENAME\s+\w+\s+TO\b": "old code asks for the old name",
    r"\bTRUNCATE\b": "old code looks for what is deleted",
    r"\bSET\s+NOT\s+NULL\b": "old code may leave it empty",
    r"\bALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE\b": "the table is written anew while everybody waits",
    r"\bADD\s+COLUMN\b(?![^,;]*\b(DEFAULT|GENERATED)\b)[^,;]*\bNOT\s+NULL\b": "old code leaves it empty",
    r"\bADD\s+CONSTRAINT\b(?![^;]*\bNOT\s+VALID\b)": "everybody waits while all rows are looked at",
}
INDEX = re.compile(
    r"\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;]*?\bON\s+(?:ONLY\s+)?\"?(\w+)", re.IGNORECASE
)


def unreleased() -> Iterator[tuple[str, Operation, ProjectState, ProjectState]]:
    """Each operation since the release: its migration, and the models as they are released and just before it."""
    loader = MigrationLoader(None)
    released = loader.project_state((APP, RELEASED))
    for key in loader.graph.forwards_plan(loader.graph.leaf_nodes(APP)[0]):
        migration = loader.disk_migrations[key]
        if key[0] != APP or key[1] <= RELEASED or getattr(migration, "beside_old_code", ""):
            continue
        state = loader.project_state(key, at_end=False)
        for operation in migration.operations:
            yield key[1], operation, released, state.clone()
            operation.state_forwards(APP, state)


def problems(operation: Operation, released: ProjectState, before: ProjectState) -> list[str]:
    """What of OPERATION the program does not bear that knows the models as they are RELEASED."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return [one for part in operation.database_operations for one in problems(part, released, before)]
    if isinstance(operation, migrations.RunSQL):
        return _of_statements(_statements(operation.sql), released)
    model = getattr(operation, "model_name_lower", None) or getattr(operation, "old_name_lower", None)
    model = model or getattr(operation, "name_lower", "")
    if (APP, model) not in released.models:
        return []  # Only new code knows the table.
    found = []
    if isinstance(operation, (*GOES, migrations.AlterModelTable)):
        found.append("old code asks for what goes")
    if isinstance(operation, migrations.AddField) and _must_be_given(operation.field):
        found.append("old code leaves it empty: give it a db_default, or let it be null")
    if isinstance(operation, migrations.AlterField):
        found += _of_change(before.models[APP, model].get_field(operation.name), operation.field)
    if (
        isinstance(operation, migrations.AddIndex)
        and not isinstance(operation, AddIndexConcurrently)
        and model in LARGE
    ):
        found.append(
            "whoever writes waits for the index: AddIndexConcurrently, alone in a migration that is not atomic"
        )
    if isinstance(operation, migrations.AddConstraint) and isinstance(
        operation.constraint, (CheckConstraint, UniqueConstraint)
    ):
        found.append("old code may write what it refuses")
    return [f"{operation.describe()}: {one}" for one in found]


def _must_be_given(field: Field) -> bool:
    return not (
        isinstance(field, ManyToManyField)
        or field.null
        or field.generated
        or field.primary_key
        or field.db_default is not NOT_PROVIDED
    )


def _of_change(old: Field, new: Field) -> Iterator[str]:
    if old.null and _must_be_given(new):
        yield "old code may leave it empty"
    if isinstance(old, ManyToManyField) or old.remote_field or new.remote_field:
        return  # Their columns are those of what they lead to.
    types = [field.db_type(connection) for field in (old, new)]
    lengths = [int(found[1]) if (found := re.fullmatch(r"varchar\((\d+)\)", kind or "")) else None for kind in types]
    grows = lengths[0] is not None and (types[1] in ("text", "varchar") or (lengths[1] or 0) >= lengths[0])
    if types[0] != types[1] and not grows:
        yield f"{types[0]} becomes {types[1]}: the table is written anew, and old code expects the old one"
    if new.unique and not old.unique:
        yield "old code may write what it refuses"


def _statements(sql) -> str:
    parts = sql if isinstance(sql, (list, tuple)) else [sql]
    text = ";\n".join(part if isinstance(part, str) else part[0] for part in parts)
    # Neither comments nor bodies of functions do anything by themselves.
    text = re.sub(r"--[^\n]*", "", text)
    return re.sub(r"\$(\w*)\$.*?\$\1\$", "''", text, flags=re.DOTALL)


def _of_statements(text: str, released: ProjectState) -> list[str]:
    found = [
        f"{' '.join(match[0].split())}: {why}"
        for pattern, why in STATEMENTS.items()
        for match in re.finditer(pattern, text, re.IGNORECASE)
    ]
    return found + [
        f"{' '.join(match[0].split())}: whoever writes waits for the index"
        for match in INDEX.finditer(text)
        if match[1].lower().removeprefix(f"{APP}_") in LARGE
        and (APP, match[1].lower().removeprefix(f"{APP}_")) in released.models
    ]

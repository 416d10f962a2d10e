"""Database objects written in SQL: one versioned object a file, `NAME_vN.sql`, with its undo `NAME_vN.drop.sql`.

A released file is never edited: a change of analysis is a new version and a rebuild (docs/architecture.md).
"""

import re
from pathlib import Path

from django.db import migrations

SQL_DIR = Path(__file__).parent
TEXT_DIR = SQL_DIR.parent / "text"
WORD_LIST_MARK = re.compile(r"@(\w+)@")


def run_sql(name: str) -> migrations.RunSQL:
    """Return the reversible migration operation that installs the object NAME, such as "arabic_fold_v1"."""
    return migrations.RunSQL(sql=statement(name), reverse_sql=statement(f"{name}.drop"))


def drop_sql(name: str) -> migrations.RunSQL:
    """Return the reversible migration operation that removes the object NAME."""
    return migrations.RunSQL(sql=statement(f"{name}.drop"), reverse_sql=statement(name))


def drop_function(name: str, signature: str) -> migrations.RunSQL:
    """Return the reversible migration operation that removes one function of several in NAME.sql."""
    function = signature.partition("(")[0]
    created = next(part for part in statement(name).split("\n\n") if f"CREATE FUNCTION {function}(" in part)
    return migrations.RunSQL(sql=f"DROP FUNCTION {signature}", reverse_sql=created)


def statement(name: str) -> str:
    """Return the SQL in NAME.sql, with the word lists it names filled in."""
    sql = (SQL_DIR / f"{name}.sql").read_text(encoding="utf-8")
    return WORD_LIST_MARK.sub(lambda mark: _word_list(mark[1]), sql)


def _word_list(name: str) -> str:
    return " ".join((TEXT_DIR / f"{name}.txt").read_text(encoding="utf-8").split())

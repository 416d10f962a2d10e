"""Database objects written in SQL, in versioned files: `NAME_vN.sql`, with its undo `NAME_vN.drop.sql`.

A released file is never edited: a change of analysis is a new version and a rebuild (docs/architecture.md). A file
without an undo replaces the body of a function that keeps its name, and so its number; its undo is that function as
the file before had it.
"""

import json
import re
from pathlib import Path

from django.db import migrations

SQL_DIR = Path(__file__).parent
TEXT_DIR = SQL_DIR.parent / "text"
WORD_LIST_MARK = re.compile(r"@(\w+)(:numbers)?@")


def run_sql(name: str) -> migrations.RunSQL:
    """Return the reversible migration operation that installs the object NAME, such as "arabic_fold_v1"."""
    return migrations.RunSQL(sql=statement(name), reverse_sql=statement(f"{name}.drop"))


def drop_sql(name: str) -> migrations.RunSQL:
    """Return the reversible migration operation that removes the object NAME."""
    return migrations.RunSQL(sql=statement(f"{name}.drop"), reverse_sql=statement(name))


def drop_function(name: str, signature: str) -> migrations.RunSQL:
    """Return the reversible migration operation that removes one function of several in NAME.sql."""
    return migrations.RunSQL(sql=f"DROP FUNCTION {signature}", reverse_sql=_definition(name, signature))


def replace_function(name: str, function: str, *, before: str) -> migrations.RunSQL:
    """Return the reversible migration operation that runs NAME.sql, a new body for a FUNCTION of BEFORE.sql."""
    old = _definition(before, function).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    return migrations.RunSQL(sql=statement(name), reverse_sql=old)


def statement(name: str) -> str:
    """Return the SQL in NAME.sql, with the word lists it names filled in: as they are, or as JSON, numbered."""
    sql = (SQL_DIR / f"{name}.sql").read_text(encoding="utf-8")
    return WORD_LIST_MARK.sub(lambda mark: _numbers(mark[1]) if mark[2] else _word_list(mark[1]), sql)


def _definition(name: str, signature: str) -> str:
    """The part of NAME.sql that creates the function of SIGNATURE."""
    function = signature.partition("(")[0]
    return next(part for part in statement(name).split("\n\n") if f"CREATE FUNCTION {function}(" in part)


def _numbers(name: str) -> str:
    return json.dumps({word: number for number, word in enumerate(_word_list(name).split(), 1)}, ensure_ascii=False)


def _word_list(name: str) -> str:
    return " ".join((TEXT_DIR / f"{name}.txt").read_text(encoding="utf-8").split())

"""Database objects written in SQL: one versioned object a file, `NAME_vN.sql`, with its undo `NAME_vN.drop.sql`.

A released file is never edited: a change of analysis is a new version and a rebuild (docs/architecture.md).
"""

from pathlib import Path

from django.db import migrations

SQL_DIR = Path(__file__).parent
TEXT_DIR = SQL_DIR.parent / "text"
KEPT_WORDS_MARK = "@kept_words_v1@"


def run_sql(name: str) -> migrations.RunSQL:
    """Return the reversible migration operation that installs the object NAME, such as "arabic_fold_v1"."""
    return migrations.RunSQL(sql=statement(name), reverse_sql=statement(f"{name}.drop"))


def statement(name: str) -> str:
    """Return the SQL in NAME.sql, with the word lists it names filled in."""
    sql = (SQL_DIR / f"{name}.sql").read_text(encoding="utf-8")
    if KEPT_WORDS_MARK in sql:
        kept_words = (TEXT_DIR / "kept_words_v1.txt").read_text(encoding="utf-8").split()
        sql = sql.replace(KEPT_WORDS_MARK, " ".join(kept_words))
    return sql

"""How tables come to be watched: what changes in them makes pages stale (`page_generations_v1`)."""

from django.db import migrations

EVENTS = {
    "inserted": "INSERT ON {table} REFERENCING NEW TABLE AS changed",
    "updated": "UPDATE ON {table} REFERENCING NEW TABLE AS changed",
    "deleted": "DELETE ON {table} REFERENCING OLD TABLE AS changed",
    "truncated": "TRUNCATE ON {table}",
}


def watch(table: str, kind: str, *keys: str) -> migrations.RunSQL:
    """Return the operation by which a change of TABLE is one of KIND, and of the pages that have KEYS.

    A key is a word, or "article:article_id": the number of the article is in that column.
    """
    arguments = ", ".join(f"'{word}'" for word in (kind, *keys))
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER page_generation_{name}_v1 AFTER {event.format(table=table)} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION page_generation_v1({arguments})"
            for name, event in EVENTS.items()
        ],
        [f"DROP TRIGGER page_generation_{name}_v1 ON {table}" for name in EVENTS],
    )

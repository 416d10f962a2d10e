"""Analysing every article anew beside readers and writers: needed when the analysis has changed.

A second table is filled in batches, each its own transaction, so that a rebuild that was killed goes on where it was.
What is written meanwhile is noted by a trigger and done again. At the end, in one transaction, the second table takes
the place of the first: until then readers find what they found before, and from then on what the new analysis says.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from archive import locks
from archive.exceptions import RebuildError
from archive.models import Article, SearchPin, Synonym
from archive.search.statistics import count_words

BATCH_SIZE = 500
LOCK_TIMEOUT_SECONDS = 3
ATTEMPTS = 20

TABLE, NEXT, CHANGED = "archive_articlesearch", "archive_articlesearch_next", "archive_articlesearch_changed"

ENTRIES = f"INSERT INTO {NEXT} SELECT * FROM article_search_rows_v3(%s)"
"""The current analysis, as the triggers of `article_search_sync_v3` write it."""

VERSION = f"""
SELECT md5(concat(
    (SELECT string_agg(pg_get_functiondef(oid), '' ORDER BY oid::regprocedure::text) FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
            AND proname ~ '^(arabic|article|search_term)_'),
    (SELECT string_agg(concat(attname, atttypid::regtype), ',' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = '{TABLE}'::regclass AND attnum > 0 AND NOT attisdropped)))
"""

NOTE_CHANGES = f"""
CREATE TABLE {CHANGED} (article_id bigint NOT NULL);
CREATE OR REPLACE FUNCTION {CHANGED}() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO {CHANGED} VALUES (CASE TG_OP WHEN 'DELETE' THEN OLD.article_id ELSE NEW.article_id END);
    RETURN NULL;
END
$function$;
CREATE TRIGGER {CHANGED} AFTER INSERT OR UPDATE OR DELETE ON {TABLE}
FOR EACH ROW EXECUTE FUNCTION {CHANGED}();
"""

FORGET = f"""
DROP TRIGGER IF EXISTS {CHANGED} ON {TABLE};
DROP FUNCTION IF EXISTS {CHANGED}();
DROP TABLE IF EXISTS {CHANGED}, {NEXT};
"""

Progress = Callable[[int, int], None]


def rebuild_search(progress: Progress, *, restart: bool = False) -> None:
    """Analyse every article anew, and derive from the entries what else search keeps; see `rebuild_entries`."""
    rebuild_entries(progress, restart=restart)
    _derive_keys()
    count_words()


def derive_search(progress: Progress) -> None:
    """Make what search keeps of articles and names that triggers did not see come; of an archive that had none."""
    place = done = 0
    total = Article.objects.count()
    while ids := list(Article.objects.filter(pk__gt=place).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]):
        _run("SELECT article_search_write_v3(%s)", ids)
        place = ids[-1]
        done += len(ids)
        progress(done, total)
    _run(
        """
        INSERT INTO archive_searchname (alias_id, turned, article_count)
        SELECT alias.id, turned, 0 FROM archive_alias AS alias, name_turns_v1(alias.key) AS turned
        """
    )


def rebuild_entries(progress: Progress, *, restart: bool = False) -> None:
    """Make every entry and their index anew; go on where a rebuild of the same analysis stopped, unless RESTART.

    PROGRESS is told after each batch how many articles are done, and of how many. Raises RebuildError when another
    rebuild is running, or when writers leave no moment for the exchange.
    """
    with _alone():
        version = _value(VERSION)
        if restart or version != _begun():
            _in_a_moment(partial(_begin, version))
        _fill(progress)
        for statement in _missing_indexes():
            _run(statement)
        _run(f"ANALYZE {NEXT}")
        while _catch_up(BATCH_SIZE) == BATCH_SIZE:
            pass
        _in_a_moment(_exchange)
        _validate()


@contextmanager
def _alone() -> Iterator[None]:
    """Hold off other rebuilds; one that was killed may take a moment to let go."""
    for _number in range(ATTEMPTS):
        if locks.try_take(locks.Lock.REBUILDING):
            break
        time.sleep(1)
    else:
        raise RebuildError(_("Another rebuild is running."))
    try:
        # Making an index takes as long as it takes.
        _run("SET statement_timeout = 0")
        yield
    finally:
        _run("RESET statement_timeout")
        locks.let_go(locks.Lock.REBUILDING)


def _begun() -> str | None:
    """The version of the analysis by which the second table is being filled, if it is."""
    return _value("SELECT obj_description(to_regclass(%s), 'pg_class')", NEXT)


def _begin(version: str) -> None:
    _run(FORGET)
    _run(f"CREATE TABLE {NEXT} (LIKE {TABLE} INCLUDING ALL EXCLUDING INDEXES, PRIMARY KEY (article_id))")
    if options := _value("SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = %s::regclass", TABLE):
        _run(f"ALTER TABLE {NEXT} SET ({options})")
    _run(NOTE_CHANGES)
    _run(f"COMMENT ON TABLE {NEXT} IS '{version}'")


def _fill(progress: Progress) -> None:
    """Fill the second table by rising ids, from the highest that it has on."""
    ((done, place),) = _rows(f"SELECT count(*), coalesce(max(article_id), 0) FROM {NEXT}")
    total = done + Article.objects.filter(pk__gt=place).count()
    progress(done, total)
    while ids := list(Article.objects.filter(pk__gt=place).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]):
        _run(ENTRIES, ids)
        place = ids[-1]
        done += len(ids)
        progress(done, max(done, total))


def _missing_indexes() -> list[str]:
    """Statements that make the indexes of the first table on the second, but those that it has."""
    rows = _rows(
        """
        SELECT replace(
            replace(pg_get_indexdef(indexrelid), ' INDEX ' || relname || ' ON ', ' INDEX ' || relname || '_next ON '),
            '.' || %s || ' ', '.' || %s || ' ')
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE indrelid = %s::regclass AND NOT indisprimary AND to_regclass(relname || '_next') IS NULL
        """,
        TABLE,
        NEXT,
        TABLE,
    )
    return [statement for (statement,) in rows]


def _catch_up(limit: int | None) -> int:
    """Analyse again LIMIT of the articles that changed since; return how many there were."""
    with transaction.atomic():
        changed = _rows(
            f"""
            DELETE FROM {CHANGED} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {CHANGED} LIMIT %s)) RETURNING article_id
            """,
            limit,
        )
        ids = list({pk for (pk,) in changed})
        _run(f"DELETE FROM {NEXT} WHERE article_id = ANY (%s)", ids)
        _run(ENTRIES, ids)
    return len(changed)


def _exchange() -> None:
    """Let the second table take the place of the first; writers wait while the last changes are done again."""
    # Articles before their entries, as writers lock them.
    _run(f"LOCK TABLE archive_article, {TABLE} IN SHARE ROW EXCLUSIVE MODE")
    _catch_up(None)
    foreign_keys = _rows(
        """
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'
        """,
        TABLE,
    )
    indexes = _rows(
        """
        SELECT relname, CASE WHEN indisprimary THEN %s || '_pkey' ELSE relname || '_next' END
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = %s::regclass
        """,
        NEXT,
        TABLE,
    )
    triggers = _rows(
        """
        SELECT pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgname <> %s
        """,
        TABLE,
        CHANGED,
    )
    _run(f"DROP TABLE {TABLE}")
    _run(f"ALTER TABLE {NEXT} RENAME TO {TABLE}")
    for name, present in indexes:
        _run(f'ALTER INDEX "{present}" RENAME TO "{name}"')
    for (definition,) in triggers:
        _run(definition)
    for name, definition in foreign_keys:
        # Valid without a look: each entry was made from its article, and none has gone since.
        _run(f'ALTER TABLE {TABLE} ADD CONSTRAINT "{name}" {definition} NOT VALID')
    _run(f"COMMENT ON TABLE {TABLE} IS NULL")
    _run(FORGET)


def _validate() -> None:
    """Look whether the foreign keys hold, which writers need not wait for."""
    for (name,) in _rows(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND NOT convalidated", TABLE
    ):
        _run(f'ALTER TABLE {TABLE} VALIDATE CONSTRAINT "{name}"')


def _derive_keys() -> None:
    """What editors wrote is compared by stems too. Of two that the new analysis makes one, the first stays."""
    for model, source in ((Synonym, "text"), (SearchPin, "query")):
        for row in model.objects.order_by("pk"):
            try:
                with transaction.atomic():
                    row.save(update_fields=[source])
            except IntegrityError:
                row.delete()


def _in_a_moment(step: Callable[[], None]) -> None:
    """Take STEP in one transaction when the table is free for a moment: whoever waits makes all others wait too."""
    for _number in range(ATTEMPTS):
        try:
            with transaction.atomic():
                _run(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'")
                step()
            return
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            time.sleep(1)
    raise RebuildError(_("The articles are being written all the time: try again when there is less to do."))


def _run(statement: str, *params) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)


def _rows(statement: str, *params) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return cursor.fetchall()


def _value(statement: str, *params):
    return _rows(statement, *params)[0][0]

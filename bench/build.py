"""Fill the database with a synthetic archive, in several processes; what is there already stays.

Rows are copied in, and the product's own triggers make their search entries. A chunk is one transaction, so that a
build that was broken off goes on where it was, and an archive grows to a larger one. The index over the entries is
made at the end, as a rebuild makes it; what it costs to add to it is measured article by article (`bench.measure`).
What a chunk took is kept in seconds of the processor, because the processes share it.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from django.core.management.color import no_style
from django.db import connection, connections, models, transaction

from archive.models import Alias, Article, Entity, Mention, Section, Source
from archive.search.statistics import count_words
from bench import naive
from bench.figures import processor_clock, progress
from bench.synthetic import SECTIONS, SOURCES, VERSION, SyntheticArchive, SyntheticArticle

CHUNK = 500

CHUNKS = """
CREATE TABLE IF NOT EXISTS bench_chunk (
    version int, first int PRIMARY KEY, count int, made float8, product float8, naive float8);
CREATE TABLE IF NOT EXISTS bench_index (name name PRIMARY KEY, definition text, seconds float8);
"""

SET_ASIDE = """
INSERT INTO bench_index (name, definition) SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = current_schema() AND tablename = 'archive_articlesearch' AND indexdef LIKE '% USING gin %'
ON CONFLICT (name) DO NOTHING
"""


Write = Callable[[tuple[int, int]], int]
_write: Write


class OtherArchiveError(Exception):
    """The database holds another archive than the one asked for."""


@dataclass(frozen=True)
class Things:
    """The ids of what articles are filed under, by their numbers."""

    sections: Sequence[int]
    sources: Sequence[int]
    entities: Sequence[int]


def build(archive: SyntheticArchive, count: int, *, processes: int) -> Things:
    """Bring the database to COUNT articles of ARCHIVE."""
    with connection.cursor() as cursor:
        cursor.execute(CHUNKS)
        cursor.execute(naive.TABLE)
        cursor.execute("SELECT first, version, count FROM bench_chunk")
        there = {first: (version, size) for first, version, size in cursor.fetchall()}
    wanted = {first: (VERSION, min(CHUNK, count - first)) for first in range(0, count, CHUNK)}
    if there.items() - wanted.items() or (not there and Article.objects.exists()):
        raise OtherArchiveError("The database holds another or a larger archive: choose another folder or database.")
    things = _things(archive)
    if missing := sorted(wanted.keys() - there.keys()):
        naive.drop_indexes()
        _drop_index()
        _write_chunks(archive, things, [(first, wanted[first][1]) for first in missing], processes)
    if not naive.is_indexed():  # Also where an earlier run was broken off.
        _finish()
    return things


def figures(count: int) -> dict[str, float]:
    """Of all chunks, also those of earlier runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(count), sum(made), sum(product), sum(naive) FROM bench_chunk WHERE first < %s",
            [count],
        )
        written, made, product, naive_seconds = cursor.fetchone()
        cursor.execute("SELECT sum(seconds) FROM bench_index")
        (indexing,) = cursor.fetchone()
    return {
        "articles/s a core": written / (product + indexing),
        "seconds making": made,
        "seconds writing and analysing": product,
        "seconds making the index": indexing,
        "seconds of the naive table": naive_seconds,
    }


def _things(archive: SyntheticArchive) -> Things:
    if not Section.objects.exists():
        Section.objects.bulk_create(
            Section(name=f"قسم {number}", slug=f"section-{number}", position=number) for number in range(SECTIONS)
        )
        Source.objects.bulk_create(
            Source(name=f"مصدر {number}", slug=f"source-{number}") for number in range(SOURCES)
        )
        kinds = Entity.Kind.values
        entities = Entity.objects.bulk_create(
            Entity(name=name, kind=kinds[number % len(kinds)]) for number, name in enumerate(archive.names)
        )
        Alias.objects.bulk_create(Alias(entity=entity, name=entity.name, kind=Alias.Kind.NAME) for entity in entities)
    return Things(*map(_ids, (Section, Source, Entity)))


def _ids(model: type[models.Model]) -> list[int]:
    return list(model.objects.order_by("pk").values_list("pk", flat=True))


def _write_chunks(
    archive: SyntheticArchive, things: Things, chunks: Sequence[tuple[int, int]], processes: int
) -> None:
    total = sum(count for _first, count in chunks)
    done, started = 0, time.monotonic()
    for count in _each(partial(_write_chunk, archive, things), chunks, processes):
        done += count
        progress(done, total, f"articles, {done / (time.monotonic() - started):.0f} a second")


def _each(write: Write, chunks: Iterable[tuple[int, int]], processes: int) -> Iterator[int]:
    if processes == 1:
        yield from map(write, chunks)
        return
    connections.close_all()  # Each process opens its own.
    # What WRITE holds is inherited: sent along with each chunk it would take longer than the chunk.
    with ProcessPoolExecutor(
        processes, mp_context=get_context("fork"), initializer=_set_write, initargs=(write,)
    ) as pool:
        yield from pool.map(_write_inherited, chunks)


def _set_write(write: Write) -> None:
    global _write
    _write = write


def _write_inherited(chunk: tuple[int, int]) -> int:
    return _write(chunk)


def _write_chunk(archive: SyntheticArchive, things: Things, chunk: tuple[int, int]) -> int:
    first, count = chunk
    clock = processor_clock()
    started = clock()
    made = [archive.article(number) for number in range(first, first + count)]
    articles = [_article(article, things) for article in made]
    mentions = [
        Mention(article=article, entity_id=things.entities[entity], method=Mention.Method.NAMES)
        for article, synthetic in zip(articles, made, strict=True)
        for entity in synthetic.entities
    ]
    article_rows, mention_rows = list(_rows(Article, articles)), list(_rows(Mention, mentions))
    ready = clock()
    with transaction.atomic(), connection.cursor() as cursor:
        # Mentions first, for which the database waits until the transaction's end: each entry is written once.
        _copy(cursor, Mention, mention_rows)
        _copy(cursor, Article, article_rows)
        # Checked now, when the clock runs.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        all_written = clock()
        naive.write(articles, made)
        naive_written = clock()
        cursor.execute(
            "INSERT INTO bench_chunk VALUES (%s, %s, %s, %s, %s, %s)",
            [
                VERSION,
                first,
                count,
                ready - started,
                all_written - ready,
                naive_written - all_written,
            ],
        )
    return count


def _article(article: SyntheticArticle, things: Things) -> Article:
    return Article(
        pk=article.number + 1,
        title=article.title,
        summary=article.summary,
        body=article.body,
        section_id=things.sections[article.section],
        source_id=things.sources[article.source],
        published_at=article.published_at,
        status=Article.Status.PUBLISHED,
    )


def _columns(model: type[models.Model]) -> list[models.Field]:
    """Those that are written; a mention's number is the database's to give."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (model is Article or not field.primary_key)
    ]


def _rows(model: type[models.Model], things: Iterable[models.Model]) -> Iterator[list]:
    """THINGS as the ORM would write them, with derived fields."""
    columns = _columns(model)
    for thing in things:
        yield [field.get_db_prep_save(field.pre_save(thing, True), connection) for field in columns]


def _copy(cursor, model: type[models.Model], rows: Iterable[Sequence]) -> None:
    columns = ", ".join(f'"{field.column}"' for field in _columns(model))
    with cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _drop_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(SET_ASIDE)
        cursor.execute("SELECT name FROM bench_index")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX IF EXISTS "{name}"')


def _make_index() -> None:
    clock = processor_clock()
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET max_parallel_maintenance_workers = 0")  # Whose time would be missing.
        cursor.execute("SELECT name, definition FROM bench_index WHERE to_regclass(name) IS NULL")
        for name, definition in cursor.fetchall():
            started = clock()
            cursor.execute(definition)
            cursor.execute("UPDATE bench_index SET seconds = %s WHERE name = %s", [clock() - started, name])


def _finish() -> None:
    """What the product does after an import, and what PostgreSQL does by itself in time."""
    _make_index()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Article]):
            cursor.execute(statement)
    count_words()
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    naive.index()

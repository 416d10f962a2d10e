"""What both benches do with figures: clocks, percentiles, sizes, and a line that tells how far a long step is."""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import quantiles

from django.db import connection
from django.db.models.base import ModelBase

Clock = Callable[[], float]
"""Seconds since some moment."""

LOCAL_HOSTS = ("", "localhost", "127.0.0.1", "::1")

wall_clock: Clock = time.perf_counter


def settle() -> None:
    """Leave what is there out of garbage collection, as the web server does with what it has loaded."""
    gc.collect()
    gc.freeze()


def processor_clock() -> Clock:
    """A clock of the processor time of this process and of its connection's: what others do does not count.

    Nor does waiting. The connection uses no parallel workers from now on, whose time would be missing. Where the
    time cannot be known (not on Linux, or PostgreSQL is on another machine) it is the wall clock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    scheduled = Path(f"/proc/{pid}/schedstat")
    host = connection.settings_dict["HOST"]
    if not scheduled.exists() or not (host.startswith("/") or host in LOCAL_HOSTS):
        return wall_clock
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    return lambda: time.process_time() + int(scheduled.read_text().split()[0]) / 1e9


def times(milliseconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and the maximum; nothing of nothing."""
    if not milliseconds:
        return {}
    steps = quantiles(milliseconds, n=100, method="inclusive") if len(milliseconds) > 1 else [*milliseconds] * 99
    return {"p50 ms": steps[49], "p95 ms": steps[94], "max ms": max(milliseconds)}


def sizes() -> dict[str, int]:
    """Bytes of the index that answers searches, of everything that search keeps, and of spellings apart from it."""
    from archive.models import SearchWord, search

    spellings = SearchWord._meta.db_table
    tables = [
        model._meta.db_table
        for model in vars(search).values()
        if isinstance(model, ModelBase) and model.__module__ == search.__name__ and model is not SearchWord
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(pg_relation_size(indexrelid)), 0) FROM pg_index
            JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
            WHERE amname = 'gin' AND indrelid = ANY (%s::regclass[])
            """,
            [tables],
        )
        (index_bytes,) = cursor.fetchone()
        cursor.execute("SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name", [tables])
        (search_bytes,) = cursor.fetchone()
        cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [spellings])
        (spelling_bytes,) = cursor.fetchone()
    return {"index": int(index_bytes), "search": int(search_bytes), "spellings": int(spelling_bytes)}


def progress(done: int, total: int, what: str = "") -> None:
    """On a terminal, say how far WHAT is."""
    if sys.stderr.isatty():
        print(f"\r{done}/{total} {what}", end="\n" if done == total else "", file=sys.stderr, flush=True)

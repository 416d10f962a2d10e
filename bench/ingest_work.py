"""`python -m bench.ingest_work WAY PATH…`: one process's share of a measurement, on the database of DATABASE_URL.

It says “ready”, waits for a line, works, and prints what it measured as JSON: how many RECORDS, the SECONDS by the
clock, those of its own PROCESSOR time, and its largest MEMORY in bytes.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.database import set_up_django

KILOBYTE = 1024
COPY_TABLE = "CREATE UNLOGGED TABLE IF NOT EXISTS bench_copy (title text, body text, url text, published timestamp)"


def import_all(paths: Sequence[Path]) -> int:
    """All of it, as the command does it: read, clean, find copies and names, write, index for the search."""
    from archive.ingest.journal import make_run
    from archive.ingest.report import ImportReport
    from archive.ingest.runs import carry_out

    report = ImportReport()
    carry_out(make_run([str(path) for path in paths], format="auto"), report)
    return report.outcomes["created"]


def read_all(paths: Sequence[Path]) -> int:
    """Read and clean, and nothing more."""
    return sum(1 for _record in _records(paths))


def _records(paths: Sequence[Path]) -> Iterator:
    from archive.ingest.formats import recognise
    from archive.ingest.inputs import find_inputs
    from archive.ingest.readers import ReadContext
    from archive.ingest.records import Record

    for item in find_inputs(map(str, paths)):
        with item.open() as (head, stream):
            if reader := recognise(head, item.file_name):
                found = reader.read(stream, ReadContext(item.origin, item.file_name))
                yield from (one for one in found if isinstance(one, Record))


def copying(paths: Sequence[Path]) -> Callable[[], int]:
    """Bare COPY of what was read before, into a table without any index."""
    from django.db import connection

    rows = [
        (one.title, one.body, one.url, one.published.value.replace(tzinfo=None) if one.published else None)
        for one in _records(paths)
    ]
    with connection.cursor() as cursor:
        cursor.execute(COPY_TABLE)

    def copy() -> int:
        with connection.cursor() as cursor, cursor.copy("COPY bench_copy FROM STDIN") as target:
            for row in rows:
                target.write_row(row)
        return len(rows)

    return copy


def extracting(paths: Sequence[Path]) -> Callable[[], int]:
    """trafilatura alone, on pages that are in memory."""
    from trafilatura import bare_extraction

    from bench.ingest_sets import html_pages

    pages = [page for path in paths for page in html_pages(path)]
    bare_extraction(pages[0])  # What it loads at the first page is no page's own.

    def extract() -> int:
        for page in pages:
            bare_extraction(page, with_metadata=True)
        return len(pages)

    return extract


WAYS: dict[str, Callable[[Sequence[Path]], Callable[[], int]]] = {
    "import": lambda paths: lambda: import_all(paths),
    "read": lambda paths: lambda: read_all(paths),
    "copy": copying,
    "trafilatura": extracting,
}


def measure(way: str, paths: Sequence[Path], wait: Callable[[], object]) -> dict[str, float]:
    """Prepare WAY with PATHS, WAIT, and return what it took."""
    work = WAYS[way](paths)
    wait()
    started, used = time.perf_counter(), time.process_time()
    records = work()
    return {
        "records": records,
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - used,
        "memory": _largest_memory(),
    }


def _largest_memory() -> int:
    """Bytes. The kernel's own account begins with this program; getrusage's with the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) * KILOBYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILOBYTE


def main() -> None:
    way, *paths = sys.argv[1:]
    set_up_django()

    def wait() -> None:
        print("ready", flush=True)
        sys.stdin.readline()

    print(json.dumps(measure(way, [Path(path) for path in paths], wait)), flush=True)


if __name__ == "__main__":
    main()

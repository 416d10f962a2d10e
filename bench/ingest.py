"""How fast articles are imported, end to end, beside bare COPY and trafilatura alone, and what memory that takes.

    bench/ingest --jsonl FILE --html FOLDER --warc FILE-OR-FOLDER --processes 1 2
    bench/ingest --articles 2000

Without paths the sets are synthetic ones of so many --articles. Each import begins with an archive that holds the
demo (and its names) and nothing else. `articles/s` is by the clock; `a core` by the processor's time of the importing
processes and of all of PostgreSQL, which does not count what else the machine does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psutil
import psycopg
from django.core.management import call_command

from bench.database import database
from bench.ingest_sets import share_out, total_bytes, write_html, write_jsonl, write_warcs
from bench.synthetic import SyntheticArchive, arabic_frequencies

MEGABYTE = 2**20
WORK = [sys.executable, "-m", "bench.ingest_work"]
ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jsonl", type=Path, metavar="FILE", help="JSON Lines, plain or gzipped")
    parser.add_argument("--html", type=Path, metavar="FOLDER", help="saved pages")
    parser.add_argument("--warc", type=Path, metavar="PATH", help="a WARC, or a folder of them")
    parser.add_argument("--articles", type=int, default=1000, help="of synthetic sets, without paths (1,000)")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2], help="how many import at once (1 2)")
    parser.add_argument(
        "--memory", type=int, nargs="*", default=[], metavar="ARTICLES", help="imports of so many: their memory"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="have PostgreSQL there, as safe as an operator's")
    parser.add_argument("--report", type=Path, help="write the figures there as JSON")
    options = parser.parse_args()

    with database(keep=options.keep), tempfile.TemporaryDirectory() as scratch:
        call_command("load_demo", verbosity=0)
        bench = Bench(Path(scratch))
        report = {
            name: bench.of(name, path, options.processes) for name, path in sets(options, Path(scratch)).items()
        }
        if options.memory:
            archive = SyntheticArchive(arabic_frequencies())
            report["memory"] = {
                articles: bench.memory(write_jsonl(Path(scratch) / f"{articles}.jsonl", archive, articles))
                for articles in options.memory
            }
    if options.report:
        options.report.write_text(json.dumps(report, indent=2), encoding="utf-8")


def sets(options: argparse.Namespace, scratch: Path) -> dict[str, Path]:
    """The sets to import, by the name of their format."""
    named = {"JSONL": options.jsonl, "HTML": options.html, "WARC": options.warc}
    if any(named.values()) or not options.articles:
        return {name: path for name, path in named.items() if path}
    archive = SyntheticArchive(arabic_frequencies())
    return {
        "JSONL": write_jsonl(scratch / "articles.jsonl", archive, options.articles),
        "HTML": write_html(scratch / "pages", archive, options.articles),
        "WARC": write_warcs(scratch / "warcs", archive, options.articles),
    }


class Bench:
    """Measures on databases of their own, which are copies of the one that is set up."""

    def __init__(self, scratch: Path):
        from django.db import connection

        self._scratch = scratch
        self._numbers = count(1)
        connection.close()  # A database that somebody uses cannot be copied.
        self._settings = connection.get_connection_params()

    def of(self, name: str, path: Path, processes: Sequence[int]) -> dict[str, dict[str, float]]:
        """Measure imports of PATH by so many PROCESSES, and what is beside them."""
        print(f"\n{name}: {path} ({total_bytes([path]) / MEGABYTE:.1f} MB)")
        figures = {"reading alone": self._measure("read", [path])}
        figures["COPY alone"] = self._measure("copy", [path])
        if name != "JSONL":
            figures["trafilatura alone"] = self._measure("trafilatura", _files(path) if name == "WARC" else [path])
        for number in processes:
            if parts := self._parts(path, number, name):
                figures[f"import, {number} at once"] = self._measure("import", *([part] for part in parts))
        show(figures)
        return figures

    def memory(self, path: Path) -> dict[str, float]:
        figures = self._measure("import", [path])
        print(
            f"{figures['records']:8,} articles: {figures['memory'] / MEGABYTE:.0f} MB, {_rate(figures):.0f} a second"
        )
        return figures

    def _parts(self, path: Path, processes: int, name: str) -> list[Path]:
        if processes == 1:
            return [path]
        folder = self._scratch / f"shares-{next(self._numbers)}"
        folder.mkdir()
        if name == "WARC" and len(_files(path)) < processes:
            return []  # A file of its own for each, or it says nothing.
        return share_out(path, processes, folder)

    def _measure(self, way: str, *shares: Sequence[Path]) -> dict[str, float]:
        """Let a process for each of SHARES do its WAY, all at once; sum up what they measured."""
        with self._database() as url:
            environment = os.environ | {"DATABASE_URL": url}
            children = [
                subprocess.Popen(
                    [*WORK, way, *map(str, share)],
                    cwd=ROOT,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                for share in shares
            ]
            for child in children:
                child.stdout.readline()
            used = self._postgres_seconds()
            for child in children:
                child.stdin.write("go\n")
                child.stdin.flush()
            measured = [json.loads(child.communicate()[0].splitlines()[-1]) for child in children]
            used = self._postgres_seconds() - used
        return {
            "records": sum(one["records"] for one in measured),
            "seconds": max(one["seconds"] for one in measured),
            "processor": sum(one["processor"] for one in measured) + used,
            "memory": max(one["memory"] for one in measured),
        }

    @contextmanager
    def _database(self) -> Iterator[str]:
        name = f"bench_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {self._settings['dbname']}")
        try:
            yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
        finally:
            self._execute(f"DROP DATABASE {name}")

    def _execute(self, statement: str) -> None:
        with self._server() as server:
            server.execute(statement)

    def _server(self) -> psycopg.Connection:
        kept = ("host", "port", "user", "password")
        settings = {name: value for name, value in self._settings.items() if name in kept}
        return psycopg.connect(dbname="postgres", autocommit=True, **settings)

    def _postgres_seconds(self) -> float:
        """The processor's time of PostgreSQL so far: of all its processes, also those that have ended."""
        with self._server() as server:
            own = psutil.Process(server.info.backend_pid)
            main = own.parent()
            ended = main.cpu_times()
            return (
                ended.children_user
                + ended.children_system
                + sum(_seconds(process) for process in [main, *main.children()] if process != own)
            )


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _rate(figures: dict[str, float], by: str = "seconds") -> float:
    return figures["records"] / figures[by] if figures[by] else 0.0


def show(figures: dict[str, dict[str, float]]) -> None:
    print(f"{'':24}{'articles':>9}{'articles/s':>12}{'a core':>9}{'MB':>7}")
    for name, row in figures.items():
        print(
            f"{name:24}{row['records']:9,}{_rate(row):12.0f}{_rate(row, 'processor'):9.0f}"
            f"{row['memory'] / MEGABYTE:7.0f}"
        )
    alone = figures.get("import, 1 at once")
    if not alone or not alone["records"]:
        return
    for name, row in figures.items():
        if not row["records"] or row is alone:
            continue
        if name.startswith("import"):
            print(f"{name}: {_rate(row) / _rate(alone):.2f} times as fast as one")
        elif name != "reading alone":
            times = _rate(row, "processor") / _rate(alone, "processor")
            print(f"one import takes {times:.2f} times the processor's time of {name}")


if __name__ == "__main__":
    main()

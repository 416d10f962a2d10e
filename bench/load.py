"""How many readers one machine serves: a mixed crowd before nginx and script/server, as deploy/ sets them up.

    bench/load --articles 100000 --keep FOLDER

Of a synthetic archive (as bench/scale makes it) 70 % of what is asked for are articles, 15 % lists, 10 % searches and
5 % pages of names, over HTTPS, compressed as browsers ask for it. Requests come when readers do, at random moments,
whatever has become of those before: how long one takes is counted from its moment on, so that waiting in line counts
too. The rate is raised until the slowest twentieth takes longer than 200 ms, and then brought to the highest that
does not.

Uncached nothing is kept: neither by Sijill nor by nginx. Cached, so few addresses are asked for that both have them
all. Per core are the requests for which one second of a processor is enough, of all that serves: nginx, Sijill and
PostgreSQL. The readers are on the same machine, and need a part of it too, which is told.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import psutil
from django.utils.http import urlencode

from bench.clients import Client, program
from bench.database import database
from bench.figures import times
from bench.questions import SAMPLE_ARTICLES, Sample, questions
from bench.synthetic import SyntheticArchive, arabic_frequencies

SHARES = {"article": 70, "list": 15, "search": 10, "entity": 5}
MOST_P95_MS = 200
FIRST_RATE = 1
HALVINGS = 4
CONNECTIONS = 64
QUESTIONS = 30
FEW = 200
"""So many addresses are asked for by a crowd whose pages are all kept."""
MANY = 20_000

Part = tuple[str, Sequence[psutil.Process]]


@dataclass
class Step:
    """What became of requests at a RATE a second."""

    rate: float
    milliseconds: list[float] = field(default_factory=list)
    kinds: dict[str, list[float]] = field(default_factory=dict)
    failed: int = 0
    seconds: float = 0
    processor: dict[str, float] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return not self.failed and times(self.milliseconds)["p95 ms"] <= MOST_P95_MS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000, help="how many (2,000)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the archive there, or use what it keeps")
    parser.add_argument("--seconds", type=float, default=20, help="how long each rate is tried (20)")
    parser.add_argument("--processes", type=int, default=2, help="that write articles (2)")
    parser.add_argument("--nginx", default=program("nginx"), help="its program")
    options = parser.parse_args()
    if not options.nginx:
        parser.error("nginx is missing: install it, or name its program with --nginx")
    with database(keep=options.keep), tempfile.TemporaryDirectory(prefix="sijill-load-") as scratch:
        Path(scratch).chmod(0o711)
        run(options, Path(scratch))


def run(options: argparse.Namespace, scratch: Path) -> None:
    from bench.build import build

    archive = SyntheticArchive(arabic_frequencies())
    build(archive, options.articles, processes=options.processes)
    pages = _pages(archive, options.articles)
    print(f"{options.articles:,} articles; {os.cpu_count()} cores; p95 of {MOST_P95_MS} ms at most")
    nothing_kept = {"PAGE_CACHE_MEGABYTES": "0", "SHARED_CACHE_SECONDS": "0"}
    kept = {"SHARED_CACHE_SECONDS": "1"}
    for name, addresses, variables in (("uncached", MANY, nothing_kept), ("cached", FEW, kept)):
        crowd = _crowd(pages, addresses)
        with _serving(options, scratch / name, variables) as (port, parts):
            if variables is kept:
                _ask_in_turn(port, crowd)
            _show(name, _highest(port, crowd, parts, options.seconds), parts)


# --- The crowd --------------------------------------------------------------------------------------------------


def _pages(archive: SyntheticArchive, count: int) -> dict[str, list[str]]:
    """Addresses of each kind, in an order that says nothing."""
    from django.urls import reverse
    from django.utils import timezone
    from django.utils.encoding import iri_to_uri

    from archive.models import Article, Entity, Section

    asked = questions(Sample(archive, min(SAMPLE_ARTICLES, count)), QUESTIONS)
    texts = sorted({question.text for group in asked.values() for question in group if question.text})
    articles = list(Article.objects.order_by("pk").only("pk", "title", "published_at"))
    days = sorted({timezone.localdate(article.published_at) for article in articles})
    lists = [section.get_absolute_url() for section in Section.objects.order_by("pk")] + [
        reverse("archive:archive-day", args=[day.year, day.month, day.day]) for day in days
    ]
    found = {
        "article": [article.get_absolute_url() for article in articles],
        # Half of those who want a list want the front page.
        "list": [address for one in lists for address in (reverse("archive:front"), one)],
        "search": [f"{reverse('archive:search')}?{urlencode({'q': text})}" for text in texts],
        "entity": [entity.get_absolute_url() for entity in Entity.objects.filter(mentions__isnull=False).distinct()],
    }
    for addresses in found.values():
        Random(len(addresses)).shuffle(addresses)
    return {kind: list(map(iri_to_uri, addresses)) for kind, addresses in found.items()}


def _crowd(pages: dict[str, list[str]], addresses: int) -> dict[str, list[str]]:
    """Of each kind its share of so many ADDRESSES, as far as there are."""
    return {kind: pages[kind][: max(1, addresses * share // 100)] for kind, share in SHARES.items()}


def _requests(crowd: dict[str, list[str]], rate: float, seconds: float) -> Iterator[tuple[float, str, str]]:
    """Moments, in seconds from the first, kinds and addresses, the same in every run."""
    rng = Random(round(rate * 1000))
    moment = 0.0
    while (moment := moment + rng.expovariate(rate)) < seconds:
        [kind] = rng.choices(list(SHARES), weights=list(SHARES.values()))
        yield moment, kind, rng.choice(crowd[kind])


def _ask_in_turn(port: int, crowd: dict[str, list[str]]) -> None:
    client = Client(port, tls=True)
    for address in dict.fromkeys(address for addresses in crowd.values() for address in addresses):
        assert client.get(address) == 200, address
    client.close()


# --- Who serves it ----------------------------------------------------------------------------------------------


@contextmanager
def _serving(
    options: argparse.Namespace, folder: Path, variables: dict[str, str]
) -> Iterator[tuple[int, list[Part]]]:
    """nginx before script/server, which has VARIABLES: its port, and the processes of each part."""
    from tests.newsapp.front_process import nginx
    from tests.newsapp.server_process import Server

    folder.mkdir(mode=0o711)
    settings = {"DATABASE_URL": os.environ["DATABASE_URL"], "LOG_LEVEL": "ERROR", "BEHIND_PROXY": "true"}
    settings |= {"SHARED_CACHE_STALE_SECONDS": "0"} | variables
    with Server(folder / "data", **settings).wait_until_serving() as server:
        (folder / "nginx").mkdir()
        with nginx(options.nginx, folder / "nginx", f"127.0.0.1:{server.port}") as front:
            sijill = psutil.Process(server.process.pid)
            fronts = [process for process in psutil.Process().children(recursive=True) if process.name() == "nginx"]
            yield (
                urlsplit(front.https).port,
                [
                    ("nginx", fronts),
                    ("Sijill", [sijill, *sijill.children(recursive=True)]),
                    ("PostgreSQL", [_postgres()]),
                ],
            )
        server.stop()


def _postgres() -> psutil.Process:
    """The process of PostgreSQL that starts the others."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    return psutil.Process(pid).parent()


def _members(name: str, processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """PROCESSES; those of PostgreSQL come and go."""
    if name != "PostgreSQL":
        return list(processes)
    return [member for process in processes for member in (process, *process.children(recursive=True))]


def _processor_seconds(parts: Iterable[Part]) -> dict[str, float]:
    spent = {"readers": time.process_time()}
    for name, processes in parts:
        spent[name] = 0.0
        for process in _members(name, processes):
            with suppress(psutil.NoSuchProcess):
                clock = process.cpu_times()
                spent[name] += clock.user + clock.system + clock.children_user + clock.children_system
    return spent


# --- What is measured -------------------------------------------------------------------------------------------


def _highest(port: int, crowd: dict[str, list[str]], parts: Sequence[Part], seconds: float) -> Step | None:
    """The step at the highest rate that is good; none if the first one is not."""
    best, rate = None, float(FIRST_RATE)
    while (step := _try(port, crowd, parts, rate, seconds)).good:
        best, rate = step, rate * 2
    low, high = rate / 2, rate
    for _halving in range(HALVINGS if best else 0):
        middle = (low + high) / 2
        step = _try(port, crowd, parts, middle, seconds)
        if step.good:
            best, low = step, middle
        else:
            high = middle
    return best


def _try(port: int, crowd: dict[str, list[str]], parts: Sequence[Part], rate: float, seconds: float) -> Step:
    step, lock = Step(rate), threading.Lock()
    coming = _requests(crowd, rate, seconds)
    connections = threading.Barrier(CONNECTIONS + 1)
    before = _processor_seconds(parts)

    def read() -> None:
        client = Client(port, tls=True)
        connections.wait()
        while True:
            with lock:
                request = next(coming, None)
            if request is None:
                return
            moment, kind, address = request
            status = 0
            time.sleep(max(0.0, started + moment - time.perf_counter()))
            try:
                status = client.get(address)
            except OSError:
                # As a browser does whose connection was closed because nothing was asked for long.
                client = Client(port, tls=True)
                with suppress(OSError):
                    status = client.get(address)
            taken = (time.perf_counter() - started - moment) * 1000
            with lock:
                step.failed += status != 200
                step.milliseconds.append(taken)
                step.kinds.setdefault(kind, []).append(taken)

    threads = [threading.Thread(target=read) for _connection in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    started = time.perf_counter()
    connections.wait()
    for thread in threads:
        thread.join()
    step.seconds = time.perf_counter() - started
    after = _processor_seconds(parts)
    step.processor = {name: after[name] - before[name] for name in after}
    found = times(step.milliseconds)
    print(
        f"  {rate:7.1f}/s: p50 {found['p50 ms']:6.1f} ms, p95 {found['p95 ms']:7.1f} ms, {step.failed} failed",
        flush=True,
    )
    return step


def _show(name: str, step: Step | None, parts: Sequence[Part]) -> None:
    if step is None:
        print(f"{name}: not even {FIRST_RATE} a second")
        return
    serving = {part: step.processor[part] for part, _processes in parts}
    count, all_seconds = len(step.milliseconds), sum(serving.values())
    print(f"{name}: {step.rate:.0f} requests a second; {count / all_seconds:.0f} a second and core that serves")
    print("  of a core: " + ", ".join(f"{part} {spent / step.seconds:.2f}" for part, spent in step.processor.items()))
    for kind, taken in sorted(step.kinds.items()):
        found = times(taken)
        print(f"  {kind:8} p50 {found['p50 ms']:6.1f} ms, p95 {found['p95 ms']:6.1f} ms")
    for part, processes in parts:
        held = sorted(_megabytes(_members(part, processes)), reverse=True)
        print(f"  {part}: {sum(held):.0f} MB in {len(held)} processes: {', '.join(f'{one:.0f}' for one in held)}")


def _megabytes(processes: Iterable[psutil.Process]) -> Iterator[float]:
    """What each of PROCESSES holds, with its share of what several do; some have ended, as a loader of a cache."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            yield process.memory_full_info().pss / 2**20


if __name__ == "__main__":
    main()

"""What readers get of a real script/server: twice as many as it can serve, and nearly as many, over hours.

    bench/shedding
    bench/shedding --articles 100000 --minutes 120

Articles of the demo archive, or of a synthetic one, are read, each by a reader with a connection of its own, from a
server that keeps no pages: all has to be made. First as many as a crowd gets that asks again at once, which is the
capacity. Then readers come by chance (Poisson), 80 of 100 that could be served, and 200: of those who were served the
times until the answer was there, of those who were sent away (503) the same, beside what monitors and staff got. It
ends with 1 if, at twice the capacity, the p95 of what was served is more than three times that at 80%.

With --minutes they come at 80% for so long, and each line is a tenth of it: the times, and the memory of the server's
processes. It ends with 1 if a connection broke, or the p95 or the memory of the last tenth is more than a tenth above
that of the first.
"""

import argparse
import http.client
import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from django.core.management import call_command

from bench.database import database
from bench.figures import times

BUSY, CROWDED = 0.8, 2.0
MOST_TIMES = 3
CROWD = 32
"""Readers who ask again at once: enough to fill every thread, and none is sent away."""

READERS = 400
"""Who may be waiting at a time."""

SENT_AWAY_STATUS = 503
TRIES = 3
TOO_FAR_OFF = 1.3
"""A capacity measured while the machine did other things is found out when more are served than that."""

STRETCHES = 10
MOST_GROWTH = 1.1
MONITOR_SECONDS = 1
MEGABYTE = 1024 * 1024
SEED = 1


class Stretch(NamedTuple):
    """What a part of the time was like: connections that broke, milliseconds, and megabytes."""

    broken: int
    p95: float
    memory: float


class Answer(NamedTuple):
    """A STATUS after MILLISECONDS; 0 for a connection that broke."""

    status: int
    milliseconds: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, help="how many of a synthetic archive; the demo without")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the archive there, or use what it keeps")
    parser.add_argument("--seconds", type=float, default=30, help="how long each is measured (30)")
    parser.add_argument("--minutes", type=float, help="so long at 80 percent instead")
    parser.add_argument("--processes", type=int, default=2, help="that write articles (2)")
    options = parser.parse_args()
    with database(keep=options.keep), tempfile.TemporaryDirectory(prefix="sijill-shedding-") as scratch:
        Path(scratch).chmod(0o711)
        return run(options, Path(scratch))


def run(options: argparse.Namespace, scratch: Path) -> int:
    from bench.build import build
    from bench.synthetic import SyntheticArchive, arabic_frequencies
    from tests.newsapp.server_process import Server

    if options.articles:
        build(SyntheticArchive(arabic_frequencies()), options.articles, processes=options.processes)
    else:
        call_command("load_demo", if_new=True, verbosity=0)
    articles = _articles()
    variables = {"DATABASE_URL": os.environ["DATABASE_URL"], "LOG_LEVEL": "ERROR", "PAGE_CACHE_MEGABYTES": "0"}
    with Server(scratch / "data", **variables).wait_until_serving() as server:
        _capacity(server.port, articles, min(5, options.seconds))  # Until everything is warm.
        capacity = _capacity(server.port, articles, options.seconds)
        print(f"capacity: {capacity:.1f} articles a second, made anew\n")
        if options.minutes:
            return 0 if _steady(server, articles, capacity * BUSY, options.minutes * 60) else 1
        for _try in range(TRIES):
            good, rate = _crowded(server, articles, capacity, options.seconds)
            if rate < capacity * TOO_FAR_OFF:
                break
            print(f"\n{rate:.1f} a second were served: the capacity is that at least, and once more\n")
            capacity = rate
        server.stop()
    return 0 if good else 1


def _articles() -> list[str]:
    from django.utils.encoding import iri_to_uri

    from archive.models import Article

    found = Article.objects.order_by("pk")
    paths = [iri_to_uri(article.get_absolute_url()) for article in found[:: max(1, found.count() // 1000)]]
    random.Random(SEED).shuffle(paths)
    return paths


def _ask(port: int, path: str) -> Answer:
    """The answer to a reader who comes for one page."""
    began_at = time.perf_counter()
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        client.request("GET", path, headers={"Host": "localhost"})
        response = client.getresponse()
        response.read()
        status = response.status
    except (OSError, http.client.HTTPException):
        status = 0
    finally:
        client.close()
    return Answer(status, (time.perf_counter() - began_at) * 1000)


def _capacity(port: int, paths: list[str], seconds: float) -> float:
    """How many of PATHS are answered in a second, when CROWD readers ask again at once."""
    addresses = itertools.cycle(paths)
    end = time.perf_counter() + seconds

    def read() -> int:
        count = 0
        while time.perf_counter() < end:
            count += _ask(port, next(addresses)).status == 200
        return count

    with ThreadPoolExecutor(CROWD) as pool:
        return sum(reader.result() for reader in [pool.submit(read) for _reader in range(CROWD)]) / seconds


def _come(port: int, paths: Iterable[str], rate: float, seconds: float) -> list[Answer]:
    """The answers to readers who come by chance, RATE of them in a second."""
    chance = random.Random(SEED)
    came = []
    with ThreadPoolExecutor(READERS) as pool:
        now, end = time.perf_counter(), time.perf_counter() + seconds
        while now < end:
            came.append(pool.submit(_ask, port, next(paths)))
            now += chance.expovariate(rate)
            time.sleep(max(0, now - time.perf_counter()))
        return [answer.result() for answer in came]


def _crowded(server, articles: list[str], capacity: float, seconds: float) -> tuple[bool, float]:
    """Show what readers get; return whether those served in a crowd are served in time, and how many in a second."""
    paths = itertools.cycle(articles)
    p95 = {}
    print("| readers, of 100 that could be served | came | served | p50 ms | p95 ms | sent away | p95 ms | broken |")
    print("|---|---|---|---|---|---|---|---|")
    for share in (BUSY, CROWDED):
        with ThreadPoolExecutor(1) as pool:
            watching = pool.submit(_watch, server.port, seconds)
            answers = _come(server.port, paths, capacity * share, seconds)
        served = times([answer.milliseconds for answer in answers if answer.status == 200])
        away = times([answer.milliseconds for answer in answers if answer.status == SENT_AWAY_STATUS])
        count = {status: sum(answer.status == status for answer in answers) for status in (200, SENT_AWAY_STATUS, 0)}
        p95[share] = served.get("p95 ms", float("inf"))
        print(
            f"| {share * 100:.0f} | {len(answers)} | {count[200]} | {served.get('p50 ms', 0):.0f} | {p95[share]:.0f} "
            f"| {count[SENT_AWAY_STATUS]} | {away.get('p95 ms', 0):.0f} | {count[0]} |"
        )
        others = watching.result()
    print(f"\nserved at twice the capacity: p95 is {p95[CROWDED] / p95[BUSY]:.1f} times that at 80%")
    print(f"monitors and staff then: {others[0]} of {others[1]} answered, p95 {others[2]:.0f} ms")
    good = p95[CROWDED] <= MOST_TIMES * p95[BUSY] and others[0] == others[1]
    return good, count[200] / seconds


def _watch(port: int, seconds: float) -> tuple[int, int, float]:
    """What those get for whom there is always room: how many answers, of how many, and their p95."""
    end = time.perf_counter() + seconds
    answers = []
    while time.perf_counter() < end:
        answers += [_ask(port, address) for address in ("/healthz", "/admin/login/")]
        time.sleep(MONITOR_SECONDS)
    good = sum(answer.status == 200 for answer in answers)
    return good, len(answers), times([answer.milliseconds for answer in answers])["p95 ms"]


def _steady(server, articles: list[str], rate: float, seconds: float) -> bool:
    """Show how readers fare who come at RATE for so long; return whether all stayed as it was."""
    paths = itertools.cycle(articles)
    print("| minutes | served | sent away | broken | p50 ms | p95 ms | memory MB |")
    print("|---|---|---|---|---|---|---|")
    stretches = []
    for stretch in range(1, STRETCHES + 1):
        answers = _come(server.port, paths, rate, seconds / STRETCHES)
        served = times([answer.milliseconds for answer in answers if answer.status == 200])
        count = {status: sum(answer.status == status for answer in answers) for status in (200, SENT_AWAY_STATUS, 0)}
        memory = _memory(server)
        stretches.append(Stretch(count[0], served["p95 ms"], memory))
        print(
            f"| {stretch * seconds / STRETCHES / 60:.1f} | {count[200]} | {count[SENT_AWAY_STATUS]} | {count[0]} "
            f"| {served['p50 ms']:.0f} | {served['p95 ms']:.0f} | {memory:.0f} |",
            flush=True,
        )
    return _is_flat(stretches)


def _is_flat(stretches: list[Stretch]) -> bool:
    first, last = stretches[0], stretches[-1]
    growth = {"p95": last.p95 / first.p95, "memory": last.memory / first.memory}
    for name, times_first in growth.items():
        print(f"{name}: {(times_first - 1) * 100:+.0f}% from the first tenth to the last")
    return max(growth.values()) <= MOST_GROWTH and not any(stretch.broken for stretch in stretches)


def _memory(server) -> float:
    """Megabytes that the server's processes have for themselves, PostgreSQL apart."""
    processes = [process for process in server.descendants() if process.name() != "postgres"]
    return sum(process.memory_full_info().uss for process in processes) / MEGABYTE


if __name__ == "__main__":
    sys.exit(main())

"""A site on several machines, here all on one: how reads are spread, how fast, and what readers notice of what dies.

    bench/replicas --articles 2000

PostgreSQL with two standbys (pg_basebackup), PgBouncer before the three, two application servers as script/server
runs them, and nginx in front; and before that, behind the same nginx and PgBouncer, one application server on the
primary alone. Every page is made anew: neither Sijill nor nginx keeps any, so that each is read from a database.
Then, one after the other, a standby, an application server and the primary are killed under readers, and return. It
ends with 1 if any page could not be read. It needs nginx and pgbouncer (Debian: apt-get install nginx pgbouncer).
"""

import argparse
import contextlib
import http.client
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

from bench.clients import Client, program
from bench.database import database
from bench.figures import times
from bench.standby import Standby
from newsapp.postgres import Cluster, embedded_url

TOKEN = "of-the-bench-alone"
MANY = 2
"""So many application servers, and so many standbys."""
AWAY_SECONDS = 5
PATIENCE_SECONDS = 120

PGBOUNCER = """
[databases]
sijill = host={primary} port=5432 dbname=sijill user=sijill pool_mode=session pool_size=60
{standbys}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 20
max_client_conn = 500
server_login_retry = 1
server_connect_timeout = 2
query_wait_timeout = 5
"""
STANDBY_ENTRY = (
    "standby_{number} = host={folder} port=5432 dbname=sijill user=sijill "
    "connect_query='SET jit = off; SET statement_timeout = 30000'"
)


@dataclass
class Place:
    """What was brought up: its parts, and the PORT at which nginx answers over HTTPS."""

    cluster: Cluster
    standbys: list[Standby]
    sites: list
    start_site: Callable[[int], object]
    port: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000, help="how many (2,000)")
    parser.add_argument("--seconds", type=float, default=20, help="how long each rate is measured (20)")
    parser.add_argument("--readers", type=int, default=8, help="who ask again at once (8)")
    parser.add_argument("--processes", type=int, default=2, help="that write articles (2)")
    options = parser.parse_args()
    programs = {name: program(name) for name in ("nginx", "pgbouncer")}
    if missing := [name for name, path in programs.items() if path is None]:
        sys.exit(f"Install {' and '.join(missing)} (Debian: apt-get install {' '.join(missing)}).")
    with tempfile.TemporaryDirectory(prefix="sijill-replicas-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        folder.chmod(0o711)  # As root: PostgreSQL runs as another, which comes to the primary's socket from outside.
        (folder / "primary").mkdir(mode=0o711)
        cluster = Cluster(folder / "primary", throwaway=True, alone=True)
        with cluster, database(url=embedded_url(cluster.data_dir)):
            return run(options, folder, cluster, programs)


def run(options: argparse.Namespace, folder: Path, cluster: Cluster, programs: dict[str, str]) -> int:
    from bench.build import build
    from bench.pages import measured_pages
    from bench.synthetic import SyntheticArchive, arabic_frequencies

    build(SyntheticArchive(arabic_frequencies()), options.articles, processes=options.processes)
    pages, articles = measured_pages(300)
    # A crowd as that of a newspaper: mostly articles, some lists and searches.
    lists = [page.path for page in pages if page.name in ("front", "section", "day", "name")]
    searches = [page.path for page in pages if page.name == "search"]
    addresses = [
        searches[0] if number % 10 == 0 else lists[number % len(lists)] if number % 10 in (1, 2) else article
        for number, article in enumerate(articles)
    ]
    print(f"{options.articles:,} articles, {options.readers} readers, {os.cpu_count()} processors for everything\n")
    print(f"{'':34}{'pages/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'failed':>8}")
    with _brought_up(folder / "one", cluster, programs, servers=1, standbys=0) as place:
        failed = _measure("one server on the primary", place.port, addresses, options)
    with _brought_up(folder / "many", cluster, programs, servers=MANY, standbys=MANY) as place:
        failed += _measure("two servers, two standbys", place.port, addresses, options)
        _show_spread(place)
        failed += _kill(place, addresses, options)
    return 1 if failed else 0


# --- What is brought up ---


def _site(data_dir: Path, **variables: str):
    """An application server that is brought up, and ends with its context."""
    from tests.newsapp.server_process import Server

    own = {"PAGE_CACHE_MEGABYTES": "0", "LOG_LEVEL": "ERROR", "METRICS_TOKEN": TOKEN, "SECRET_KEY": "of the bench"}
    return Server(data_dir, **own, **variables).wait_until_serving()


@contextlib.contextmanager
def _brought_up(
    folder: Path, cluster: Cluster, programs: dict[str, str], *, servers: int, standbys: int
) -> Iterator[Place]:
    from tests.newsapp.front_process import free_port

    folder.mkdir(mode=0o711)
    with contextlib.ExitStack() as stack:
        followers = [
            stack.enter_context(Standby(folder / f"standby-{number + 1}", cluster.socket_dir))
            for number in range(standbys)
        ]
        pooled = stack.enter_context(_pgbouncer(programs["pgbouncer"], folder, cluster, followers))
        variables = {
            "DATABASE_URL": f"{pooled}/sijill",
            "DATABASE_REPLICA_URLS": ",".join(f"{pooled}/standby_{number + 1}" for number in range(standbys)),
        }
        ports = [free_port() for _server in range(servers)]

        def start_site(number: int):
            site = _site(folder / f"site-{number}", PORT=str(ports[number]), BEHIND_PROXY="1", **variables)
            return stack.enter_context(site)

        sites = [start_site(number) for number in range(servers)]
        port = stack.enter_context(_nginx(programs["nginx"], folder, ports))
        place = Place(cluster, followers, sites, start_site, port)
        _wait_until(lambda: _all_used(place))
        yield place


@contextlib.contextmanager
def _pgbouncer(program: str, folder: Path, cluster: Cluster, standbys: Sequence[Standby]) -> Iterator[str]:
    """PgBouncer before the primary and its standbys; the beginning of their addresses."""
    from tests.newsapp.front_process import free_port, running

    port = free_port()
    entries = [
        STANDBY_ENTRY.format(number=number, folder=standby.folder) for number, standby in enumerate(standbys, start=1)
    ]
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        PGBOUNCER.format(primary=cluster.socket_dir, standbys="\n".join(entries), port=port), encoding="utf-8"
    )
    # It must enter the folders of the sockets, as their owner.
    with running(port, program, "-q", str(configuration), cwd="/", **cluster.programs.options()):
        yield f"postgresql://sijill@127.0.0.1:{port}"


@contextlib.contextmanager
def _nginx(program: str, folder: Path, ports: Sequence[int]) -> Iterator[int]:
    """nginx before the application servers at PORTS, as deploy/nginx.conf, but keeping nothing; its port of HTTPS."""
    from tests.newsapp.front_process import nginx

    (folder / "nginx").mkdir()
    first, *_others = origins = [f"127.0.0.1:{port}" for port in ports]
    servers = "\n".join(f"    server {origin} max_fails=1 fail_timeout=2s;" for origin in origins)
    changes = {f"    server {first};": servers, "proxy_cache sijill;": "proxy_cache off;"}
    with nginx(program, folder / "nginx", first, changes) as front:
        yield urlsplit(front.https).port


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("It did not come about in time.")
        time.sleep(0.1)


# --- What is told ---


def _metrics(site) -> Iterator[tuple[str, dict[str, str], float]]:
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(client):
        client.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        text = client.getresponse().read().decode()
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            yield one.name, one.labels, one.value


def _all_used(place: Place) -> bool:
    used = [value for site in place.sites for name, _labels, value in _metrics(site) if name == "sijill_replica_used"]
    return used == [1.0] * len(place.standbys) * len(place.sites)


def _reads(place: Place) -> Counter:
    found = Counter()
    for site in place.sites:
        for name, labels, value in _metrics(site):
            if name == "sijill_reads_total":
                found[labels["database"].rpartition("/")[2]] += int(value)
    return found


def _show_spread(place: Place) -> None:
    found = _reads(place)
    shares = ", ".join(f"{name} {count / found.total():.0%}" for name, count in sorted(found.items()))
    print(f"\nread from: {shares}\n")


# --- Readers ---


class Readers:
    """So many, who ask for ADDRESSES in turn until they are stopped; what each answer took, and what failed."""

    def __init__(self, count: int, port: int, addresses: Sequence[str]):
        self.milliseconds: list[float] = []
        self.failed: Counter[str] = Counter()
        self._ended = threading.Event()
        share = len(addresses) // count
        self._threads = [
            threading.Thread(target=self._read, args=[port, [*addresses[share * one :], *addresses[: share * one]]])
            for one in range(count)
        ]

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _read(self, port: int, addresses: Sequence[str]) -> None:
        client = Client(port, tls=True)
        while True:
            for address in addresses:
                if self._ended.is_set():
                    client.close()
                    return
                began_at = time.perf_counter()
                try:
                    status = str(client.get(address))
                except OSError as error:
                    status = type(error).__name__
                    client = Client(port, tls=True)
                self.milliseconds.append((time.perf_counter() - began_at) * 1000)
                if status != "200":
                    self.failed[status] += 1


def _measure(what: str, port: int, addresses: Sequence[str], options: argparse.Namespace) -> int:
    """Show how fast they read, and return how many pages they could not read."""
    with Readers(options.readers, port, addresses):
        time.sleep(3)
    with Readers(options.readers, port, addresses) as readers:
        time.sleep(options.seconds)
    return _show(what, readers, options.seconds)


def _show(what: str, readers: Readers, seconds: float) -> int:
    figures = times(readers.milliseconds)
    print(
        f"{what:34}{len(readers.milliseconds) / seconds:9.1f}"
        + "".join(f"{figures[name]:9.0f}" for name in ("p50 ms", "p95 ms", "max ms"))
        + f"{readers.failed.total():8}"
        + (f"  {dict(readers.failed)}" if readers.failed else ""),
        flush=True,
    )
    return readers.failed.total()


def _kill(place: Place, addresses: Sequence[str], options: argparse.Namespace) -> int:
    """Take parts away under readers, each for AWAY_SECONDS; how many pages they could not read."""
    standby = place.standbys[0]
    failed = 0

    def kill_standby() -> None:
        standby.stop(signal.SIGKILL)

    def return_site() -> None:
        place.sites[0] = place.start_site(0)

    def kill_primary() -> None:
        pid = (place.cluster.cluster_dir / "postmaster.pid").read_text().split()[0]
        os.kill(int(pid), signal.SIGKILL)

    for what, kill, bring_back in (
        ("a standby is killed and returns", kill_standby, standby.start),
        ("a server is killed and returns", place.sites[0].kill_everything, return_site),
        ("the primary is killed and returns", kill_primary, place.cluster.start),
    ):
        began_at = time.monotonic()
        with Readers(options.readers, place.port, addresses) as readers:
            time.sleep(2)
            kill()
            time.sleep(AWAY_SECONDS)
            bring_back()
            _wait_until(lambda: _all_used(place))
            time.sleep(2)
        failed += _show(what, readers, time.monotonic() - began_at)
    return failed


if __name__ == "__main__":
    sys.exit(main())

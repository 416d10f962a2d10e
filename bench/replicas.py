"""A site on several machines, here all on one: how reads are spread, how fast, and what readers notice of what dies.

    bench/replicas --articles 2000

PostgreSQL with two standbys (pg_basebackup), PgBouncer before the three, two application servers as script/server
runs them, and nginx in front. Every page is made anew: neither Sijill nor nginx keeps any, so that each is read from
a database. Then, one after the other, a standby, an application server and the primary are killed under readers, and
return. It needs nginx and pgbouncer (Debian: apt-get install nginx pgbouncer).
"""

import argparse
import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bench.database import database
from bench.figures import times
from bench.load import Client
from bench.standby import Standby
from newsapp.postgres import Cluster, embedded_url
from newsapp.postgres_programs import Programs

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "of-the-bench-alone"
STANDBYS = 2
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

NGINX = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sijill.conf;
}}
"""


@dataclass
class Place:
    """What was brought up: its parts, and the PORT at which nginx answers."""

    cluster: Cluster
    standbys: list[Standby]
    sites: list
    start_site: Callable[[int], object]
    port: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000, help="how many (2,000)")
    parser.add_argument("--seconds", type=float, default=20, help="how long each rate is measured (20)")
    parser.add_argument("--readers", type=int, default=8, help="who ask again at once (8)")
    parser.add_argument("--processes", type=int, default=2, help="that write articles (2)")
    options = parser.parse_args()
    programs = {name: _program(name) for name in ("nginx", "pgbouncer")}
    if missing := [name for name, path in programs.items() if path is None]:
        sys.exit(f"Install {' and '.join(missing)} (Debian: apt-get install {' '.join(missing)}).")
    with tempfile.TemporaryDirectory(prefix="sijill-replicas-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        folder.chmod(0o711)  # As root: PostgreSQL runs as another, which comes to the primary's socket from outside.
        (folder / "primary").mkdir(mode=0o711)
        cluster = Cluster(folder / "primary", throwaway=True, alone=True)
        with cluster, database(url=embedded_url(cluster.data_dir)):
            run(options, folder, cluster, programs)


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def run(options: argparse.Namespace, folder: Path, cluster: Cluster, programs: dict[str, str]) -> None:
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
    with _site(folder / "alone", DATABASE_URL=embedded_url(cluster.data_dir)) as site:
        _measure("one server on the primary", site.port, addresses, options)
    with _brought_up(folder, cluster, programs) as place:
        _measure("two servers, two standbys", place.port, addresses, options)
        _show_spread(place)
        _kill(place, addresses, options)


# --- What is brought up ---


def _site(data_dir: Path, **variables: str):
    """An application server that is brought up, and ends with its context."""
    from tests.newsapp.server_process import Server

    own = {"PAGE_CACHE_MEGABYTES": "0", "LOG_LEVEL": "ERROR", "METRICS_TOKEN": TOKEN, "SECRET_KEY": "of the bench"}
    return Server(data_dir, **own, **variables).wait_until_serving()


@contextlib.contextmanager
def _brought_up(folder: Path, cluster: Cluster, programs: dict[str, str]) -> Iterator[Place]:
    with contextlib.ExitStack() as stack:
        standbys = [
            stack.enter_context(Standby(folder / f"standby-{number}", cluster.socket_dir))
            for number in range(1, STANDBYS + 1)
        ]
        pooled = stack.enter_context(_pgbouncer(programs["pgbouncer"], folder, cluster, standbys))
        variables = {
            "DATABASE_URL": f"{pooled}/sijill",
            "DATABASE_REPLICA_URLS": ",".join(f"{pooled}/standby_{number + 1}" for number in range(STANDBYS)),
        }
        ports = [_free_port(), _free_port()]

        def start_site(number: int):
            site = _site(folder / f"site-{number}", PORT=str(ports[number]), BEHIND_PROXY="1", **variables)
            return stack.enter_context(site)

        sites = [start_site(0), start_site(1)]
        port = stack.enter_context(_nginx(programs["nginx"], folder, ports))
        place = Place(cluster, standbys, sites, start_site, port)
        _wait_until(lambda: _all_used(place))
        yield place


@contextlib.contextmanager
def _pgbouncer(program: str, folder: Path, cluster: Cluster, standbys: Sequence[Standby]) -> Iterator[str]:
    """PgBouncer before the primary and its standbys; the beginning of their addresses."""
    account = Programs(standbys[0].folder)
    port = _free_port()
    entries = [
        STANDBY_ENTRY.format(number=number, folder=standby.folder) for number, standby in enumerate(standbys, start=1)
    ]
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(
        PGBOUNCER.format(primary=cluster.socket_dir, standbys="\n".join(entries), port=port), encoding="utf-8"
    )
    # It must enter the folders of the sockets, as their owner.
    command = [program, "-q", str(configuration)]
    with (folder / "pgbouncer.log").open("w") as log, _running(command, port, stderr=log, **account.options()):
        yield f"postgresql://sijill@127.0.0.1:{port}"


@contextlib.contextmanager
def _nginx(program: str, folder: Path, ports: Sequence[int]) -> Iterator[int]:
    """nginx before the application servers at PORTS, as deploy/nginx.conf, but keeping nothing; its port."""
    port = _free_port()
    servers = "\n".join(f"    server 127.0.0.1:{one} max_fails=1 fail_timeout=2s;" for one in ports)
    changes = {
        "    server 127.0.0.1:8000;": servers,
        "listen 80;": f"listen 127.0.0.1:{port};",
        "/var/cache/nginx/sijill": str(folder / "kept"),
        "proxy_cache sijill;": "proxy_cache off;",
    }
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    (folder / "sijill.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user), encoding="utf-8")
    with _running([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], port):
        yield port


@contextlib.contextmanager
def _running(command: Sequence[str], port: int, **options: object) -> Iterator[None]:
    process = subprocess.Popen(command, cwd="/", **options)
    try:
        _wait_until(lambda: process.poll() is not None or _answers(port))
        if process.poll() is not None:
            raise RuntimeError(f"{command[0]} has ended by itself.")
        yield
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


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
    return used == [1.0] * STANDBYS * len(place.sites)


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
        client = Client(port)
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
                    client = Client(port)
                self.milliseconds.append((time.perf_counter() - began_at) * 1000)
                if status != "200":
                    self.failed[status] += 1


def _measure(what: str, port: int, addresses: Sequence[str], options: argparse.Namespace) -> None:
    with Readers(options.readers, port, addresses):
        time.sleep(3)
    with Readers(options.readers, port, addresses) as readers:
        time.sleep(options.seconds)
    _show(what, readers, options.seconds)


def _show(what: str, readers: Readers, seconds: float) -> None:
    figures = times(readers.milliseconds)
    print(
        f"{what:34}{len(readers.milliseconds) / seconds:9.1f}"
        + "".join(f"{figures[name]:9.0f}" for name in ("p50 ms", "p95 ms", "max ms"))
        + f"{readers.failed.total():8}"
        + (f"  {dict(readers.failed)}" if readers.failed else ""),
        flush=True,
    )


def _kill(place: Place, addresses: Sequence[str], options: argparse.Namespace) -> None:
    """Take parts away under readers, each for AWAY_SECONDS, and show what the readers noticed."""
    standby = place.standbys[0]

    def return_site() -> None:
        place.sites[0] = place.start_site(0)

    for what, kill, bring_back in (
        ("a standby is killed and returns", standby.stop, standby.start),
        ("a server is killed and returns", place.sites[0].kill_everything, return_site),
        ("the primary is away and returns", place.cluster.stop, place.cluster.start),
    ):
        began_at = time.monotonic()
        with Readers(options.readers, place.port, addresses) as readers:
            time.sleep(2)
            kill()
            time.sleep(AWAY_SECONDS)
            bring_back()
            _wait_until(lambda: _all_used(place))
            time.sleep(2)
        _show(what, readers, time.monotonic() - began_at)


if __name__ == "__main__":
    main()

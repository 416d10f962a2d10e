"""Sites on a primary and a real standby of it: what each answers, and what readers see when either goes.

The first keeps no pages, so that each is read from a database; the second keeps them as sites do.
"""

import contextlib
import http.client
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench.standby import Standby
from newsapp.postgres import DATABASE, PORT, ROLE, SUPERUSER, Cluster, embedded_url
from tests.newsapp.conftest import scratch_folder
from tests.newsapp.first_start import copy_folder
from tests.newsapp.server_process import PATIENCE_SECONDS, Server, wait_until

pytestmark = pytest.mark.long

TOKEN = "a-token-of-the-monitors"
MAX_LAG_SECONDS = 2
AT_ONCE_SECONDS = 1
STAFF = {"Cookie": "sessionid=of-somebody"}
AWAY = "الأرشيف لا يستجيب الآن"
NOT_KEPT = "لم يُحفظ ما أُرسل"


@dataclass
class Place:
    """A primary, its standby, and two sites on them."""

    cluster: Cluster
    standby: Standby
    sites: list[Server]

    @property
    def name(self) -> str:
        """What the standby is called in metrics."""
        return f"{self.standby.folder}:5432/sijill"

    def say(self, text: str) -> None:
        """Put TEXT on every page, by a banner."""
        self.ask_primary("UPDATE archive_banner SET text = %s", text)

    def ask_primary(self, sql: str, *values: str, user: str = ROLE) -> list[tuple]:
        address = {"host": str(self.cluster.socket_dir), "port": PORT, "dbname": DATABASE, "user": user}
        with psycopg.connect(**address, autocommit=True) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def shows(self, text: str) -> bool:
        """Whether TEXT is on the page that readers get, whichever process of whichever machine answers."""
        return all(text in answer.text for site in self.sites for answer in at_once(site))

    def is_read_from_the_standby(self) -> bool:
        """Whether each process of each machine reads there, as far as many requests at once tell."""
        before = [reads(site).get("primary") for site in self.sites]
        for site in self.sites:
            at_once(site)
        return before == [reads(site).get("primary") for site in self.sites]


@pytest.fixture(scope="module")
def place(first_start) -> Iterator[Place]:
    with scratch_folder() as folder:
        copy_folder(first_start.folder, folder / "primary")
        for way in (folder, folder / "primary"):
            way.chmod(0o711)  # As root: PostgreSQL runs as another, which comes to the primary's socket from outside.
        with contextlib.ExitStack() as stack:
            cluster = stack.enter_context(Cluster(folder / "primary", throwaway=True, alone=True))
            standby = stack.enter_context(Standby(folder / "standby", cluster.socket_dir))
            variables = {
                "DATABASE_URL": embedded_url(cluster.data_dir),
                "DATABASE_REPLICA_URLS": standby.url,
                "REPLICA_MAX_LAG_SECONDS": str(MAX_LAG_SECONDS),
                "METRICS_TOKEN": TOKEN,
                "SECRET_KEY": "the same on every machine",
            }
            sites = []
            for name, megabytes in (("one", "0"), ("two", "64")):
                own = {"PAGE_CACHE_MEGABYTES": megabytes, "METRICS_DIR": str(folder / name)}
                # Of the data folder they need only the static files.
                server = stack.enter_context(Server(cluster.data_dir, **own, **variables))
                sites.append(server.wait_until_serving())
            place = Place(cluster, standby, sites)
            place.ask_primary(
                "INSERT INTO archive_banner (text, text_latin, url, enabled, dismissible, priority)"
                " VALUES ('-', '', '/about/', true, false, 1)"
            )
            yield place


@pytest.fixture(autouse=True)
def _both_there(place):
    wait_until(place.is_read_from_the_standby)


def at_once(site: Server) -> list[http.client.HTTPResponse]:
    with ThreadPoolExecutor(8) as readers:
        return list(readers.map(lambda _number: asked(site), range(8)))


def asked(site: Server, path: str = "/", method: str = "GET", body: dict | None = None, **headers: str):
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(client):
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        client.request(method, path, urlencode(body) if body else None, form | headers)
        response = client.getresponse()
        response.text = response.read().decode()
        return response


def told(site: Server, name: str) -> dict[str, float]:
    """The values of the metric NAME by the one label that it has."""
    answer = asked(site, "/metrics", Authorization=f"Bearer {TOKEN}")
    assert answer.status == 200
    samples = (one for family in text_string_to_metric_families(answer.text) for one in family.samples)
    return {label: one.value for one in samples if one.name == name for label in one.labels.values()}


def reads(site: Server) -> dict[str, float]:
    """How many requests each database has answered, by its name."""
    return told(site, "sijill_reads_total")


@contextlib.contextmanager
def readers(place: Place) -> Iterator[list[int]]:
    """Readers who ask both sites all the while, and the statuses that they got."""
    statuses: list[int] = []
    ended = threading.Event()

    def read(site: Server) -> None:
        while not ended.is_set():
            statuses.append(asked(site).status)

    threads = [threading.Thread(target=read, args=[site]) for site in place.sites]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def test_pages_are_read_from_the_standby(place):
    before = reads(place.sites[0])
    for path in ("/", "/about/", "/search/?q=x", "/api/v1/articles", "/feeds/latest.rss"):
        assert asked(place.sites[0], path).status == 200
    after = reads(place.sites[0])

    assert {name: after[name] - before.get(name, 0) for name in after if name != "primary"} == {place.name: 5}
    assert after.get("primary") == before.get("primary")


def test_words_that_are_missed_are_counted_at_the_primary(place):
    for site in place.sites:
        before = reads(site)
        assert asked(site, f"/search/?q={quote('زرافة')}").status == 200
        assert reads(site)[place.name] == before[place.name] + 1
    missed = place.ask_primary("SELECT count FROM archive_fruitlesssearch WHERE words = %s", "زرافه")
    assert missed == [(len(place.sites),)]


def test_banner_reaches_every_process_of_every_machine_within_a_second(place):
    for number in range(5):
        place.say(f"Notice {number}")
        end = time.monotonic() + AT_ONCE_SECONDS
        for site in place.sites:
            while f"Notice {number}" not in asked(site).text:
                assert time.monotonic() < end
        assert place.shows(f"Notice {number}")


def test_standby_that_lags_is_left_out_and_comes_back(place):
    place.say("Before")
    site = place.sites[0]
    wait_until(lambda: place.shows("Before"))
    place.standby.ask("SELECT pg_wal_replay_pause()")
    place.say("After")
    # Who is logged in, or writes, is shown the primary; the others for a moment what the standby has. That page is not
    # kept as one of now.
    assert place.shows("Before")
    assert "After" in asked(site, **STAFF).text
    assert "After" in asked(site, "/newsletter/").text
    wait_until(lambda: place.shows("After"))
    assert told(site, "sijill_replica_used") == {place.name: 0}
    assert told(site, "sijill_replica_lag_seconds")[place.name] > MAX_LAG_SECONDS
    place.standby.ask("SELECT pg_wal_replay_resume()")
    wait_until(place.is_read_from_the_standby)
    assert place.shows("After")


def test_primary_at_which_nothing_happens_leaves_the_standby_in(place):
    """Also right after its log has gone on to another file."""
    place.ask_primary("SELECT pg_switch_wal()", user=SUPERUSER)
    time.sleep(2 * MAX_LAG_SECONDS)
    assert place.is_read_from_the_standby()


def test_no_reader_notices_a_standby_that_is_killed_and_returns(place):
    with readers(place) as statuses:
        wait_until(lambda: len(statuses) > 10)
        place.standby.stop()
        wait_until(lambda: all(told(site, "sijill_replica_used") == {place.name: 0} for site in place.sites))
        place.standby.start()
        wait_until(place.is_read_from_the_standby)

    assert set(statuses) == {200}


def test_without_the_primary_reading_goes_on_and_forms_say_that_it_is_away(place):
    place.cluster.stop()
    try:
        for site in place.sites:
            paths = ("/", "/about/", "/readyz", "/api/v1/articles", f"/search/?q={quote('غزال')}")
            assert {asked(site, path).status for path in paths} == {200}
            answer = asked(site, "/newsletter/", "POST", {"address": "reader@example.org"})
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
            assert NOT_KEPT in answer.text
            wait_until(lambda site=site: asked(site, **STAFF).status == 200)
        place.standby.stop(signal.SIGINT)
        away = asked(place.sites[0])
        assert away.status == 503
        assert AWAY in away.text
    finally:
        place.cluster.start()
        place.standby.start()
    wait_until(lambda: asked(place.sites[0], "/newsletter/").status == 200)

"""More readers than a site can serve: some are served in time, the others are sent away at once."""

import json
import re
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from newsapp.gunicorn import OPTIONS
from newsapp.postgres import PORT, Cluster
from newsapp.shedding import MAX_WAIT_SECONDS, MAX_WAITING, Line
from tests.newsapp.asking import exchange, get, query
from tests.newsapp.server_process import Server, wait_until

THREADS = OPTIONS["workers"] * OPTIONS["threads"]
CROWD = 6 * THREADS
FEW = THREADS * 3 // 4
"""So many find room, though it be in one process."""

PAUSE_SECONDS = 0.03
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture(scope="module")
def site(used_dir):
    with Server(used_dir, LOG_FORMAT="json") as server:
        yield server.wait_until_serving()


@contextmanager
def articles_locked(site: Server):
    """Every page that asks for articles waits within, as it would for a very slow database."""
    with psycopg.connect(
        host=str(Cluster(site.data_dir).socket_dir), port=PORT, user="sijill", dbname="sijill"
    ) as one:
        one.execute("LOCK TABLE archive_article IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def crowd(site: Server, address: str):
    """More readers than there are threads and places to wait; those who are not sent away wait until the end."""
    with ThreadPoolExecutor(CROWD) as pool, articles_locked(site):
        readers = []
        for number in range(CROWD):
            readers.append(pool.submit(get, site, f"{address}?n={number}"))
            time.sleep(PAUSE_SECONDS)
        # Fewer are in work, or wait for a thread; those sent away have their answer.
        wait_until(lambda: sum(reader.done() for reader in readers) >= CROWD - 2 * THREADS)
        time.sleep(10 * PAUSE_SECONDS)
        yield readers


def answers(readers: list[Future]) -> list:
    return [reader.result() for reader in readers if reader.done()]


def test_who_cannot_be_served_in_time_is_sent_away_and_the_others_are_served(site):
    with crowd(site, "/about/") as readers:
        sent_away = answers(readers)
        assert query(site.data_dir, WAITING)[0][0] > 0
    served = [reader.result() for reader in readers if reader.result() not in sent_away]

    assert {answer.status for answer in sent_away} == {503}
    assert {answer.status for answer in served} == {200}
    assert THREADS <= len(served) <= 2 * THREADS
    answer = sent_away[0]
    page = answer.text.decode()
    assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("10", "no-store")
    assert len(answer.text) < 1024
    assert '<html lang="ar" dir="rtl">' in page
    assert re.search('<a href="">أعد المحاولة</a>', page)
    assert get(site, "/about/").status == 200


def test_sending_away_takes_no_time(site):
    with crowd(site, "/about/"):
        began_at = time.monotonic()
        statuses = [get(site, "/about/").status for _reader in range(50)]
        seconds = time.monotonic() - began_at

    assert statuses == [503] * 50
    assert seconds < 5


def test_monitors_and_staff_are_served_in_a_crowd(site):
    with crowd(site, "/about/"):
        statuses = [get(site, address).status for address in ("/healthz", "/readyz", "/admin/login/", "/healthz")]

    assert statuses == [200] * 4


def test_who_begins_a_request_and_says_no_more_holds_no_thread_for_long(site):
    with ExitStack() as stack:
        silent = [
            stack.enter_context(socket.create_connection(("127.0.0.1", site.port))) for _number in range(2 * THREADS)
        ]
        for client in silent:
            client.send(b"GET /about/ HTT")
        wait_until(lambda: get(site, "/about/").status == 200)

        # The others were sent away.
        assert silent[0].recv(1000) == b""


def test_monitors_wait_for_no_reader(site):
    with ThreadPoolExecutor(FEW) as pool, articles_locked(site):
        readers = [pool.submit(get, site, f"/about/?w={number}") for number in range(FEW)]
        wait_until(lambda: query(site.data_dir, WAITING)[0][0] >= OPTIONS["threads"])
        statuses = [get(site, "/healthz").status for _time in range(20)]
        assert not any(reader.done() for reader in readers)

    assert statuses == [200] * 20
    assert {reader.result().status for reader in readers} == {200}


def test_a_program_is_told_in_the_form_of_the_api_and_head_has_no_body(site):
    with crowd(site, "/about/"):
        problem = get(site, "/api/v1/articles")
        head = exchange(site, b"HEAD /about/ HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert (problem.status, problem.headers["Content-Type"]) == (503, "application/json")
    assert json.loads(problem.text) == {
        "detail": [{"field": None, "message": "الموقع مزدحم الآن: أعد المحاولة بعد عشر ثوانٍ."}]
    }
    assert head.startswith(b"HTTP/1.1 503 ")
    assert head.endswith(b"\r\n\r\n")


def test_the_log_says_once_that_the_site_is_too_busy(site):
    def said() -> list[str]:
        lines = [json.loads(line) for line in site.errors if line.startswith("{")]
        return [line["event"] for line in lines if line["logger"] == "newsapp.shedding"]

    with crowd(site, "/about/"):
        wait_until(said)

    # Of each process, in a minute.
    assert 1 <= len(said()) <= OPTIONS["workers"] * 3
    assert said()[0] == "Too many requests at once; sent away with a 503 since the last such line: 1"


def test_connections_that_ask_nothing_hold_no_thread(site):
    with ExitStack() as stack:
        for _connection in range(3 * THREADS):
            stack.enter_context(socket.create_connection(("127.0.0.1", site.port)))
        began_at = time.monotonic()

        assert get(site, "/about/").status == 200
        assert time.monotonic() - began_at < 4


# --- The line ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def line():
    line = Line(threads=2)
    yield line
    line.pool.shutdown()


def test_half_as_many_may_wait_as_there_are_threads_however_long(line):
    for _request in range(2):
        assert line.has_free_thread()
        line.enter()
    assert not line.has_free_thread()
    time.sleep(MAX_WAIT_SECONDS)
    assert line.has_room()
    line.enter()
    assert not line.has_room()


def test_where_answers_leave_fast_more_may_wait_but_never_too_many(line):
    for _request in range(2):
        line.enter()
    for _answer in range(100):
        line.enter()
        line.leave()
    waiting = 0
    while line.has_room():
        line.enter()
        waiting += 1
    assert waiting == MAX_WAITING

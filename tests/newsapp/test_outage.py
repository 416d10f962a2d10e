"""A site whose database is away, slow, or has no connection left: what readers get, and that it comes back by itself."""

import json
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from newsapp.gunicorn import OPTIONS
from newsapp.postgres import PORT, Cluster
from newsapp.shedding import Lines
from tests.newsapp.asking import get, query
from tests.newsapp.server_process import Server, wait_until
from tests.newsapp.test_shedding import articles_locked

KEPT = "/about/"
TIMEOUT_SECONDS = 2
MOST_CONNECTIONS = OPTIONS["workers"] * (OPTIONS["threads"] + Lines.EXTRA_THREADS)


@pytest.fixture(scope="module")
def site(used_dir):
    """A site that keeps the page KEPT in both its processes."""
    variables = {"LOG_FORMAT": "json", "STATEMENT_TIMEOUT_SECONDS": str(TIMEOUT_SECONDS)}
    with Server(used_dir, **variables) as server:
        server.wait_until_serving()
        keep_in_every_process(server)
        yield server


def keep_in_every_process(site: Server) -> None:
    with ThreadPoolExecutor(8) as readers:
        for _round in range(8):
            assert {answer.status for answer in readers.map(lambda _n: get(site, KEPT), range(16))} == {200}


def as_superuser(site: Server, statement: str) -> None:
    socket_dir = str(Cluster(site.data_dir).socket_dir)
    with psycopg.connect(host=socket_dir, port=PORT, user="postgres", dbname="sijill", autocommit=True) as database:
        database.execute(statement)


def connections(site: Server) -> int:
    """How many the site has to its database."""
    ((count,),) = query(
        site.data_dir,
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'sijill' AND pid <> pg_backend_pid()",
    )
    return count


def kill_database(site: Server) -> None:
    (pid_file,) = site.data_dir.glob("postgres/*/postmaster.pid")
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
    wait_until(lambda: get(site, "/search/?q=x").status == 503)


def test_without_a_database_kept_pages_go_on_and_the_rest_says_so(site):
    processes = {process.pid for process in site.descendants() if process.name() != "postgres"}
    kill_database(site)
    kept = get(site, KEPT)
    known = get(site, KEPT, If_None_Match=kept.headers["ETag"])
    page = get(site, "/search/?q=y")
    nothing = get(site, "/no-such-page/")
    problem = get(site, "/api/v1/articles?q=y")
    english = get(site, "/api/v1/articles?q=y", Accept_Language="en")
    staff = get(site, KEPT, Cookie="sessionid=somebody")
    sent = get(site, "/settings/", "POST")
    monitors = [get(site, address).status for address in ("/healthz", "/readyz")]
    # The server brings its own database back.
    wait_until(lambda: get(site, "/readyz").status == 200)
    back = [get(site, address) for address in (KEPT, "/search/?q=y", "/api/v1/articles?q=y")]

    assert (kept.status, known.status, kept.headers["Cache-Control"]) == (200, 304, "no-cache")
    assert re.fullmatch(r"Sijill; hit; ttl=-\d+; detail=database-away", kept.headers["Cache-Status"])
    assert 0 <= int(kept.headers["Age"]) < 600
    assert (page.status, page.headers["Retry-After"], page.headers["Cache-Control"]) == (503, "30", "no-cache")
    words = page.text.decode()
    assert "<h1>الأرشيف لا يستجيب الآن</h1>" in words
    assert '<a class="button" href="">أعد المحاولة</a>' in words
    assert "try again in half a minute" in words
    assert (nothing.status, nothing.headers["Retry-After"], nothing.text) == (503, "30", page.text)
    assert (problem.status, problem.headers["Retry-After"]) == (503, "30")
    assert [json.loads(answer.text)["detail"][0]["message"] for answer in (problem, english)] == [
        "الأرشيف لا يستجيب الآن: أعد المحاولة بعد نصف دقيقة.",
        "The archive does not answer now: try again in half a minute.",
    ]
    assert (staff.status, staff.headers["Cache-Status"]) == (503, None)
    assert sent.status in (302, 503)
    assert monitors == [200, 503]
    assert [answer.status for answer in back] == [200] * 3
    assert [answer.headers["Cache-Status"] for answer in back] == [None] * 3
    assert {process.pid for process in site.descendants() if process.name() != "postgres"} == processes


def test_a_statement_that_takes_too_long_is_given_up_and_said(site):
    with articles_locked(site):
        began_at = time.monotonic()
        kept = get(site, KEPT)
        page = get(site, "/section/x/")
        problem = get(site, "/api/v1/articles/1")
        seconds = time.monotonic() - began_at
    after = get(site, "/section/x/")

    assert (kept.status, kept.headers["Cache-Status"] is not None) == (200, True)
    assert (page.status, problem.status, after.status) == (503, 503, 404)
    assert "<h1>طال تحضير هذه الصفحة</h1>" in page.text.decode()
    assert json.loads(problem.text)["detail"][0]["message"] == (
        "استغرق إيجاد الجواب وقتًا أطول من المسموح فأوقفناه: أعد المحاولة لاحقًا، أو اطلب أقلّ."
    )
    # Of each, the numbers of its generation and what it asks itself.
    assert seconds < 5 * TIMEOUT_SECONDS + 5


def test_no_connection_left_is_told_at_once_and_passes(site):
    as_superuser(site, "ALTER ROLE sijill CONNECTION LIMIT 2")
    as_superuser(site, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sijill'")
    try:
        began_at = time.monotonic()
        with ThreadPoolExecutor(24) as readers:
            answers = list(readers.map(lambda number: get(site, f"/about/?n={number}"), range(96)))
            kept = list(readers.map(lambda _number: get(site, KEPT).status, range(48)))
        seconds = time.monotonic() - began_at
    finally:
        as_superuser(site, "ALTER ROLE sijill CONNECTION LIMIT -1")
    with ThreadPoolExecutor(8) as readers:
        after = list(readers.map(lambda number: get(site, f"/about/?n=a{number}").status, range(32)))

    assert {answer.status for answer in answers} == {200, 503}
    assert {answer.headers["Retry-After"] for answer in answers} >= {None, "30"}
    assert 200 in kept
    assert seconds < 60
    assert after == [200] * 32
    assert connections(site) <= MOST_CONNECTIONS

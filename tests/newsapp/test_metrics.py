"""/metrics of a running site: its processes are added up, and it answers whatever the database does."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.newsapp.server_process import Server, kill_all, wait_until
from tests.newsapp.test_server import get, query

TOKEN = "a-token-of-the-monitors"
REQUEST_ID = "8f14e45fceea167a"
JOB = """
SELECT procrastinate_defer_jobs_v1(
    ARRAY[ROW('news', '{task}', 0, NULL, NULL, '{arguments}', NULL)::procrastinate_job_to_defer_v1]
)
"""


@pytest.fixture(scope="module")
def site(used_dir):
    """The web server's two processes, which have both answered, the worker, and a database of their own.

    The last test stops it.
    """
    variables = {"SIJILL_WORKER": "1", "METRICS_TOKEN": TOKEN, "LOG_FORMAT": "json"}
    with Server(used_dir, **variables) as server:
        site = server.wait_until_serving()
        while len(web_processes(site)) < 2:
            assert set(at_once(site, "/about/", 16)) == {200}
        yield site


def at_once(site: Server, address: str, times: int) -> list[int]:
    """The statuses of so many answers to readers who ask together."""
    with ThreadPoolExecutor(8) as readers:
        return list(readers.map(lambda _number: get(site, address).status, range(times)))


def told(site: Server) -> dict[tuple[str, str], float]:
    """The samples of /metrics, by their names and labels."""
    answer = get(site, "/metrics", Authorization=f"Bearer {TOKEN}")
    assert answer.status == 200
    return {
        (one.name, ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(answer.text.decode())
        for one in family.samples
    }


ABOUT = "sijill_requests_total", "method=GET,status=200,view=archive:about"


def counting_processes(site: Server) -> set[int]:
    return {int(path.stem.rpartition("_")[2]) for path in (site.data_dir / "metrics").glob("counter_*.db")}


def web_processes(site: Server) -> list[psutil.Process]:
    """Those that answer requests: children of the web server, which is a child of the one that watches."""
    return [
        process
        for child in psutil.Process(site.process.pid).children()
        for process in child.children()
        if process.pid in counting_processes(site) and process.name() != "postgres"
    ]


def test_processes_are_added_up_whichever_answers(site):
    before = told(site)[ABOUT]
    at_once(site, "/about/", 16)
    with ThreadPoolExecutor(8) as readers:
        answers = list(readers.map(lambda _number: told(site)[ABOUT], range(16)))

    assert set(answers) == {before + 16}


def test_what_a_process_has_counted_outlives_it(site):
    before = told(site)[ABOUT]
    [process, *_others] = web_processes(site)
    kill_all([process])
    wait_until(lambda: not process.is_running())
    at_once(site, "/about/", 4)

    assert told(site)[ABOUT] == before + 4


def test_jobs_of_the_worker_are_added_and_bear_the_id_of_who_asked(site):
    arguments = {"channel": "email", "key": "reader@example.org", "request_id": REQUEST_ID}
    query(site.data_dir, JOB.format(task="manage_link", arguments=json.dumps(arguments)))  # Without its language.
    failed = "sijill_jobs_total", "outcome=failed,task=manage_link"
    wait_until(lambda: told(site).get(failed) == 1)
    wait_until(lambda: any("manage_link" in line for line in site.errors))
    [line] = [json.loads(line) for line in site.errors if "ended with status" in line and "manage_link" in line]

    assert (line["request_id"], line["task"]) == (REQUEST_ID, "manage_link")
    assert "reader@example.org" not in json.dumps(line)
    # The database may be too slow for one reading of them.
    wait_until(lambda: told(site).get(("sijill_jobs_failed", "queue=news")) == 1)
    wait_until(lambda: told(site).get(("sijill_workers", "")) == 2)


def test_job_that_is_done_is_counted_so(site):
    arguments = {"channel": "email", "key": "nobody@example.org", "language": "ar", "request_id": REQUEST_ID}
    query(site.data_dir, JOB.format(task="manage_link", arguments=json.dumps(arguments)))
    wait_until(lambda: told(site).get(("sijill_jobs_total", "outcome=done,task=manage_link")) == 1)


def test_answer_and_log_bear_one_id(site):
    answer = get(site, "/no-such-page/", X_Request_ID=REQUEST_ID)
    [line] = [json.loads(line) for line in site.errors if "/no-such-page/" in line]

    assert answer.headers["X-Request-ID"] == line["request_id"] != REQUEST_ID


def test_database_that_hangs_holds_nobody_up(site):
    postgres = site.postgres()
    for process in postgres:
        process.send_signal(signal.SIGSTOP)
    try:
        samples = told(site)
    finally:
        for process in postgres:
            process.send_signal(signal.SIGCONT)

    assert (samples["sijill_database_up", ""], ABOUT in samples) == (0, True)
    wait_until(lambda: told(site)["sijill_database_up", ""] == 1)


def test_nobody_else_is_told(site):
    answers = [get(site, "/metrics"), get(site, "/metrics", Authorization="Bearer of-something-else")]

    assert [(answer.status, answer.text) for answer in answers] == [(401, b"")] * 2


def test_next_start_forgets_the_processes_that_are_no_more(site):
    first = counting_processes(site)
    site.stop()
    with Server(site.data_dir, METRICS_NETWORKS="127.0.0.1") as server:
        server.wait_until_serving()
        answer = get(server, "/metrics")
        second = counting_processes(server)
        server.stop()

    assert (answer.status, "archive:about" in answer.text.decode()) == (200, False)
    assert (len(first) >= 2, second & first) == (True, set())

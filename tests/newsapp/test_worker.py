"""`python -m newsapp.worker`, driven for real: jobs done, stops, kills, and a database that goes away."""

import asyncio
import json
import signal
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from newsapp import worker as site_worker
from newsapp.postgres import PORT, Cluster
from tests.newsapp.server_process import Server, Worker, kill_all, lives, wait_until

SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.newsapp.queue_settings"}
DEFER = """
SELECT procrastinate_defer_jobs_v1(
    ARRAY[ROW(%s, %s, 0, %s, %s, %s::jsonb, NULL)::procrastinate_job_to_defer_v1]
)
"""
RECORDS = 1500
BEGIN_IMPORT = """
INSERT INTO archive_importrun (
    paths, folder, arguments, fingerprint, state, stop_wanted, created_at, inputs_done, records_done, origin,
    bytes_done, memory, created, updated, unchanged, skipped, failed, notes
) VALUES (%s::jsonb, '', '{}', '', 'waiting', false, now(), 0, 0, '', 0, '{}', 0, 0, 0, 0, 0, '[]')
RETURNING id
"""


class Queue:
    """The jobs of an embedded database, as another process sees them."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.told = data_dir / "told"

    def ask(self, statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(
            host=str(Cluster(self.data_dir).socket_dir),
            port=PORT,
            user="sijill",
            dbname="sijill",
            autocommit=True,
            options="-c synchronous_commit=on",
        ) as database:
            cursor = database.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def defer(self, task: str, queue: str = "default", lock: str | None = None, **values: object) -> None:
        """Ask for TASK; with LOCK no more than one is done at a time, and no more than one waits."""
        self.ask(DEFER, queue, task, lock, lock, json.dumps(values or {"path": str(self.told)}))

    def answers(self) -> bool:
        try:
            return bool(self.ask("SELECT 1"))
        except psycopg.OperationalError:
            return False

    def jobs(self) -> list[str]:
        return [status for (status,) in self.ask("SELECT status::text FROM procrastinate_jobs ORDER BY id")]

    def workers(self) -> list[int]:
        return [number for (number,) in self.ask("SELECT id FROM procrastinate_workers")]

    def keep(self) -> None:
        """Let what was committed until now outlive the database, which waits for no disk in tests."""
        self.ask("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat")

    def forget(self, workers: list[int]) -> None:
        """Let WORKERS not have been heard of for long."""
        aged = (
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour' WHERE id = ANY(%s)"
        )
        self.ask(aged, workers)

    def lines(self) -> list[str]:
        return self.told.read_text().splitlines() if self.told.exists() else []

    def wait_for(self, *lines: str) -> None:
        wait_until(lambda: self.lines() == list(lines))


@pytest.fixture
def queue(used_dir):
    queue = Queue(used_dir)
    yield queue
    queue.told.unlink(missing_ok=True)


def test_jobs_are_done_and_leave_nothing(queue):
    with Worker(queue.data_dir, **SETTINGS) as worker:
        worker.wait_until_ready()
        queue.defer("write")
        queue.wait_for("attempt 0")
        wait_until(lambda: queue.jobs() == [])

        assert worker.stop() == 0


def test_asked_to_stop_it_tells_the_job_and_ends_after_it(queue):
    with Worker(queue.data_dir, **SETTINGS) as worker:
        worker.wait_until_ready()
        queue.defer("work_until_told")
        queue.wait_for("begun")
        descendants = worker.descendants()

        assert worker.stop(signal.SIGINT) == 0
        assert queue.lines() == ["begun", "ended"]
        assert [process for process in descendants if lives(process)] == []


def test_news_wait_for_no_other_job(queue):
    with Worker(queue.data_dir, **SETTINGS) as worker:
        worker.wait_until_ready()
        queue.defer("work_until_told")
        queue.wait_for("begun")
        queue.defer("write")
        queue.defer("write_news", queue="news")
        queue.wait_for("begun", "news")

        # The next test's worker is to find nothing.
        queue.ask("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
        assert worker.stop() == 0


def test_job_of_a_killed_worker_is_begun_again_by_the_next(queue):
    with Worker(queue.data_dir, **SETTINGS) as first:
        first.wait_until_ready()
        queue.defer("work_once")
        queue.wait_for("attempt 0")
        dead = queue.workers()
        queue.keep()
        first.kill_everything()
    with Worker(queue.data_dir, **SETTINGS) as second:
        second.wait_until_ready()
        # It may be the living one's: only when the dead one has not been heard of for a while.
        queue.forget(dead)
        queue.wait_for("attempt 0", "attempt 1")

        assert second.stop() == 0


def test_what_a_clock_that_was_ahead_has_put_off_is_done(queue):
    with Worker(queue.data_dir, **SETTINGS) as worker:
        worker.wait_until_ready()
        queue.ask("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 day')")
        tomorrow = DEFER.replace("NULL", "now() + interval '1 day'")
        queue.ask(tomorrow, "default", "write", None, None, json.dumps({"path": str(queue.told)}))
        queue.wait_for("attempt 0")
        ahead = "SELECT FROM procrastinate_workers WHERE last_heartbeat > now() + interval '1 hour'"
        assert queue.ask(ahead) == []

        assert worker.stop() == 0


@pytest.mark.parametrize(("step_seconds", "rescued"), [(-86_400, 1), (-1, 3), (1, 3), (86_400, 3)])
def test_a_clock_that_is_set_back_lets_the_worker_begin_anew(monkeypatch, step_seconds, rescued):
    """What is asked for by the clock, each minute or night, would otherwise not be until the time comes again."""
    rounds, slept = [], []

    async def nothing(*_arguments, **_options):
        return None

    async def stalled_jobs(**_options):
        rounds.append(1)
        if len(rounds) == 3:
            raise asyncio.CancelledError
        return []

    async def sleep(seconds):
        slept.append(seconds)

    app = SimpleNamespace(
        connector=SimpleNamespace(execute_query_async=nothing),
        job_manager=SimpleNamespace(get_stalled_jobs=stalled_jobs),
    )
    times = iter([1e9, 1e9, *[1e9 + step_seconds] * 10])
    monkeypatch.setattr("procrastinate.contrib.django.app", app)
    monkeypatch.setattr(site_worker, "time", SimpleNamespace(time=lambda: next(times), monotonic=lambda: 0))
    monkeypatch.setattr(site_worker.asyncio, "sleep", sleep)
    with pytest.raises((site_worker.ClockSetBackError, asyncio.CancelledError)) as ended:
        asyncio.run(site_worker._rescue(20))

    assert (len(rounds), ended.type is site_worker.ClockSetBackError) == (rescued, rescued == 1)
    # Set ahead, all seem dead until they are heard of.
    assert (20 in slept) is (step_seconds > 60)


def test_job_of_a_killed_worker_is_dropped_where_the_same_waits_already(queue):
    with Worker(queue.data_dir, **SETTINGS) as first:
        first.wait_until_ready()
        queue.defer("work_once", lock="a")
        queue.wait_for("attempt 0")
        queue.defer("write", lock="a")
        dead = queue.workers()
        queue.keep()
        first.kill_everything()
    with Worker(queue.data_dir, **SETTINGS) as second:
        second.wait_until_ready()
        queue.forget(dead)
        queue.wait_for("attempt 0", "attempt 0")
        wait_until(lambda: queue.jobs() == [])

        assert second.stop() == 0


def test_import_of_a_killed_worker_is_gone_on_with_by_the_next(queue):
    path = queue.data_dir / "articles.jsonl"
    records = (
        {"id": str(number), "title": f"خبر {number}", "body": f"نص الخبر {number}"} for number in range(RECORDS)
    )
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    with Worker(queue.data_dir, **SETTINGS) as first:
        first.wait_until_ready()
        ((run,),) = queue.ask(BEGIN_IMPORT, json.dumps([str(path)]))
        queue.defer("import", run_id=run)
        wait_until(lambda: queue.ask("SELECT 1 FROM archive_importrun WHERE created > 0"))
        dead = queue.workers()
        first.process.kill()
        first.kill_everything()
    with Worker(queue.data_dir, **SETTINGS) as second:
        second.wait_until_ready()
        ((written,),) = queue.ask("SELECT count(*) FROM archive_article")
        queue.forget(dead)
        wait_until(lambda: queue.ask("SELECT state FROM archive_importrun") == [("finished",)])

        assert second.stop() == 0
        assert 0 < written < RECORDS
    with Cluster(queue.data_dir):
        assert queue.ask("SELECT count(*), count(DISTINCT title) FROM archive_article") == [(RECORDS, RECORDS)]
        assert queue.ask("SELECT created FROM archive_importrun") == [(RECORDS,)]


def test_database_that_dies_is_brought_back_and_jobs_are_done(queue):
    with Worker(queue.data_dir, **SETTINGS) as worker:
        worker.wait_until_ready()
        wait_until(lambda: queue.ask("SELECT 1 FROM procrastinate_workers"))
        kill_all(worker.postgres())
        wait_until(lambda: any("trying again" in line for line in worker.errors))
        wait_until(queue.answers)
        queue.defer("write")
        queue.wait_for("attempt 0")

        assert worker.stop() == 0


def test_jobs_go_on_where_only_their_connection_was_lost(queue):
    with Worker(queue.data_dir, **SETTINGS) as worker:
        worker.wait_until_ready()
        queue.defer("ask")
        wait_until(lambda: queue.lines() and queue.jobs() == [])
        # By its number: a task of every minute may have asked over the same connection since.
        ended = queue.ask("SELECT pg_terminate_backend(%s)", int(queue.lines()[0].removeprefix("asked by ")))
        queue.defer("ask")
        wait_until(lambda: len(queue.lines()) == 2)

        assert ended == [(True,)]
        assert len(set(queue.lines())) == 2
        assert worker.stop() == 0


def test_server_brings_its_own_worker_and_another_when_that_dies(queue):
    with Server(queue.data_dir, SIJILL_WORKER="1", **SETTINGS) as server:
        server.wait_until_serving()
        queue.defer("write")
        queue.wait_for("attempt 0")
        worker = server.worker()
        worker.kill()
        server.wait_until_it_says("The worker has died; starting another…")
        queue.defer("work_until_told")
        queue.wait_for("attempt 0", "begun")
        descendants = server.descendants()

        assert server.stop() == 0
        assert queue.lines() == ["attempt 0", "begun", "ended"]
        assert [process for process in descendants if lives(process)] == []


def test_killed_server_takes_its_worker_along(queue):
    with Server(queue.data_dir, SIJILL_WORKER="1", **SETTINGS) as server:
        server.wait_until_serving()
        queue.defer("write")
        queue.wait_for("attempt 0")
        worker = server.worker()
        descendants = server.descendants()
        server.process.kill()
        server.wait()
        wait_until(lambda: not lives(worker))
        kill_all(descendants)

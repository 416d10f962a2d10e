"""`python -m newsapp.server`, driven for real: it starts, stops, is killed, and starts again."""

import contextlib
import http.client
import os
import signal
import socket

import psutil
import psycopg
import pytest

from newsapp import server as site_server
from newsapp.postgres import PORT, Cluster
from newsapp.preparation import StartError
from newsapp.server import Supervisor
from tests.newsapp.asking import get, query
from tests.newsapp.server_process import PATIENCE_SECONDS, Server, Worker, lives, wait_until

FIRST_START = ["Starting PostgreSQL…", "Preparing the database…", "Collecting static files…"]
SECOND_START = ["Starting PostgreSQL…"]
STOPPING = ["Stopping…"]


def refuses_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS).close()
    except ConnectionRefusedError:
        return True
    return False


def test_first_start_prepares_everything_and_serves(first_start):
    assert (first_start.status, first_start.code, first_start.lines) == (200, 0, [*FIRST_START, *STOPPING])


def test_what_nobody_may_read_is_counted_on_no_disk(first_start):
    assert not (first_start.folder / "metrics").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_it_stops_all_that_it_started(used_dir, number):
    with Server(used_dir) as server:
        server.wait_until_serving()
        descendants = server.descendants()

        assert (server.stop(number), server.errors) == (0, [*SECOND_START, *STOPPING])
        assert [process for process in descendants if lives(process)] == []
        assert refuses_connections(server.port)


def test_ctrl_c_in_a_terminal_is_for_the_whole_foreground_group_and_stops_cleanly(used_dir):
    with Server(used_dir) as server:
        server.wait_until_serving()
        group = os.getpgid(server.process.pid)
        for process in [*server.descendants(), server.process]:
            with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):  # Backends come and go.
                if os.getpgid(process.pid) == group:
                    process.send_signal(signal.SIGINT)

        assert (server.wait(), server.errors) == (0, [*SECOND_START, *STOPPING])


def test_killed_and_then_stopped_while_it_prepares_it_can_start_again(data_dir):
    with Server(data_dir) as server:
        server.wait_until_it_says("Preparing the database…")
        server.kill_everything()

    with Server(data_dir) as server:
        server.wait_until_it_says("Preparing the database…")

        assert (server.stop(), server.errors) == (0, FIRST_START[:2])
        assert list(data_dir.glob("postgres/*/postmaster.pid")) == []

    # The worker prepares the database as the server does.
    with Worker(data_dir) as worker:
        worker.wait_until_ready()
        assert (worker.stop(), worker.errors[0]) == (0, FIRST_START[1])

    with Server(data_dir) as server:
        assert get(server.wait_until_serving(), "/readyz").status == 200
        assert (server.stop(), server.errors[0]) == (0, SECOND_START[0])


def test_killed_server_starts_again_on_its_port_with_what_was_committed(used_dir):
    with Server(used_dir) as server:
        server.wait_until_serving()
        query(used_dir, "CREATE TABLE kept_of_killed AS SELECT 1 AS one")
        reader = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
        reader.request("GET", "/healthz")
        reader.getresponse().read()
        server.process.kill()
        server.wait()

    with contextlib.closing(reader), Server(used_dir, PORT=str(server.port)) as again:
        again.wait_until_serving()

        assert query(used_dir, "SELECT * FROM kept_of_killed") == [(1,)]
        assert (get(again, "/readyz").status, again.stop(), again.errors) == (200, 0, [*SECOND_START, *STOPPING])
        assert list(used_dir.glob("postgres/*/postmaster.pid")) == []


def test_killed_with_all_its_processes_it_starts_again_with_what_was_committed(used_dir):
    with Server(used_dir) as server:
        server.wait_until_serving()
        query(used_dir, "CREATE TABLE kept_of_killed_all AS SELECT 1 AS one")
        server.kill_everything()

    with Server(used_dir) as server:
        server.wait_until_serving()

        assert query(used_dir, "SELECT * FROM kept_of_killed_all") == [(1,)]
        assert (server.stop(), server.errors) == (0, [*SECOND_START, *STOPPING])


def test_what_follows_the_last_migration_is_done_by_the_next_start_if_a_start_was_killed_before(used_dir):
    permission = "FROM auth_permission WHERE codename = 'add_logentry'"
    with Server(used_dir) as server:
        server.wait_until_serving()
        query(used_dir, f"DELETE {permission}")
        server.stop()
    with Server(used_dir) as again:
        again.wait_until_serving()

        assert len(query(used_dir, f"SELECT 1 {permission}")) == 1
        assert again.stop() == 0


def test_killed_postgres_is_brought_back_and_the_site_answers_again(used_dir):
    with Server(used_dir) as server:
        server.wait_until_serving()
        (pid_file,) = used_dir.glob("postgres/*/postmaster.pid")
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)

        server.wait_until_it_says("PostgreSQL has died; starting it again…")
        wait_until(lambda: get(server, "/readyz").status == 200)

        assert server.stop() == 0


def test_postgres_that_cannot_start_again_ends_nothing_else(used_dir):
    settings, *_others = used_dir.glob("postgres/*/postgresql.conf")
    good = settings.read_text()
    with Server(used_dir) as server:
        server.wait_until_serving()
        settings.write_text(f"{good}\nno_such_setting = 1\n")
        (pid_file,) = used_dir.glob("postgres/*/postmaster.pid")
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        wait_until(lambda: any("tried again in" in line for line in server.errors))
        meanwhile = get(server, "/about/")
        settings.write_text(good)
        wait_until(lambda: get(server, "/readyz").status == 200)

        # A page that this process kept, or that the database is away.
        assert meanwhile.status in (200, 503)
        assert server.stop() == 0


def test_two_servers_share_one_data_folder(used_dir):
    with Server(used_dir) as one, Server(used_dir) as other:
        one.wait_until_serving()
        other.wait_until_serving()

        assert one.stop() == 0
        assert get(other, "/readyz").status == 200
        assert other.stop() == 0


def test_request_under_way_is_answered_before_the_end(used_dir):
    with Server(used_dir) as server:
        server.wait_until_serving()
        with psycopg.connect(
            host=str(Cluster(used_dir).socket_dir), port=PORT, user="sijill", dbname="sijill"
        ) as database:
            database.execute("LOCK TABLE archive_sitesettings, archive_article IN ACCESS EXCLUSIVE MODE")
            client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
            client.request("GET", "/")
            wait_until(lambda: query(used_dir, "SELECT 1 FROM pg_locks WHERE NOT granted") == [(1,)])
            server.process.send_signal(signal.SIGTERM)
            wait_until(lambda: server.errors == [*SECOND_START, *STOPPING])
        with contextlib.closing(client):
            assert client.getresponse().status == 200

        assert server.wait() == 0


def test_what_goes_wrong_after_a_stop_was_asked_for_is_its_doing(monkeypatch):
    def broken_off(supervisor: Supervisor) -> None:
        supervisor.stopping = True
        raise StartError("a statement under way cannot be undone")

    monkeypatch.setattr(site_server, "serve", broken_off)
    monkeypatch.setattr(Supervisor, "take_signals", lambda _self: None)

    assert site_server.main() == 0

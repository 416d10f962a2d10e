"""The embedded PostgreSQL, driven for real: started, shared, killed and stopped."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from archive.newsroom.dashboard import shown_statement
from newsapp import postgres
from newsapp.postgres import PORT, SOCKET_NAME, Cluster, PostgresError, embedded_url
from tests.newsapp.server_process import PATIENCE_SECONDS, ROOT, kill_all, lives, wait_until

USER = """
import sys
from pathlib import Path
from newsapp.postgres import Cluster
with Cluster(Path(sys.argv[1]), throwaway=sys.argv[2] == "throwaway"):
    print("started", flush=True)
    sys.stdin.read()
"""


class User:
    """Another process that uses the cluster in DATA_DIR until it is told to leave."""

    def __init__(self, data_dir: Path, kind: str = "lasting") -> None:
        command = [sys.executable, "-c", USER, data_dir, kind]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def wait_until_started(self) -> "User":
        assert self.process.stdout.readline() == "started\n", self.process.stderr.read()
        return self

    def leave(self) -> int:
        self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=PATIENCE_SECONDS)


@pytest.fixture
def cluster(data_dir):
    cluster = Cluster(data_dir, throwaway=True)
    yield cluster
    cluster.release()


def query(data_dir: Path, statement: str, role: str = "sijill") -> list[tuple]:
    with psycopg.connect(
        host=str(Cluster(data_dir).socket_dir), port=PORT, user=role, dbname="sijill", autocommit=True
    ) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def postmaster(data_dir: Path) -> psutil.Process:
    (pid_file,) = data_dir.glob("postgres/*/postmaster.pid")
    return psutil.Process(int(pid_file.read_text().split()[0]))


def child_of(process: psutil.Process, name: str) -> psutil.Process:
    for child in process.children():
        with contextlib.suppress(psutil.NoSuchProcess):  # Backends come and go.
            if name in " ".join(child.cmdline()):
                return child
    raise AssertionError(f"{process} has no {name}")


def test_started_cluster_has_a_role_and_a_database_in_utf8(cluster):
    cluster.start()

    columns = "current_user, current_database(), getdatabaseencoding(), rolsuper, rolcreatedb"
    assert query(cluster.data_dir, f"SELECT {columns} FROM pg_roles WHERE rolname = current_user") == [
        ("sijill", "sijill", "UTF8", False, True)
    ]


def counted_in(data_dir: Path) -> list[str]:
    query(data_dir, "SELECT 'كلمة-سرية' /*request_id='8f14',view='archive:search'*/")
    query(data_dir, "SET application_name = 'كلمة-سرية'")
    return [text for (text,) in query(data_dir, "SELECT query FROM pg_stat_statements")]


def test_statements_are_counted_without_values(data_dir):
    with Cluster(data_dir):
        counted = counted_in(data_dir)

    assert [shown_statement(text) for text in counted if "8f14" in text] == ["SELECT $1"]
    assert [text for text in counted if "سرية" in text] == []


def test_a_cluster_that_was_made_without_counts_when_its_settings_say_so(cluster):
    """As docs/operating.md tells operators to switch it on."""
    cluster.start()
    assert query(cluster.data_dir, "SELECT extname FROM pg_extension") == [("plpgsql",)]
    cluster.release()
    with (cluster.cluster_dir / "postgresql.conf").open("a") as file:
        file.write("shared_preload_libraries = 'pg_stat_statements'\n")
    cluster.start()
    assert any("8f14" in text for text in counted_in(cluster.data_dir))


def test_programs_that_cannot_count_make_a_cluster_that_does_not(data_dir, monkeypatch):
    monkeypatch.setattr(postgres, "COUNTING_LIBRARY", "no_such_library")
    with Cluster(data_dir):
        assert query(data_dir, "SHOW shared_preload_libraries", role="postgres") == [("",)]


def test_cluster_listens_on_no_network_address_and_lets_nobody_into_its_folders(cluster):
    cluster.start()

    assert postmaster(cluster.data_dir).net_connections("inet") == []
    assert [oct(folder.stat().st_mode & 0o777) for folder in (cluster.home, cluster.socket_dir)] == ["0o700", "0o700"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over")
def test_root_hands_over_to_an_account_that_owns_nothing_else(cluster):
    cluster.start()

    assert postmaster(cluster.data_dir).username() == "sijill-postgres"


def test_variables_of_another_postgres_do_not_lead_the_cluster_astray(cluster, monkeypatch):
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATABASE", "other")
    monkeypatch.setenv("PGHOST", "other.invalid")

    cluster.start()

    assert query(cluster.data_dir, "SELECT 1") == [(1,)]


def test_two_first_starts_at_once_share_one_cluster_until_the_last_leaves(data_dir):
    users = [User(data_dir), User(data_dir)]
    first, second = (user.wait_until_started() for user in users)
    running = postmaster(data_dir)

    assert first.leave() == 0
    assert query(data_dir, "SELECT 1") == [(1,)]
    assert second.leave() == 0
    assert (lives(running), list(data_dir.glob("postgres/*/postmaster.pid"))) == (False, [])


def test_cluster_outlives_a_killed_starter_and_the_next_user_stops_it(data_dir):
    starter = User(data_dir).wait_until_started()
    query(data_dir, "CREATE TABLE kept AS SELECT 1 AS one")
    running = postmaster(data_dir)
    starter.kill()

    with Cluster(data_dir) as cluster:
        assert postmaster(data_dir) == running
        assert query(data_dir, "SELECT * FROM kept") == [(1,)]

    assert cluster.is_running() is False


def test_killed_postgres_starts_again_with_what_was_committed(data_dir):
    with Cluster(data_dir) as cluster:
        query(data_dir, "CREATE TABLE kept AS SELECT 1 AS one")
        postmaster(data_dir).kill()
        wait_until(lambda: not cluster.is_running())

        cluster.start()

        assert query(data_dir, "SELECT * FROM kept") == [(1,)]


def test_everything_killed_at_once_starts_again_with_what_was_committed(data_dir):
    starter = User(data_dir).wait_until_started()
    query(data_dir, "CREATE TABLE kept AS SELECT 1 AS one")
    running = postmaster(data_dir)
    kill_all([running, *running.children()])
    starter.kill()

    with Cluster(data_dir):
        assert query(data_dir, "SELECT * FROM kept") == [(1,)]


def test_pid_files_that_name_a_living_stranger_are_stale(cluster):
    cluster.start()
    pid_files = [cluster.cluster_dir / "postmaster.pid", cluster.socket_dir / f"{SOCKET_NAME}.lock"]
    stale = [re.sub(r"\A\d+", str(os.getppid()), pid_file.read_text()) for pid_file in pid_files]
    postmaster(cluster.data_dir).kill()
    wait_until(lambda: not cluster.is_running())
    for pid_file, words in zip(pid_files, stale, strict=True):
        pid_file.write_text(words)

    cluster.start()

    assert query(cluster.data_dir, "SELECT 1") == [(1,)]


def test_half_made_cluster_is_made_again(cluster):
    cluster.home.mkdir(mode=0o700)
    draft = cluster.home / "18.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")

    cluster.start()

    assert draft.exists() is False
    assert query(cluster.data_dir, "SELECT 1") == [(1,)]


def test_throwaway_cluster_dies_with_its_starter(data_dir):
    starter = User(data_dir, "throwaway").wait_until_started()
    running = postmaster(data_dir)

    starter.kill()

    wait_until(lambda: not lives(running))


def test_released_cluster_rolls_back_and_does_not_wait_for_idle_connections(cluster):
    cluster.start()
    idle = psycopg.connect(host=str(cluster.socket_dir), port=PORT, user="sijill", dbname="sijill")
    idle.execute("CREATE TABLE never_committed ()")

    cluster.release()
    cluster.start()

    assert query(cluster.data_dir, "SELECT to_regclass('never_committed')") == [(None,)]


def test_stop_that_hangs_is_cut_short_and_loses_nothing(cluster, monkeypatch):
    monkeypatch.setattr(postgres, "FAST_STOP_SECONDS", 0.2)
    cluster.start()
    # Throw-away clusters do not wait for the log; this one transaction does.
    query(cluster.data_dir, "SET synchronous_commit = on; CREATE TABLE kept AS SELECT 1 AS one")
    running = postmaster(cluster.data_dir)
    child_of(running, "checkpointer").suspend()

    cluster.release()
    assert lives(running) is False

    cluster.start()
    assert query(cluster.data_dir, "SELECT * FROM kept") == [(1,)]


def test_full_disk_is_known_from_what_postgres_said(cluster):
    cluster.start()
    before = cluster.ran_out_of_room()
    with cluster.log.open("a") as log:
        log.write('PANIC:  could not write to file "pg_wal/xlogtemp.1": No space left on device\n')

    assert (before, cluster.ran_out_of_room()) == (False, True)


def test_socket_of_a_deep_folder_is_where_its_path_is_short_enough():
    deep = Path("/srv") / ("ب" * 50) / "data"
    sockets = Cluster(deep).socket_dir

    assert sockets.parent == Path("/tmp")
    assert embedded_url(deep) == f"postgresql://sijill@:{PORT}/{sockets}/sijill"


def test_cluster_of_a_deep_folder_answers(data_dir):
    deep = data_dir / ("ب" * 50) / "a, b"
    cluster = Cluster(deep, throwaway=True)
    with cluster:
        assert query(deep, "SELECT 1") == [(1,)]
    cluster.socket_dir.rmdir()


def test_folder_open_to_others_is_refused(cluster):
    cluster.home.mkdir()
    cluster.home.chmod(0o755)

    with pytest.raises(PostgresError) as refusal:
        cluster.start()

    assert str(refusal.value) == f"{cluster.home} must be a folder closed to others: chmod 700 it, or remove it."


def test_file_in_the_place_of_the_folder_is_refused(cluster):
    cluster.home.write_text("")
    cluster.home.chmod(0o600)

    with pytest.raises(PostgresError) as refusal:
        cluster.start()

    assert str(refusal.value) == f"{cluster.home} must be a folder closed to others: chmod 700 it, or remove it."


def test_cluster_of_another_version_is_refused(cluster):
    cluster.start()
    cluster.release()
    older = cluster.home / "12"
    cluster.cluster_dir.rename(older)

    with pytest.raises(PostgresError) as refusal:
        cluster.start()

    assert str(refusal.value) == (
        f"The database in {older} was made by PostgreSQL 12, and this is {cluster.programs.version}: "
        "script/manage upgrade_postgres takes it over."
    )


def test_wrong_configuration_is_quoted_in_one_line(cluster):
    cluster.start()
    cluster.release()
    with (cluster.cluster_dir / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")

    with pytest.raises(PostgresError) as refusal:
        cluster.start()

    message = re.sub(r': .*? FATAL:  (.*)"/.*/(.*)"', r': \1"\2"', str(refusal.value))
    assert message == (
        f"The database could not be started in {cluster.home}: "
        f'configuration file "postgresql.conf" contains errors (its log is {cluster.log}).'
    )


def test_programs_that_are_not_there_are_named(data_dir):
    with pytest.raises(PostgresError) as refusal:
        Cluster(data_dir, programs=data_dir).start()

    message = re.sub(r"\(.*\)", "(…)", str(refusal.value))
    assert message == (
        f"The PostgreSQL in {data_dir} does not run on this machine (…): set DATABASE_URL to a PostgreSQL 15 or newer."
    )


def test_stop_by_signal_leaves_by_the_ordinary_way(data_dir):
    user = User(data_dir).wait_until_started()
    running = postmaster(data_dir)

    user.process.send_signal(signal.SIGINT)
    user.process.communicate(timeout=PATIENCE_SECONDS)

    assert lives(running) is False

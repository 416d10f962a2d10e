"""The embedded database of an older PostgreSQL, taken over by the one that is installed."""

import os
from pathlib import Path

import psycopg
import pytest

from archive.backups.drill import cluster_database
from archive.backups.telling import Teller
from archive.backups.upgrading import upgrade
from archive.exceptions import BackupError
from newsapp.postgres import Cluster, PostgresError
from newsapp.postgres_programs import Programs
from tests.newsapp.conftest import scratch_folder

OLD = Path("/usr/lib/postgresql/15/bin")
ROWS = "SELECT n AS id, 'خبر ' || n AS title FROM generate_series(1, 100) AS n"

pytestmark = pytest.mark.skipif(not (OLD / "postgres").exists(), reason="PostgreSQL 15 is not installed")


@pytest.fixture
def data_dir():
    with scratch_folder() as folder:
        folder.chmod(0o711)  # PostgreSQL 15 and older insist on a way to their directory.
        yield folder


def query(cluster: Cluster, statement: str):
    with psycopg.connect(cluster_database(cluster).conninfo, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_an_upgrade_keeps_everything(data_dir):
    with Cluster(data_dir, programs=OLD) as old:
        query(old, f"CREATE EXTENSION intarray; CREATE TABLE article AS {ROWS}")
        query(old, "CREATE SEQUENCE number; SELECT setval('number', 41)")
        with pytest.raises(BackupError, match="is in use: stop the site"):
            upgrade(data_dir, OLD, Teller())
        assert query(old, "SELECT count(*) FROM article") == [(100,)]
    conf = data_dir / "postgres/15/postgresql.conf"
    conf.write_text(conf.read_text().replace("work_mem = '16MB'", "work_mem = '17MB'"))
    with pytest.raises(PostgresError, match="script/manage upgrade_postgres takes it over"):
        Cluster(data_dir).start()
    done = upgrade(data_dir, OLD, Teller())
    after = Programs(data_dir).version
    assert done == (15, after, data_dir / f"postgres/15.before-{after}")
    with Cluster(data_dir) as new:
        assert query(new, "SHOW server_version_num")[0][0] > f"{after}0000"
        assert query(new, f"SELECT count(*) FROM (TABLE article EXCEPT {ROWS}) AS others") == [(0,)]
        assert query(new, "SELECT count(*) FROM article") == [(100,)]
        assert query(new, "SELECT nextval('number')") == [(42,)]
        assert query(new, "SHOW work_mem") == [("17MB",)]
        assert query(new, "SELECT count(*) > 0 FROM pg_stat_statements") == [(True,)]
    assert upgrade(data_dir, None, Teller()) == (after, after, None)
    # The old one can still be gone back to.
    done.kept.rename(data_dir / "postgres/15")
    with Cluster(data_dir, programs=OLD) as old:
        assert query(old, "SELECT count(*) FROM article") == [(100,)]


def test_an_upgrade_that_fails_changes_nothing(data_dir, monkeypatch):
    with Cluster(data_dir, programs=OLD) as old:
        query(old, f"CREATE TABLE article AS {ROWS}")
    monkeypatch.setattr(
        "archive.backups.upgrading.database_hashes", lambda cursor, tell: {"article": str(id(cursor))}
    )
    with pytest.raises(BackupError, match="The copy is not the same: article"):
        upgrade(data_dir, OLD, Teller())
    assert sorted(path.name for path in (data_dir / "postgres").iterdir() if path.name[0] in "1u") == [
        "15",
        "users.lock",
    ]
    with Cluster(data_dir, programs=OLD) as old:
        assert query(old, "SELECT count(*) FROM article") == [(100,)]


@pytest.fixture
def old_database(data_dir):
    with Cluster(data_dir, programs=OLD) as old:
        query(old, f"CREATE TABLE article AS {ROWS}")
    return data_dir


def test_nothing_is_removed_under_a_server_that_a_killed_upgrade_left(old_database):
    scratch = old_database / "postgres" / "upgrade"
    scratch.mkdir(mode=0o700)
    with Cluster(scratch) as left:
        with pytest.raises(BackupError, match=r"A PostgreSQL still runs in .*upgrade/postgres: stop it"):
            upgrade(old_database, OLD, Teller())
        assert query(left, "SELECT 1") == [(1,)]
    assert upgrade(old_database, OLD, Teller()).before == 15


def test_folders_are_not_renamed_under_a_server_that_does_not_stop(old_database, monkeypatch):
    monkeypatch.setattr(Cluster, "stop", lambda cluster: None)
    with pytest.raises(BackupError, match=r"A PostgreSQL still runs in .*: stop it"):
        upgrade(old_database, OLD, Teller())
    assert (old_database / "postgres/15").is_dir()
    assert not (old_database / "postgres/upgrade").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root hands the database over")
def test_an_ordinary_account_hands_nothing_over(old_database, monkeypatch):
    def refuse(*_arguments):
        raise PermissionError

    monkeypatch.setattr(os, "chown", refuse)
    assert upgrade(old_database, OLD, Teller()).before == 15


def test_no_database_is_said(tmp_path):
    with pytest.raises(BackupError, match="There is no embedded database in"):
        upgrade(tmp_path, None, Teller())

"""Which of PostgreSQL's programs are taken, and how a database is named to them."""

import io

import pytest

from archive.backups import databases
from archive.backups.databases import Database, _Feeder, _hand_on, dump, listed, load, programs_for
from archive.backups.drill import cluster_database
from archive.exceptions import BackupError
from newsapp.postgres import Cluster
from tests.newsapp.conftest import scratch_folder


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Programs of PostgreSQL 15 and 99 beside the embedded ones, and some that do not run."""
    for version in (15, 99, 100):
        folder = tmp_path / str(version) / "bin"
        folder.mkdir(parents=True)
        for name in ("pg_dump", "pg_restore", "psql"):
            (folder / name).write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.3'\n")
            (folder / name).chmod(0o755 if version < 100 else 0o644)
    monkeypatch.setattr(databases, "SYSTEM_PROGRAMS", tmp_path)
    monkeypatch.setattr(databases.shutil, "which", lambda name: None)
    return tmp_path


def test_the_oldest_write_and_the_newest_read(programs):
    assert programs_for(15) == programs / "15/bin"
    assert programs_for(15, reading=True) == programs / "99/bin"
    assert programs_for(19) == programs / "99/bin"


def test_programs_that_cannot_be_run_are_passed_over(programs):
    with pytest.raises(BackupError, match="The database is PostgreSQL 100"):
        programs_for(100)


def test_no_password_stands_on_a_command_line():
    database = Database.of({"host": "db", "dbname": "sijill", "password": "secret"})
    assert "secret" not in database.conninfo
    assert database.environment["PGPASSWORD"] == "secret"
    with pytest.raises(BackupError, match="sslpassword in DATABASE_URL"):
        Database.of({"host": "db", "dbname": "sijill", "sslpassword": "secret"})


def test_whatever_ends_the_pieces_of_a_dump_is_known():
    def pieces():
        yield b"half"
        raise RuntimeError("not foreseen")

    feeder = _Feeder(io.BytesIO(), pieces())
    feeder.start()
    feeder.join()
    assert str(feeder.error) == "not foreseen"


def test_a_server_that_counts_statements_is_restored_to_one_that_does_not():
    """Only a superuser may make what shows them, and whoever restores is none."""
    extensions = "SELECT array_agg(extname::text ORDER BY extname) FROM pg_extension"
    with (
        scratch_folder() as folder,
        Cluster(folder / "one") as counting,
        Cluster(folder / "other", throwaway=True) as other,
    ):
        source, target, programs = cluster_database(counting), cluster_database(other), counting.programs.folder
        with source.session() as connection:
            assert connection.execute(extensions).fetchone()[0] == ["pg_stat_statements", "plpgsql"]
            (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone()
            pieces = list(dump(source, programs, snapshot))
        load(target, programs, listed(programs, iter(pieces)), iter(pieces))
        with target.session() as connection:
            assert connection.execute(extensions).fetchone()[0] == ["plpgsql"]


def test_what_one_server_marks_its_columns_with_is_not_handed_to_another():
    """Debian's PostgreSQL 15.20 does, and only its own pg_dump leaves it out."""
    mark = b"ALTER TABLE ONLY public.article ALTER COLUMN id SET (pg_attver=22724512);\n"
    kept = b"ALTER TABLE ONLY public.article ALTER COLUMN title SET (n_distinct=-0.5);\n"
    both = b"ALTER TABLE ONLY public.article ALTER COLUMN title SET (pg_attver=22724512, n_distinct=-0.5);\n"
    timeout = b"SET transaction_timeout = 0;\n"
    begins, data = (
        b"SET lock_timeout = 0;\n",
        b"COPY public.article (title) FROM stdin;\n" + mark + timeout + b"\\.\n",
    )
    target = io.BytesIO()
    _hand_on(io.BytesIO(begins + timeout + mark + both + data), target, keep_timeout=False)
    assert target.getvalue() == begins + kept + data
    target = io.BytesIO()
    _hand_on(io.BytesIO(timeout + begins), target, keep_timeout=True)
    assert target.getvalue() == timeout + begins

"""What keeps `python -m newsapp.server` from starting is said in one line that tells what to do."""

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import Index

from newsapp.postgres import PORT, Cluster
from tests.newsapp.asking import database_url, get, query
from tests.newsapp.server_process import PATIENCE_SECONDS, Server, wait_until

# Run by themselves they would find no database: pytest-django makes one only for tests that say so.
pytestmark = pytest.mark.django_db

FIRST_START = ["Starting PostgreSQL…", "Preparing the database…", "Collecting static files…"]


def refusal(data_dir: Path, **variables: str) -> tuple[int, list[str]]:
    """Return the exit code and stderr of a server that cannot start."""
    with Server(data_dir, **variables) as server:
        return server.wait(), server.errors


def test_taken_port_is_named(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        assert refusal(data_dir, PORT=str(port)) == (
            1,
            [f"Port {port} is taken by another program: stop that, or choose another port with PORT=…."],
        )


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"PORT": "http"}, "A setting is wrong: PORT must be a number, not 'http'."),
        ({"PORT": "65536"}, "PORT must be between 0 and 65535, not 65536."),
        (
            {"HOST": "192.0.2.1"},
            "This machine cannot listen on HOST=192.0.2.1 (Cannot assign requested address): choose one of its own "
            "addresses, 127.0.0.1 for itself alone or 0.0.0.0 for all of them.",
        ),
        (
            {"DATABASE_URL": "mysql://localhost/sijill"},
            "A setting is wrong: DATABASE_URL must look like postgresql://role:password@host:5432/database.",
        ),
        (
            {"SIJILL_DATA_DIR": "/dev/null/sijill"},
            "The data folder cannot be used (Not a directory: /dev/null/sijill): let this account write there, or set "
            "SIJILL_DATA_DIR to a folder where it may.",
        ),
    ],
)
def test_setting_that_cannot_be_used_is_named(data_dir, variables, line):
    assert refusal(data_dir, **variables) == (1, [line])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_data_folder_that_cannot_be_written_is_named(data_dir):
    data_dir.chmod(0o500)

    code, (line,) = refusal(data_dir)

    assert (code, re.sub(r": /\S+\)", ": …)", line)) == (
        1,
        "The data folder cannot be used (Permission denied: …): let this account write there, or set SIJILL_DATA_DIR "
        "to a folder where it may.",
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "no_such_database"}, "it has no such database; make it with createdb"),
        ({"role": "no_such_role"}, "it has no such role; make it with CREATE ROLE"),
    ],
)
def test_database_that_refuses_says_what_is_missing(data_dir, migrated_database, changes, reason):
    code, (line,) = refusal(data_dir, DATABASE_URL=database_url(**changes))

    assert (code, line.rpartition(" cannot be used: ")[2]) == (1, f"{reason}.")


def test_wrong_password_is_refused_without_being_shown(data_dir):
    with Cluster(data_dir, throwaway=True) as cluster:
        with psycopg.connect(
            host=str(cluster.socket_dir), port=PORT, user="postgres", dbname="postgres", autocommit=True
        ) as database:
            database.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
            rules = cluster.cluster_dir / "pg_hba.conf"
            rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
            database.execute("SELECT pg_reload_conf()")
            wait_until(
                lambda: (
                    database.execute("SELECT user_name FROM pg_hba_file_rules LIMIT 1").fetchone() == (["guarded"],)
                )
            )
        host = quote(str(cluster.socket_dir), safe="")

        assert refusal(data_dir, DATABASE_URL=f"postgresql://guarded:wrong@{host}:{PORT}/sijill") == (
            1,
            [
                f"The database 'sijill' of DATABASE_URL, as 'guarded', at {cluster.socket_dir}:{PORT} cannot be used: "
                "it refuses the account or the password."
            ],
        )


def test_database_that_nobody_runs_is_waited_for_and_named(data_dir):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

        assert refusal(data_dir, DATABASE_URL=f"postgresql://sijill@127.0.0.1:{port}/sijill") == (
            1,
            [
                "Waiting for the database (up to 15 seconds)…",
                f"The database 'sijill' of DATABASE_URL, as 'sijill', at 127.0.0.1:{port} cannot be used: "
                "nothing answers there; start it.",
            ],
        )


@contextlib.contextmanager
def stranger(answer: bytes) -> Iterator[int]:
    """Yield the port of a program that gives ANSWER to whatever is asked of it."""

    def talk() -> None:
        client, _address = listener.accept()
        with client:
            client.recv(4096)
            client.sendall(answer)
            client.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(PATIENCE_SECONDS)


@contextlib.contextmanager
def posing_as(version: bytes) -> Iterator[int]:
    """Yield a port where the tests' PostgreSQL answers as if its major version were the two digits of VERSION."""
    settings = connection.settings_dict
    host, port = settings["HOST"], settings["PORT"] or PORT

    def talk() -> None:
        client, _address = listener.accept()
        with client, server:
            forth = threading.Thread(target=pass_on, args=(client, server))
            forth.start()
            pass_on(server, client)
            forth.join(PATIENCE_SECONDS)

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        while words := source.recv(65536):
            target.sendall(re.sub(rb"(?<=server_version\0)\d\d", version, words))
        target.shutdown(socket.SHUT_WR)

    server = socket.socket(socket.AF_UNIX) if host.startswith("/") else socket.create_connection((host, port))
    if host.startswith("/"):
        server.connect(f"{host}/.s.PGSQL.{port}")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(PATIENCE_SECONDS)


@pytest.mark.parametrize("version", [b"13", b"14"])
def test_postgres_that_is_too_old_is_refused(data_dir, migrated_database, version):
    with posing_as(version) as port:
        code, (line,) = refusal(
            data_dir, DATABASE_URL=database_url(host="127.0.0.1", port=str(port)) + "?sslmode=disable"
        )

    reason = line.rpartition(" cannot be used: ")[2]
    assert (code, reason) == (1, "it is older than PostgreSQL 15; use that or a newer one.")


def test_program_that_is_no_postgres_is_refused(data_dir):
    with stranger(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        url = f"postgresql://sijill@127.0.0.1:{port}/sijill?sslmode=disable&gssencmode=disable"

        assert refusal(data_dir, DATABASE_URL=url) == (
            1,
            [
                f"The database 'sijill' of DATABASE_URL, as 'sijill', at 127.0.0.1:{port} cannot be used: "
                "what answers there is no PostgreSQL."
            ],
        )


def test_database_in_another_encoding_is_refused(data_dir):
    with Cluster(data_dir, throwaway=True) as cluster:
        query(data_dir, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0")
        host = quote(str(cluster.socket_dir), safe="")

        code, (line,) = refusal(data_dir, DATABASE_URL=f"postgresql://sijill@{host}/latin")

    reason = line.rpartition(" cannot be used: ")[2]
    assert (code, reason) == (1, "its encoding is LATIN1; make it with ENCODING 'UTF8'.")


def test_migration_that_fails_is_named_with_its_reason(data_dir):
    with Cluster(data_dir, throwaway=True):
        query(data_dir, "CREATE TABLE archive_article ()")

    assert refusal(data_dir) == (
        1,
        [
            *FIRST_START[:2],
            'The migration archive.0001_initial failed and was undone (relation "archive_article" already exists): '
            "what was applied before it stays, nothing else was changed. Correct it, or go back to the version "
            "before, and start again.",
        ],
    )


def test_nothing_stays_of_a_migration_that_fails_half_way_and_the_next_start_does_it_all(data_dir):
    tables = "SELECT tablename FROM pg_tables WHERE tablename LIKE 'archive%'"
    with Cluster(data_dir, throwaway=True):
        # The last that the first migration makes.
        query(data_dir, "CREATE TABLE archive_alias ()")
        code, (*_first, line) = refusal(data_dir)
        left = query(data_dir, tables)
        query(data_dir, "DROP TABLE archive_alias")
        with Server(data_dir) as server:
            ready = get(server.wait_until_serving(), "/readyz").status
            server.stop()

    assert (code, line.partition(" (")[0]) == (1, "The migration archive.0001_initial failed and was undone")
    assert left == [("archive_alias",)]
    assert ready == 200


def is_undone(migration: Migration) -> bool:
    """Whether nothing stays of MIGRATION where it fails.

    One that is not in a transaction would leave what it did: but for one index, made or removed beside readers, which
    is begun anew the next time (archive/apps.py).
    """
    kinds = [type(operation) for operation in migration.operations]
    return migration.atomic or kinds in ([AddIndexConcurrently], [RemoveIndexConcurrently])


def test_every_migration_is_undone_when_it_fails():
    """As the refusal promises."""
    migrations = MigrationLoader(None).disk_migrations

    assert [name for name, migration in migrations.items() if not is_undone(migration)] == []


@pytest.mark.parametrize(("count", "undone"), [(1, True), (2, False)])
def test_of_what_is_made_beside_readers_a_migration_makes_one(count, undone):
    migration = Migration("0099_harbours", "archive")
    migration.atomic = False
    index = Index("title", name="article_by_title")
    migration.operations = [AddIndexConcurrently("article", index)] * count

    assert is_undone(migration) is undone

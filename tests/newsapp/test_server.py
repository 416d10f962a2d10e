"""`python -m newsapp.server`, driven for real: starts, stops, kills, refusals, and what it serves and logs."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import Index

from newsapp import server as site_server
from newsapp.postgres import PORT, Cluster
from newsapp.preparation import StartError
from newsapp.server import Supervisor
from tests.newsapp.server_process import PATIENCE_SECONDS, Server, Worker, lives, wait_until

FIRST_START = ["Starting PostgreSQL…", "Preparing the database…", "Collecting static files…"]
SECOND_START = ["Starting PostgreSQL…"]
STOPPING = ["Stopping…"]
QUERY = "كلمة-سرية"


@pytest.fixture(scope="module")
def site(used_dir, migrated_database):
    """A site that stays up for all tests, in its own settings as they are without a variable."""
    with Server(used_dir, DATABASE_URL=database_url(), LOG_FORMAT="json") as server:
        yield server.wait_until_serving()
        server.stop()


@pytest.fixture(scope="module")
def secure_site(site):
    """The same behind a proxy that speaks HTTPS to readers."""
    variables = {"HTTPS": "true", "BEHIND_PROXY": "true", "ALLOWED_HOSTS": "archive.example, localhost"}
    with Server(site.data_dir, DATABASE_URL=database_url(), **variables) as server:
        yield server.wait_until_serving()
        server.stop()


@pytest.fixture(scope="module")
def migrated_database(django_db_setup):
    """The tests' own database, as others see it: migrated and empty."""


def database_url(*, name: str = "", role: str = "", host: str = "", port: str = "") -> str:
    """Return the address of the tests' PostgreSQL with parts of it changed."""
    settings = connection.settings_dict
    role, name = role or settings["USER"], name or settings["NAME"]
    password = f":{quote(settings['PASSWORD'], safe='')}" if settings["PASSWORD"] else ""
    host, port = quote(host or settings["HOST"], safe=""), port or settings["PORT"] or PORT
    return f"postgresql://{role}{password}@{host}:{port}/{name}"


def get(server: Server, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(client):
        client.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = client.getresponse()
        response.text = response.read()
        return response


def send(server: Server, request: bytes) -> bytes:
    """Send bytes that no proper client would; return the beginning of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as client:
        client.sendall(request)
        return client.recv(12)


def exchange(server: Server, request: bytes) -> bytes:
    """Send bytes that no proper client would; return the whole answer."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(65536), b""))


def refuses_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS).close()
    except ConnectionRefusedError:
        return True
    return False


def query(data_dir: Path, statement: str) -> list[tuple]:
    with psycopg.connect(
        host=str(Cluster(data_dir).socket_dir), port=PORT, user="sijill", dbname="sijill", autocommit=True
    ) as database:
        cursor = database.execute(statement)
        return cursor.fetchall() if cursor.description else []


def refusal(data_dir: Path, **variables: str) -> tuple[int, list[str]]:
    """Return the exit code and stderr of a server that cannot start."""
    with Server(data_dir, **variables) as server:
        return server.wait(), server.errors


# --- Starting and stopping ------------------------------------------------------------------------------------------


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


def test_killed_postgres_is_brought_back_and_the_site_answers_again(used_dir):
    with Server(used_dir) as server:
        server.wait_until_serving()
        (pid_file,) = used_dir.glob("postgres/*/postmaster.pid")
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)

        server.wait_until_it_says("PostgreSQL has died; starting it again…")
        wait_until(lambda: get(server, "/readyz").status == 200)

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


# --- Refusals: one line that says what to do ------------------------------------------------------------------------


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


# --- What is served -------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "report-uri /policy-report",
}


def security_headers(response: http.client.HTTPResponse) -> dict:
    names = (
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
        "Strict-Transport-Security",
        "Permissions-Policy",
    )
    return {name: response.headers[name] for name in names}


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": None,
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "payment=(), usb=()",
}


@pytest.mark.parametrize("path", ["/", "/search/?q=x", "/no-such-page/", "/admin/login/", "/api/v1/docs"])
def test_every_page_has_the_security_headers(site, path):
    response = get(site, path)

    assert security_headers(response) == HEADERS
    assert set(response.headers["Content-Security-Policy"].split("; ")) == CONTENT_SECURITY_POLICY


def test_behind_https_pages_ask_for_https_for_good(secure_site):
    response = get(secure_site, "/", Host="archive.example", X_Forwarded_Proto="https")

    assert response.status == 200
    assert security_headers(response) == HEADERS | {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload"
    }
    assert set(response.headers["Content-Security-Policy"].split("; ")) == CONTENT_SECURITY_POLICY | {
        "upgrade-insecure-requests"
    }


@pytest.mark.parametrize(("site_name", "secure"), [("site", False), ("secure_site", True)])
def test_cookies_are_closed_to_scripts_and_secure_behind_https(request, site_name, secure):
    response = get(request.getfixturevalue(site_name), "/admin/login/", Host="localhost", X_Forwarded_Proto="https")

    flags = {flag.strip() for flag in response.headers["Set-Cookie"].split(";") if "=" not in flag}
    assert flags == {"HttpOnly", *(["Secure"] if secure else [])}


def test_plain_http_is_sent_to_https_but_monitors_are_answered(secure_site):
    page = get(secure_site, "/about/?x=1", Host="archive.example")
    monitors = [get(secure_site, path, Host="archive.example").status for path in ("/healthz", "/readyz", "/metrics")]

    assert (page.status, page.headers["Location"], monitors) == (
        301,
        "https://archive.example/about/?x=1",
        [200, 200, 404],
    )


def test_static_files_have_hashed_names_are_compressed_and_kept_for_good(site):
    paths = re.findall(r'<link[^>]*href="(/static/[^"]+\.css)"', get(site, "/").text.decode())
    answers = [get(site, path, Accept_Encoding="br, gzip") for path in paths]

    assert paths != []
    assert [path for path in paths if not re.search(r"\.[0-9a-f]{12}\.css$", path)] == []
    assert {(answer.headers["Cache-Control"], answer.headers["Content-Encoding"]) for answer in answers} == {
        ("max-age=315360000, public, immutable", "br")
    }
    assert get(site, paths[0], Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"


def test_monitors_are_answered(site):
    answers = [get(site, path) for path in ("/healthz", "/readyz")]

    assert [(answer.status, json.loads(answer.text)) for answer in answers] == [(200, {"status": "ok"})] * 2


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/search/?q={'x' * 9000}", {}, 414),
        ("/", {"Cookie": "x" * 9000}, 431),
        ("/", {f"X-{number}": "x" for number in range(150)}, 431),
        ("/", {"Not a name": "x"}, 400),
    ],
    ids=["address too long", "header too long", "too many headers", "no header"],
)
def test_request_that_cannot_be_read_is_answered_in_arabic(site, path, headers, status):
    response = get(site, path, **headers)
    page = response.text.decode()

    assert (response.status, response.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert '<html lang="ar" dir="rtl">' in page
    shown = str(status).translate(str.maketrans("01234", "٠١٢٣٤"))
    assert f'<p class="error-page-code">{shown}</p>' in page
    assert page.endswith("</html>\n")
    assert re.search(r"/static/css/site\.\w+\.css", page)


@pytest.mark.parametrize(
    ("path", "headers", "status", "message"),
    [
        (f"/api/v1/articles?q={'x' * 9000}", {}, 414, "العنوان أطول من أن يُقرأ: تكفي بضع كلمات."),
        ("/api/v1/articles", {"Cookie": "x" * 9000}, 431, "ترويسات الطلب أكبر من أن تُقرأ."),
        ("/api/v1/articles", {"Not a name": "x"}, 400, "الطلب غير مقروء."),
    ],
    ids=["address too long", "header too long", "no header"],
)
def test_request_to_the_api_that_cannot_be_read_is_answered_in_its_form(site, path, headers, status, message):
    response = get(site, path, **headers)

    assert (response.status, response.headers["Content-Type"]) == (status, "application/json")
    assert json.loads(response.text) == {"detail": [{"field": None, "message": message}]}


@pytest.mark.parametrize(
    ("raw", "encoded"),
    [
        ("جنيف", quote("جنيف")),
        ("صفحة".encode()[:-1], quote("صفحة".encode()[:-1])),
        (b"\xff\xfe-\xc0\x80", "%FF%FE-%C0%80"),
    ],
    ids=["UTF-8", "cut UTF-8", "no UTF-8"],
)
@pytest.mark.parametrize("path", ["/api/v1/articles?q=", "/search/?q=", "/section/"])
def test_address_in_raw_bytes_is_read_as_if_they_were_percent_encoded(site, path, raw, encoded):
    raw = raw.encode() if isinstance(raw, str) else raw
    wanted = get(site, path + encoded)
    request = b"GET " + path.encode() + raw + b" HTTP/1.0\r\nHost: localhost\r\n\r\n"
    head, _, body = exchange(site, request).partition(b"\r\n\r\n")

    assert wanted.status in (200, 301, 422)
    assert head.startswith(b"HTTP/1.0 %d " % wanted.status)
    assert wanted.headers.get("Location", "").encode() in head
    assert body == wanted.text


def test_other_machines_requests_are_refused_until_the_names_are_given(site):
    assert get(site, "/", Host="archive.example").status == 400


def test_serving_every_address_says_that_names_are_wanted(site):
    with Server(site.data_dir, DATABASE_URL=database_url(), HOST="0.0.0.0") as server:
        server.wait_until_serving()
        server.stop()

        assert server.errors == [
            "Set ALLOWED_HOSTS to this machine's names or addresses: others' requests are refused until then.",
            *STOPPING,
        ]


# --- What is logged -------------------------------------------------------------------------------------------------


def test_logs_have_no_reader_in_them(site):
    text = quote(QUERY)
    with Server(site.data_dir, DATABASE_URL=database_url(), LOG_FORMAT="json") as server:
        server.wait_until_serving()
        answers = [
            get(server, f"/search/?q={text}").status,
            get(server, f"/search/?q={text}", "HEAD").status,
            get(server, f"/{quote('لا-صفحة')}/?q={text}").status,
            get(server, f"/search/?q={text}", "POST").status,
            get(server, f"/?q={text}", Host=f"{text}.example").status,
            get(server, f"/search/?q={text}&{'x' * 9000}").status,
            send(server, f"GET /?q={text}\r\nnonsense\r\n\r\n".encode()),
            send(server, f"{text} /\r\n\r\n".encode()),
        ]
        server.stop()
        logged = [line for line in server.errors if line not in STOPPING]

    assert answers == [200, 200, 404, 405, 400, 414, b"HTTP/1.1 400", b"HTTP/1.1 400"]
    assert [(entry["level"], entry["logger"], entry["event"]) for entry in map(json.loads, logged)] == [
        ("warning", "django.request", "Not Found: /لا-صفحة/"),
        ("warning", "django.request", "Method Not Allowed (POST): /search/"),
    ]


def test_error_behind_a_page_is_logged_without_the_query(used_dir):
    with Server(used_dir, LOG_FORMAT="json") as server:
        server.wait_until_serving()
        query(used_dir, "ALTER TABLE archive_article RENAME TO hidden")
        status = get(server, f"/search/?q={quote(QUERY)}").status
        query(used_dir, "ALTER TABLE hidden RENAME TO archive_article")
        server.stop()
        (logged,) = [line for line in server.errors if line.startswith("{")]

    entry = json.loads(logged)
    assert (status, entry["level"], entry["event"]) == (500, "error", "Internal Server Error: /search/")
    assert [word for word in (QUERY, quote(QUERY), "127.0.0.1") if word in logged] == []


def test_what_goes_wrong_after_a_stop_was_asked_for_is_its_doing(monkeypatch):
    def broken_off(supervisor: Supervisor) -> None:
        supervisor.stopping = True
        raise StartError("a statement under way cannot be undone")

    monkeypatch.setattr(site_server, "serve", broken_off)
    monkeypatch.setattr(Supervisor, "take_signals", lambda _self: None)

    assert site_server.main() == 0

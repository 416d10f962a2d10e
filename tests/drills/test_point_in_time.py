"""Point-in-time recovery by the real pgBackRest, with the configuration that docs/backups.md tells to use."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from archive.backups.fingerprint import database_hashes

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "postgres"
PORT = 54329
PATIENCE_SECONDS = 60
PROGRAMS = Path(os.environ.get("SIJILL_TEST_POSTGRES", "/usr/lib/postgresql/15/bin"))

pytestmark = pytest.mark.skipif(
    not (shutil.which("pgbackrest") and (PROGRAMS / "initdb").exists()), reason="needs pgBackRest and PostgreSQL 15"
)


class Server:
    """A PostgreSQL below FOLDER that hands its log to pgBackRest, as docs/backups.md tells."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.data = folder / "main"
        self.config = folder / "pgbackrest.conf"
        for name in ("main", "repository", "log", "socket", "lock"):
            (folder / name).mkdir(mode=0o700)
            self._hand_over(folder / name)
        self.config.write_text(self._configuration())
        self._hand_over(self.config)
        self.run(PROGRAMS / "initdb", "-D", self.data, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(
                f"port = {PORT}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder / 'socket'}'\n"
                + re.search(r"```ini\n(archive_mode.*?)```", (ROOT / "docs/backups.md").read_text(), re.DOTALL)[
                    1
                ].replace("pgbackrest --", f"pgbackrest --config={self.config} --")
            )

    def _configuration(self) -> str:
        text = (ROOT / "deploy/pgbackrest.conf").read_text()
        for old, new in {
            "/var/lib/pgbackrest": "repository",
            "/var/log/pgbackrest": "log",
            "/var/lib/postgresql/15/main": "main",
            "/var/run/postgresql": "socket",
        }.items():
            assert f"={old}\n" in text
            text = text.replace(f"={old}\n", f"={self.folder / new}\n")
        text = text.replace("pg1-port=5432", f"pg1-port={PORT}")
        return text.replace("\nlog-path=", f"\nlock-path={self.folder / 'lock'}\nlog-path=")

    def _hand_over(self, path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, ACCOUNT, ACCOUNT)

    def run(self, *command) -> str:
        account = ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
        result = subprocess.run(
            [*account, *map(str, command)], cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def backrest(self, *command) -> str:
        return self.run("pgbackrest", f"--config={self.config}", "--stanza=sijill", *command)

    def start(self) -> None:
        self.run(PROGRAMS / "pg_ctl", "-D", self.data, "-l", self.folder / "log" / "postgres.log", "-w", "start")

    def stop(self) -> None:
        self.run(PROGRAMS / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(host="127.0.0.1", port=PORT, user=ACCOUNT, dbname="postgres", autocommit=True)


@pytest.fixture
def server():
    with tempfile.TemporaryDirectory(prefix="sijill-drill-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        server = Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def hashes(connection) -> dict[str, str]:
    with connection.transaction(), connection.cursor() as cursor:
        return database_hashes(cursor)


def test_a_database_is_restored_to_a_moment(server):
    server.backrest("stanza-create")
    server.backrest("check")
    with server.connect() as connection:
        connection.execute("CREATE TABLE article (id bigint PRIMARY KEY, title text)")
        connection.execute("INSERT INTO article SELECT n, 'قبل النسخة ' || n FROM generate_series(1, 1000) AS n")
        server.backrest("--type=full", "backup")
        connection.execute("INSERT INTO article SELECT n, 'بعد النسخة ' || n FROM generate_series(1001, 1100) AS n")
        expected = hashes(connection)
        (moment,) = connection.execute("SELECT clock_timestamp()::text").fetchone()
        time.sleep(1)
        connection.execute("UPDATE article SET title = 'خطأ'")
        connection.execute("INSERT INTO article VALUES (2000, 'بعد اللحظة')")
        assert hashes(connection) != expected
        connection.execute("SELECT pg_switch_wal()")
    server.stop()
    shutil.rmtree(server.data)
    server.data.mkdir(mode=0o700)
    server._hand_over(server.data)
    server.backrest("--type=time", f"--target={moment}", "--target-action=promote", "restore")
    server.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    with server.connect() as connection:
        while connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert hashes(connection) == expected
        assert connection.execute("SELECT count(*), max(id) FROM article").fetchone() == (1100, 1100)
        # It is a database like any other again.
        connection.execute("INSERT INTO article VALUES (3000, 'جديد')")
    assert "status: ok" in server.backrest("info")

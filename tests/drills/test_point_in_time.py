"""Point-in-time recovery of a whole site's database by the real pgBackRest, as docs/backups.md tells."""

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
from tests.drills.site import Site
from tests.newsapp.server_process import ROOT

DOCS = (ROOT / "docs/backups.md").read_text()
ACCOUNT = "postgres"
PORT = 54329
PATIENCE_SECONDS = 60
EDIT = "' (نسخة منقّحة)'"
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
                + re.search(r"```ini\n(archive_mode.*?)```", DOCS, re.DOTALL)[1].replace(
                    "pgbackrest --", f"pgbackrest --config={self.config} --"
                )
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
        return psycopg.connect(self.url(), autocommit=True)

    def url(self) -> str:
        return f"postgresql://{ACCOUNT}@127.0.0.1:{PORT}/sijill"


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


def backups_of_the_crontab() -> list[list[str]]:
    """What pgBackRest is told on Sundays, and on other days."""
    return [words.split() for words in re.findall(r"(?m)^    0 2 .*pgbackrest --stanza=sijill (.*)$", DOCS)]


def test_a_site_is_restored_to_a_moment(server):
    on_sundays, on_other_days = backups_of_the_crontab()
    server.backrest("stanza-create")
    server.backrest("check")
    server.run(PROGRAMS / "createdb", "-h", "127.0.0.1", "-p", PORT, "sijill")
    site = Site(server.folder / "site", DATABASE_URL=server.url())
    site.run("migrate", "-v0")
    site.run("load_demo", "-v0")
    server.backrest(*on_sundays)
    with server.connect() as connection:
        connection.execute(f"UPDATE archive_article SET title = title || {EDIT}")
        server.backrest(*on_other_days)
        connection.execute(f"UPDATE archive_article SET title = title || {EDIT}")
        expected = hashes(connection)
        (moment,) = connection.execute("SELECT clock_timestamp()::text").fetchone()
        time.sleep(1)
        connection.execute("UPDATE archive_article SET title = 'خطأ'")
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
        # It is a database like any other again.
        connection.execute(f"UPDATE archive_article SET title = title || {EDIT}")
    told = server.backrest("info")
    assert ("status: ok" in told, told.count("full backup: "), told.count("diff backup: ")) == (True, 1, 1)

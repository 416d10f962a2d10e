"""deploy/sijill.py on a bare Debian 12 that boots: from nothing to HTTPS, to the next release and back, and away again.

What docs/operating.md tells an operator to type is typed here, on one machine: each test begins where the one before it
ended. The machine has this one's network, so that the ports of a site have to be free.
"""

import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drills.machine import Machine, machine, make_base

ROOT = Path(__file__).resolve().parents[2]
NAME = "archive.example.org"
SOURCE = "/usr/src/sijill"
PORTS = (80, 443, 5432, 8000, 8001, 8900)
READERS = 4
MOST_EXPOSURE = 20
INSTALL = (f"{SOURCE}/deploy/sijill.py", "install", NAME)


def taken() -> list[int]:
    found = []
    for port in PORTS:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            found.append(port)
    return found


pytestmark = [
    pytest.mark.skipif(
        os.geteuid() != 0 or not all(map(shutil.which, ("debootstrap", "unshare", "nsenter"))),
        reason="needs root, debootstrap, unshare and nsenter",
    ),
    pytest.mark.skipif(bool(taken()), reason=f"the ports {taken()} are taken"),
]


@pytest.fixture(scope="module")
def debian():
    """A bare Debian that runs, with nothing of ours but a clone of it, as the first step of the guide has it."""
    with tempfile.TemporaryDirectory(prefix="sijill-debian-", ignore_cleanup_errors=True) as folder:
        base, rest = Path(folder) / "base", Path(folder) / "machine"
        make_base(base)
        rest.mkdir()
        with machine(base, rest) as debian:
            debian.run("apt-get", "update", "-qq")
            debian.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "git", "python3")
            bundle = Path(folder) / "sijill.bundle"
            subprocess.run(["git", "bundle", "create", "--quiet", str(bundle), "HEAD"], cwd=ROOT, check=True)
            debian.path("/root/sijill.bundle").write_bytes(bundle.read_bytes())
            debian.run("git", "clone", "--quiet", "/root/sijill.bundle", SOURCE)
            yield debian


def ask(path: str, *, host: str = NAME, port: int = 443) -> tuple[int, str]:
    """The status and text of PATH, asked for as a new reader does: on a connection of its own."""
    context = ssl._create_unverified_context()  # The certificate is nobody's.
    client = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)
    try:
        client.request("GET", path, headers={"Host": host})
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    finally:
        client.close()


class Readers:
    """Some who read one page after the other while something happens; what they did not get is in `lost`."""

    pages = ("/", "/search/?q=%D9%84%D8%A8%D9%86%D8%A7%D9%86", "/archive/", "/robots.txt", "/readyz")

    def __init__(self) -> None:
        self.read, self.lost, self.slowest = 0, [], 0.0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, args=(number,)) for number in range(READERS)]

    def _go_on(self, number: int) -> None:
        while not self._stop.is_set():
            # Each time another address, which no cache has.
            path = self.pages[(self.read + number) % len(self.pages)]
            started = time.monotonic()
            try:
                status, _text = ask(f"{path}{'&' if '?' in path else '?'}n={number}-{self.read}")
            except (OSError, http.client.HTTPException) as error:
                status = repr(error)
            self.slowest = max(self.slowest, time.monotonic() - started)
            self.read += 1
            if status != 200:
                self.lost.append((path, status))

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        print(f"{self.read} pages read, {len(self.lost)} lost, the slowest took {self.slowest:.1f} s")


def metrics(debian: Machine) -> dict[str, float]:
    """What Prometheus on the machine is told, of what has no labels."""
    [token] = re.findall(r"(?m)^METRICS_TOKEN=(.+)$", debian.path("/etc/sijill/sijill.env").read_text())
    client = http.client.HTTPConnection("127.0.0.1", 8900, timeout=60)
    with contextlib.closing(client):
        client.request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
        text = client.getresponse().read().decode()
    return {name: float(value) for name, value in re.findall(r"(?m)^(\w+) (\S+)$", text)}


def status(debian: Machine) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in debian.run("sijill", "status").splitlines() if ": " in line)


def change_source(debian: Machine, name: str, change: Callable[[str], str]) -> None:
    """Commit a change of the file NAME in the clone."""
    path = debian.path(f"{SOURCE}/{name}")
    path.write_text(change(path.read_text()))
    identity = ("-c", "user.name=drill", "-c", "user.email=drill@example.org")
    debian.run("git", "-C", SOURCE, *identity, "commit", "--quiet", "--all", "--message=drill")


def mark(debian: Machine, release: str) -> None:
    """Let what RELEASE brings for systemd and nginx be another."""
    for name in ("deploy/systemd/sijill-worker.service", "deploy/nginx.conf"):
        change_source(debian, name, lambda text: f"{text}# of release {release}\n")


def marks(debian: Machine) -> list[str]:
    """What stands in the files of the machine that `mark` changes."""
    places = ("/etc/systemd/system/sijill-worker.service", "/etc/nginx/conf.d/sijill.conf")
    return ["".join(re.findall("# of release (.)", debian.path(place).read_text())) for place in places]


def test_1_a_bare_debian_becomes_a_site(debian):
    print(debian.run(*INSTALL))
    code, text = ask("/")

    assert (code, '<html lang="ar" dir="rtl"' in text) == (200, True)
    assert (
        debian.run("systemctl", "is-active", "sijill.target", "sijill-worker.service", "nginx").split()
        == ["active"] * 3
    )
    assert debian.run("systemctl", "--failed", "--no-legend") == ""


def test_1_its_database_counts_statements(debian):
    ask = "SELECT count(*) > 0 FROM pg_stat_statements WHERE query LIKE '%archive_%'"
    psql = ("runuser", "-u", "sijill", "--", "psql", "--no-psqlrc", "--tuples-only", "--no-align", "-c", ask)
    assert debian.run(*psql, "sijill") == "t\n"


def test_2_installing_again_changes_nothing(debian):
    assert debian.run(*INSTALL).splitlines() == [
        f"Sijill is at https://{NAME}/. An account for its first editor: sijill manage createsuperuser"
    ]


def test_3_what_is_installed_is_closed_to_others(debian):
    shown = debian.run(
        "stat", "--format=%n %U:%G %a", "/etc/sijill/sijill.env", "/etc/sijill/tls/privkey.pem", "/var/lib/sijill",
        "/var/backups/sijill", "/srv/sijill/releases",
    )  # fmt: skip

    assert shown.splitlines() == [
        "/etc/sijill/sijill.env root:sijill 640",
        "/etc/sijill/tls/privkey.pem root:root 600",
        "/var/lib/sijill sijill:sijill 750",
        "/var/backups/sijill sijill:sijill 750",
        "/srv/sijill/releases root:root 755",
    ]
    assert debian.run("find", "/srv/sijill", "-user", "sijill") == ""
    assert debian.run_any("runuser", "-u", "sijill", "--", "touch", "/srv/sijill/current/manage.py")[0] == 1


def test_4_programs_of_debian_find_nothing_wrong(debian):
    units = [
        "sijill-server@8000.service",
        "sijill-worker.service",
        "sijill-backup.service",
        "sijill-backup-drill.service",
    ]
    debian.run("nginx", "-t")
    debian.run("systemd-analyze", "verify", "--man=no", *units, "sijill.target", "sijill-backup.timer")
    for unit in units:
        debian.run("systemd-analyze", "security", "--no-pager", f"--threshold={MOST_EXPOSURE}", unit)
    rotated = debian.run("logrotate", "--debug", "/etc/logrotate.conf")
    assert "/var/log/nginx/sijill.error.log" in rotated
    assert debian.run("sijill", "manage", "check", "--deploy", "--fail-level", "WARNING").count("no issues") == 1


def test_5_backups_are_made_with_a_key_and_restored_by_their_units(debian):
    debian.run("sijill", "manage", "make_backup_key", "/var/lib/sijill/backup.key")
    owned = ("install", "-o", "root", "-g", "sijill", "-m", "640")
    debian.run(*owned, "/var/lib/sijill/backup.key", "/etc/sijill/backup.key")
    debian.run("rm", "/var/lib/sijill/backup.key")
    with debian.path("/etc/sijill/sijill.env").open("a") as file:
        file.write("BACKUP_KEY_FILE=/etc/sijill/backup.key\n")
    debian.run("systemctl", "start", "sijill-backup.service")
    debian.run("systemctl", "start", "sijill-backup-drill.service")
    timers = debian.run("systemctl", "list-timers", "--no-legend", "sijill-*")
    kept = debian.run("find", "/var/backups/sijill", "-name", "*.age", "-user", "sijill").splitlines()

    assert (len(timers.splitlines()), len(kept), debian.run("systemctl", "--failed", "--no-legend")) == (2, 3, "")
    # The drill was noted: without that its age would be that of the backup.
    assert debian.run("stat", "--format=%U", "/var/lib/sijill/backup-drilled") == "sijill\n"
    # Monitors are told, by a server that may read the folder.
    told = metrics(debian)
    assert [0 <= told[f"sijill_backup_{name}age_seconds"] < 600 for name in ("", "drill_")] == [True, True]


def test_6_the_worker_does_jobs_and_logs_come_to_the_journal(debian):
    said = debian.run("journalctl", "--no-pager", "--output=cat", "--unit=sijill-worker.service")

    assert "The worker waits for jobs" in said
    assert (
        debian.run("journalctl", "--quiet", "--no-pager", "--output=cat", "--priority=err", "--unit=sijill-*") == ""
    )


def test_7_an_upgrade_loses_no_request(debian):
    before = status(debian)
    # It brings what the operator wants besides.
    debian.path("/etc/sijill/requirements.txt").write_text("sentry-sdk\n")
    change_source(debian, "templates/base.html", lambda text: text.replace("<body", '<body data-release="2"', 1))
    mark(debian, "2")
    with Readers() as readers:
        print(debian.run("sijill", "upgrade", SOURCE))
    after = status(debian)

    assert (readers.lost, readers.read > 20) == ([], True)
    assert 'data-release="2"' in ask("/")[1]
    assert marks(debian) == ["2", "2"]
    assert (after["before"], after["port"]) == (before["in service"], "8001" if before["port"] == "8000" else "8000")
    assert debian.run("systemctl", "is-active", "sijill-worker.service") == "active\n"


def test_8_a_release_that_does_not_start_is_met_by_nobody(debian):
    before = status(debian)
    # What needs the package that each release now brings: the settings are looked at first.
    settings = debian.path("/etc/sijill/sijill.env")
    text = settings.read_text()
    settings.write_text(f"{text}SENTRY_DSN=https://key@127.0.0.1:9/1\n")
    mark(debian, "3")
    change_source(debian, "newsapp/wsgi.py", lambda text: f"{text}\nraise RuntimeError('of the drill')\n")
    with Readers() as readers:
        code, said = debian.run_any("sijill", "upgrade", SOURCE)
    print(said)

    assert (code, readers.lost, status(debian)) == (1, [], before)
    assert "of the drill" in said
    assert marks(debian) == ["2", "2"]
    assert (
        debian.run("systemctl", "show", "--property=NeedDaemonReload", "--value", "sijill-worker.service") == "no\n"
    )
    settings.write_text(text)
    assert debian.run("systemctl", "is-active", "sijill-worker.service") == "active\n"


def test_9_the_way_back_loses_no_request(debian):
    before = status(debian)
    with Readers() as readers:
        print(debian.run("sijill", "back"))

    assert (readers.lost, readers.read > 20) == ([], True)
    assert 'data-release="2"' not in ask("/")[1]
    assert marks(debian) == ["", ""]
    assert status(debian)["in service"] == before["before"]


def test_a_restart_loses_no_request_and_reads_the_settings(debian):
    path = debian.path("/etc/sijill/sijill.env")
    path.write_text(path.read_text().replace(f"ALLOWED_HOSTS={NAME}", f"ALLOWED_HOSTS={NAME},www.{NAME}"))
    assert ask("/", host=f"www.{NAME}")[0] == 400
    with Readers() as readers:
        debian.run("sijill", "restart")

    assert (readers.lost, readers.read > 20) == ([], True)
    assert ask("/", host=f"www.{NAME}")[0] == 200


def test_b_it_comes_up_by_itself_after_the_machine_went_down(debian):
    before = status(debian)
    debian.shut_down()
    debian.boot()
    deadline = time.monotonic() + 120
    while True:
        try:
            if ask("/readyz")[0] == 200:
                break
        except OSError:
            pass
        assert time.monotonic() < deadline
        time.sleep(1)

    assert status(debian) == before
    assert debian.run("systemctl", "is-active", "sijill-worker.service", "sijill-backup.timer") == "active\nactive\n"


def test_c_it_can_be_taken_away_and_put_back_with_its_content(debian):
    make = "from archive.models import Section; Section.objects.create(name='الميناء', slug='pier')"
    debian.run("sijill", "manage", "shell", "--no-imports", "--verbosity=0", "-c", make)
    debian.run("systemctl", "start", "sijill-backup.service")
    debian.run("sijill", "remove")
    gone = (
        "/srv/sijill",
        "/etc/systemd/system/sijill.target",
        "/etc/nginx/conf.d/sijill.conf",
        "/usr/local/sbin/sijill",
    )

    assert [debian.run_any("test", "-e", path)[0] for path in gone] == [1] * len(gone)
    assert debian.run("systemctl", "list-units", "--all", "--no-legend", "sijill*") == ""
    debian.run("git", "-C", SOURCE, "reset", "--quiet", "--hard", "HEAD~3")  # The one that starts.
    debian.run(*INSTALL)
    assert ask("/section/pier/")[0] == 200


def test_d_another_machine_begins_with_the_newest_backup(debian):
    settings = debian.path("/etc/sijill/sijill.env").read_text()
    key = debian.path("/etc/sijill/backup.key").read_text()
    debian.run("sijill", "remove", "--everything")
    assert [debian.run_any("test", "-e", path)[0] for path in ("/var/lib/sijill", "/etc/sijill")] == [1, 1]
    listed = debian.run("runuser", "-u", "postgres", "--", "psql", "--list", "--tuples-only", "--csv")
    assert "sijill" not in listed

    # What the guide says to take along.
    debian.run("mkdir", "-p", "/etc/sijill/tls")
    debian.path("/etc/sijill/sijill.env").write_text(settings)
    debian.path("/etc/sijill/backup.key").write_text(key)
    # Those of Let's Encrypt, which stayed behind.
    for name in ("fullchain.pem", "privkey.pem"):
        debian.run("ln", "-s", f"/etc/letsencrypt/live/{NAME}/{name}", "/etc/sijill/tls/")
    print(debian.run(*INSTALL, "--restore"))
    assert ask("/section/pier/")[0] == 200


def test_e_a_backup_is_restored_beside_a_site_that_goes_on(debian):
    def manage(*arguments: str, beside: bool) -> str:
        variables = ["DATABASE_URL=", "SIJILL_DATA_DIR=/var/lib/sijill/beside"] if beside else []
        return debian.run("env", *variables, "sijill", "manage", *arguments)

    def of_sections(code: str, *, beside: bool) -> str:
        code = f"from archive.models import Section; {code}"
        return manage("shell", "--no-imports", "--verbosity=0", "-c", code, beside=beside)

    of_sections("Section.objects.filter(slug='pier').delete()", beside=False)
    manage("restore_backup", beside=True)
    names = "print(list(Section.objects.filter(slug='pier').values_list('name', flat=True)))"

    assert "['الميناء']" in of_sections(names, beside=True)
    assert "[]" in of_sections(names, beside=False)
    assert ask("/readyz")[0] == 200

"""The steps of installing that need no machine of their own; the rest is in tests/drills."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import sijill
from tests.newsapp.server_process import ROOT


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """The folders that it writes to, below a scratch one."""
    home = tmp_path / "srv"
    home.mkdir()
    for name, path in {
        "HOME": home,
        "RELEASES": home / "releases",
        "PORTS": home / "ports",
        "CURRENT": home / "current",
        "PREVIOUS": home / "previous",
        "WRITTEN": home / "written.json",
        "NGINX": tmp_path / "nginx.conf",
        "POSTGRES": tmp_path / "postgresql.conf",
        "COMMAND": tmp_path / "sijill",
        "UNITS": tmp_path / "units",
        "AWAY_PAGE": tmp_path / "away.html",
        "ENVIRONMENT": tmp_path / "sijill.env",
        "CERTIFICATE": tmp_path / "tls" / "fullchain.pem",
        "CERTIFICATE_KEY": tmp_path / "tls" / "privkey.pem",
        "OWN_PACKAGES": tmp_path / "requirements.txt",
    }.items():
        monkeypatch.setattr(sijill, name, path)
    return tmp_path


@pytest.fixture
def tree(tmp_path):
    """A release, not of git's."""
    folder = tmp_path / "tree"
    (folder / ".venv").mkdir(parents=True)
    (folder / ".venv" / "python").write_text("")
    (folder / ".env").write_text("SECRET_KEY=of-a-developer")
    (folder / "script").mkdir()
    (folder / "script" / "server").write_text("#!/bin/sh\n")
    return folder


def test_a_file_is_written_and_brought_up_to_date(machine):
    path = machine / "etc" / "sijill.conf"

    assert [sijill.put(path, "one"), sijill.put(path, "one"), sijill.put(path, "two")] == [True, False, True]
    assert path.read_text() == "two"


def test_a_file_that_was_changed_by_hand_is_left_and_the_new_one_put_beside_it(machine):
    path = machine / "sijill.conf"
    sijill.put(path, "one")
    path.write_text("by hand")

    assert sijill.put(path, "two") is False
    assert (path.read_text(), path.with_name("sijill.conf.new").read_text()) == ("by hand", "two")


def test_what_was_put_beside_a_file_goes_when_they_are_the_same(machine):
    path = machine / "sijill.conf"
    path.write_text("by hand")
    sijill.put(path, "two")
    path.write_text("two")

    assert sijill.put(path, "two") is False
    assert sijill.put(path, "three") is True
    assert sorted(file.name for file in machine.iterdir()) == ["sijill.conf", "srv"]


def test_a_file_of_somebody_elses_is_never_overwritten(machine):
    path = machine / "sijill.conf"
    path.write_text("was here before")

    assert sijill.put(path, "one") is False
    assert path.read_text() == "was here before"


def test_nginx_file_stays_ours_when_the_port_changes(machine):
    sijill.point(sijill.PORTS / "8000", machine)
    sijill.put(sijill.NGINX, "upstream sijill {\n    server 127.0.0.1:8000;\n}\n")
    assert sijill.serving_port() == 8000
    sijill.rewrite_port(8001)

    assert sijill.NGINX.read_text() == "upstream sijill {\n    server 127.0.0.1:8001;\n}\n"
    assert sijill.put(sijill.NGINX, "another") is True


def test_nginx_file_that_was_changed_stays_the_operators_when_the_port_changes(machine):
    sijill.put(sijill.NGINX, "server 127.0.0.1:8000;")
    sijill.NGINX.write_text("# by hand\nserver 127.0.0.1:8000;")
    sijill.rewrite_port(8001)

    assert sijill.NGINX.read_text() == "# by hand\nserver 127.0.0.1:8001;"
    assert sijill.put(sijill.NGINX, "another") is False


def test_no_port_serves_before_there_is_a_release(machine):
    assert sijill.serving_port() is None
    sijill.NGINX.write_text("server 127.0.0.1:8000;")
    assert sijill.serving_port() is None


def test_a_release_has_no_settings_and_no_environment_of_where_it_comes_from(tree):
    assert sijill.files_of(tree) == [tree / "script" / "server"]


def test_a_release_of_git_is_what_git_knows():
    if not sijill.is_clone(ROOT):
        pytest.skip("needs a clone, and git")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [str(path.relative_to(ROOT)) for path in sijill.files_of(ROOT)]

    assert {name for name in listed.splitlines() if (ROOT / name).exists()} >= set(names)
    assert "script/server" in names


def test_releases_are_told_apart_by_what_is_in_them(machine, tree):
    def name() -> str:
        return sijill.release_name(tree, sijill.files_of(tree))

    first = name()
    (tree / ".env").write_text("SECRET_KEY=another")
    assert name() == first
    (tree / "script" / "server").chmod(0o755)
    second = name()
    (tree / "script" / "server").write_text("#!/bin/sh\nexit\n")
    assert len({first, second, name()}) == 3


def test_releases_are_told_apart_by_the_packages_that_the_operator_adds(machine, tree):
    names = [sijill.release_name(tree, [])]
    for packages in ("sentry-sdk\n", "sentry-sdk\ndjango-anymail\n"):
        sijill.OWN_PACKAGES.write_text(packages)
        names.append(sijill.release_name(tree, []))

    assert len(set(names)) == 3


def test_oldest_releases_go_but_for_those_in_service_and_before(machine):
    for number in range(5):
        (sijill.RELEASES / str(number)).mkdir(parents=True)
    sijill.point(sijill.CURRENT, sijill.RELEASES / "0")
    sijill.point(sijill.PREVIOUS, sijill.RELEASES / "1")
    sijill.prune()

    assert len(kept := sorted(path.name for path in sijill.RELEASES.iterdir())) == sijill.KEPT_RELEASES
    assert kept[:2] == ["0", "1"]


def test_settings_are_read_as_they_stand_in_the_file(machine):
    sijill.ENVIRONMENT.write_text(
        "#ALLOWED_HOSTS=no\nALLOWED_HOSTS=a.example, b.example\nDATABASE_URL=postgresql://u@h/d\n"
    )

    assert (sijill.site_name(), sijill.has_own_postgres(), sijill.setting("HTTPS")) == ("a.example", False, "")


@pytest.fixture
def letsencrypt(machine):
    """Links to what is not on this machine."""
    (machine / "tls").mkdir()
    for path in (sijill.CERTIFICATE, sijill.CERTIFICATE_KEY):
        path.symlink_to(machine / "letsencrypt" / path.name)
    return machine / "letsencrypt"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_links_to_a_certificate_that_stayed_behind_make_way_for_one(letsencrypt):
    sijill.make_certificate("archive.example.org")

    assert [path.is_symlink() for path in (sijill.CERTIFICATE, sijill.CERTIFICATE_KEY)] == [False, False]
    assert sijill.CERTIFICATE.read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_a_certificate_that_is_there_is_left_alone(letsencrypt):
    letsencrypt.mkdir()
    for name in ("fullchain.pem", "privkey.pem"):
        (letsencrypt / name).write_text("of an authority")
    sijill.make_certificate("archive.example.org")

    assert [path.read_text() for path in (sijill.CERTIFICATE, sijill.CERTIFICATE_KEY)] == ["of an authority"] * 2


def test_a_migration_that_finds_a_table_busy_is_tried_again(machine, monkeypatch):
    answers = iter(["canceling statement due to lock timeout", "canceling statement due to lock timeout", ""])
    given = []

    def migrate(_release, *_arguments, **variables):
        given.append(variables)
        if answer := next(answers):
            raise sijill.StepError(answer)

    monkeypatch.setattr(sijill, "as_site", migrate)
    monkeypatch.setattr(sijill, "LOCK_PAUSE_SECONDS", 0)
    sijill.migrate(ROOT)

    assert given == [{"PGOPTIONS": "-c lock_timeout=3s"}] * 3


def test_a_migration_that_fails_is_not_tried_again(machine, monkeypatch):
    tried = []

    def migrate(*_arguments, **_variables):
        tried.append(1)
        raise sijill.StepError("column exists")

    monkeypatch.setattr(sijill, "as_site", migrate)
    with pytest.raises(sijill.StepError):
        sijill.migrate(ROOT)
    assert tried == [1]


PSQL = "runuser -u postgres -- psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1"


class Calls:
    """What is asked of the machine, in its order; SICK is a port whose server does not come up, FAILING a command."""

    def __init__(self, monkeypatch, sick: int | None = None, failing: str = "") -> None:
        self.made = []
        self.sick, self.failing = sick, failing
        monkeypatch.setattr(sijill, "run", self.run)
        monkeypatch.setattr(sijill, "start", self.start)
        monkeypatch.setattr(sijill, "write_away_page", lambda _release: None)
        monkeypatch.setattr(sijill, "await_nginx", lambda: None)
        monkeypatch.setattr(sijill, "ask", lambda *_arguments, **_options: (200, ""))

    def run(self, *command, **_options) -> str:
        self.made.append(" ".join(map(str, command)))
        if self.made[-1] == self.failing:
            raise sijill.StepError(f"{self.failing} failed")
        return ""

    def start(self, port, release) -> None:
        self.made.append(f"start {release.name} at {port}")
        if port == self.sick:
            raise sijill.StepError("It ends by itself.")
        sijill.point(sijill.PORTS / str(port), release)


@pytest.fixture
def two_releases(machine):
    """`old` serves at port 8000 with its unit and its nginx, `new` is built."""
    old, new = releases = [sijill.RELEASES / name for name in ("old", "new")]
    for release in releases:
        (release / "deploy" / "systemd").mkdir(parents=True)
        (release / "deploy" / "systemd" / "sijill-worker.service").write_text(f"of {release.name}")
        (release / "deploy" / "nginx.conf").write_text(f"of {release.name}: server 127.0.0.1:8000;")
    sijill.point(sijill.PORTS / "8000", old)
    sijill.point(sijill.CURRENT, old)
    for place, path in sijill.system_files(old).items():
        sijill.put(place, path.read_text())
    sijill.put(sijill.NGINX, "of old: server 127.0.0.1:8000;")
    return old, new


def placed() -> tuple[str, str]:
    """What the machine has for systemd and for nginx."""
    return (sijill.UNITS / "sijill-worker.service").read_text(), sijill.NGINX.read_text()


OWN_ACCOUNT = [
    "systemd-sysusers /usr/lib/sysusers.d/sijill.conf",
    "systemd-tmpfiles --create /usr/lib/tmpfiles.d/sijill.conf",
]
"""What makes the account and its folders."""

STOPPED = ["systemctl disable --now sijill-server@8001.service", "systemctl daemon-reload"]
"""How a server that nobody met ends, when the units are as they were."""


def test_the_old_server_ends_after_readers_were_led_to_the_new_one(two_releases, monkeypatch):
    old, new = two_releases
    calls = Calls(monkeypatch)
    sijill.bring_into_service(new)

    assert calls.made == [
        "systemctl daemon-reload",
        *OWN_ACCOUNT,
        "start new at 8001",
        # A machine that starts again in between has both, and nginx leads to one of them.
        "systemctl enable sijill-server@8001.service",
        "nginx -t",
        "systemctl enable nginx",
        "systemctl reload-or-restart nginx",
        "systemctl disable --now sijill-server@8000.service",
    ]
    assert placed() == ("of new", "of new: server 127.0.0.1:8001;")
    assert (sijill.target_of(sijill.CURRENT), sijill.target_of(sijill.PREVIOUS)) == (new, old)


def test_the_way_back_brings_the_units_and_the_nginx_of_the_release_before(two_releases, monkeypatch):
    old, new = two_releases
    Calls(monkeypatch)
    sijill.bring_into_service(new)
    sijill.bring_into_service(old)

    assert placed() == ("of old", "of old: server 127.0.0.1:8000;")


def test_files_that_were_changed_by_hand_stay_through_an_upgrade_but_for_the_port(two_releases, monkeypatch):
    _old, new = two_releases
    Calls(monkeypatch)
    (sijill.UNITS / "sijill-worker.service").write_text("by hand")
    sijill.NGINX.write_text("by hand: server 127.0.0.1:8000;")
    sijill.bring_into_service(new)

    assert placed() == ("by hand", "by hand: server 127.0.0.1:8001;")
    assert sijill.NGINX.with_name("nginx.conf.new").read_text() == "of new: server 127.0.0.1:8001;"


def test_units_of_the_release_before_go_unless_they_were_changed_by_hand(two_releases, monkeypatch):
    _old, new = two_releases
    for name in ("sijill-other@.service", "sijill-other.timer", "sijill-changed.timer"):
        sijill.put(sijill.UNITS / name, "of old")
    (sijill.UNITS / "sijill-changed.timer").write_text("by hand")
    calls = Calls(monkeypatch)
    sijill.bring_into_service(new)

    assert calls.made[-2:] == ["systemctl disable --now sijill-other.timer", "systemctl daemon-reload"]
    assert sorted(path.name for path in sijill.UNITS.iterdir()) == ["sijill-changed.timer", "sijill-worker.service"]
    assert {Path(name).name for name in sijill.written()} == {
        "nginx.conf", "sijill-changed.timer", "sijill-worker.service",
    }  # fmt: skip


def test_postgresql_is_told_of_but_not_restarted_under_readers(two_releases, monkeypatch, capsys):
    _old, new = two_releases
    (new / "deploy" / "postgresql.conf").write_text("shared_buffers = 1GB\neffective_cache_size = 2GB\n")
    calls = Calls(monkeypatch)
    sijill.write_postgres(new)

    assert calls.made == []
    assert capsys.readouterr().out.splitlines()[1:] == [
        "It counts from PostgreSQL's next start: systemctl restart postgresql@15-main, when readers are few."
    ]


def test_postgresql_gets_its_file_when_its_release_comes_into_service_and_not_before(two_releases, monkeypatch):
    _old, new = two_releases
    (new / "deploy" / "postgresql.conf").write_text("shared_buffers = 1GB\neffective_cache_size = 2GB\n")
    monkeypatch.setattr(sijill, "has_own_postgres", lambda: True)
    monkeypatch.setattr(sijill, "TREE", new)
    calls = Calls(monkeypatch)
    sijill.prepare_postgres()
    assert not sijill.POSTGRES.exists()
    before = calls.made.count(PSQL)
    sijill.bring_into_service(new)
    assert sijill.POSTGRES.exists()
    # What the release before did not make: an extension.
    assert (before, calls.made.count(PSQL)) == (2, 3)


def test_a_release_that_serves_is_in_service_also_where_postgresql_cannot_have_its_file(
    two_releases, monkeypatch, capsys
):
    _old, new = two_releases
    (new / "deploy" / "postgresql.conf").write_text("effective_cache_size = 2GB\n")
    monkeypatch.setattr(sijill, "has_own_postgres", lambda: True)
    Calls(monkeypatch)
    sijill.change_to(new, backup=False)

    assert capsys.readouterr().out.splitlines()[-2:] == [
        "new serves, but not everything is as it should be: "
        f"{new}/deploy/postgresql.conf has to have one shared_buffers.",
        "new is in service.",
    ]
    assert sijill.target_of(sijill.CURRENT) == new
    assert sijill.COMMAND.readlink() == sijill.CURRENT / "deploy" / "sijill.py"


def test_postgresql_is_restarted_where_nobody_is_served(two_releases, monkeypatch):
    _old, new = two_releases
    (new / "deploy" / "postgresql.conf").write_text("shared_buffers = 1GB\neffective_cache_size = 2GB\n")
    calls = Calls(monkeypatch)
    sijill.NGINX.unlink()
    sijill.write_postgres(new)

    assert calls.made == ["systemctl restart postgresql@15-main"]


def test_a_new_release_that_does_not_come_up_is_met_by_nobody(two_releases, monkeypatch):
    old, new = two_releases
    calls = Calls(monkeypatch, sick=8001)
    with pytest.raises(sijill.StepError):
        sijill.bring_into_service(new)

    assert calls.made == ["systemctl daemon-reload", *OWN_ACCOUNT, "start new at 8001", *STOPPED]
    assert placed() == ("of old", "of old: server 127.0.0.1:8000;")
    # They are still known to be ours.
    assert sijill.put(sijill.UNITS / "sijill-worker.service", "of newer")
    assert (sijill.target_of(sijill.CURRENT), sijill.target_of(sijill.PREVIOUS)) == (old, None)


def test_readers_are_led_back_when_the_new_release_fails_behind_nginx(two_releases, monkeypatch):
    old, new = two_releases
    calls = Calls(monkeypatch)
    monkeypatch.setattr(sijill, "ask", lambda *_arguments, **_options: (502, ""))
    with pytest.raises(sijill.StepError):
        sijill.bring_into_service(new)

    assert calls.made[-3:] == ["systemctl reload-or-restart nginx", *STOPPED]
    assert placed() == ("of old", "of old: server 127.0.0.1:8000;")
    assert sijill.target_of(sijill.CURRENT) == old


def test_a_release_that_fails_leaves_nothing_beside_files_that_were_changed_by_hand(two_releases, monkeypatch):
    _old, new = two_releases
    Calls(monkeypatch)
    monkeypatch.setattr(sijill, "ask", lambda *_arguments, **_options: (502, ""))
    worker = sijill.UNITS / "sijill-worker.service"
    worker.write_text("by hand")
    sijill.NGINX.write_text("by hand: server 127.0.0.1:8000;")
    sijill.beside(sijill.NGINX).write_text("of an upgrade before")
    with pytest.raises(sijill.StepError):
        sijill.bring_into_service(new)

    assert placed() == ("by hand", "by hand: server 127.0.0.1:8000;")
    assert (sijill.beside(worker).exists(), sijill.beside(sijill.NGINX).read_text()) == (
        False,
        "of an upgrade before",
    )


def test_journald_reads_its_file_again_when_that_is_put_back(two_releases, monkeypatch):
    _old, new = two_releases
    monkeypatch.setitem(sijill.OWN_FILES, "journald.conf", sijill.HOME / "journald.conf")
    (new / "deploy" / "systemd" / "journald.conf").write_text("of new")
    calls = Calls(monkeypatch, sick=8001)
    with pytest.raises(sijill.StepError):
        sijill.bring_into_service(new)

    restart = "systemctl try-restart systemd-journald"
    assert calls.made == [
        "systemctl daemon-reload", *OWN_ACCOUNT, restart, "start new at 8001", restart, *STOPPED,
    ]  # fmt: skip


@pytest.mark.parametrize("failing", ["systemctl reload-or-restart nginx", *STOPPED])
def test_what_failed_first_is_told_also_where_the_way_back_fails(failing, two_releases, monkeypatch):
    _old, new = two_releases
    calls = Calls(monkeypatch)

    def refuse(*_arguments, **_options):
        calls.failing = failing
        raise sijill.StepError("nobody answers")

    monkeypatch.setattr(sijill, "ask", refuse)
    with pytest.raises(sijill.StepError, match="nobody answers"):
        sijill.bring_into_service(new)
    assert calls.made[-3:] == ["systemctl reload-or-restart nginx", *STOPPED]


def test_who_loses_patience_before_readers_were_led_on_leaves_all_as_it_was(two_releases, monkeypatch):
    old, new = two_releases
    calls = Calls(monkeypatch)

    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(sijill, "ask", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sijill.bring_into_service(new)

    assert calls.made[-3:] == ["systemctl reload-or-restart nginx", *STOPPED]
    assert sijill.target_of(sijill.CURRENT) == old
    # It is still known to be ours.
    assert sijill.put(sijill.NGINX, "server 127.0.0.1:8002;")
    assert sijill.NGINX.read_text() == "server 127.0.0.1:8002;"


def test_who_loses_patience_behind_it_has_the_new_release_in_service(two_releases, monkeypatch):
    old, new = two_releases
    calls = Calls(monkeypatch)

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(sijill, "await_nginx", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sijill.bring_into_service(new)

    assert STOPPED[0] not in calls.made
    assert (sijill.target_of(sijill.CURRENT), sijill.target_of(sijill.PREVIOUS)) == (new, old)


def test_a_restart_leaves_the_release_before_as_it_is(two_releases, monkeypatch):
    old, _new = two_releases
    Calls(monkeypatch)
    sijill.bring_into_service(old)

    assert (sijill.target_of(sijill.CURRENT), sijill.target_of(sijill.PREVIOUS)) == (old, None)
    assert sijill.serving_port() == 8001


def test_the_worker_comes_back_whatever_happens(two_releases, monkeypatch):
    calls = Calls(monkeypatch)
    with pytest.raises(ZeroDivisionError), sijill.without_worker():
        raise ZeroDivisionError

    assert calls.made == ["systemctl stop sijill-worker.service", "systemctl enable --now sijill-worker.service"]


INTERRUPTED = """
import os, signal
from deploy import sijill
sijill.run = lambda *command, **_options: print(*command, flush=True)
sijill.target_of = lambda _link: True
sijill.take_signals()
try:
    with sijill.without_worker():
        os.kill(os.getpid(), signal.{name})
        signal.pause()
finally:
    os.kill(os.getpid(), signal.{name})
    print("to its end")
"""


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM", "SIGINT"])
def test_the_worker_comes_back_also_where_the_connection_is_lost(name):
    command = [sys.executable, "-c", INTERRUPTED.format(name=name)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert ended.stdout.splitlines() == [
        "systemctl stop sijill-worker.service",
        "systemctl enable --now sijill-worker.service",
        "to its end",
    ]
    assert "KeyboardInterrupt" in ended.stderr


def test_the_start_of_a_page_that_fails_is_told(monkeypatch):
    answers = {"/": (200, '<link href="/static/css/site.1.css">'), "/static/css/site.1.css": (404, "")}
    monkeypatch.setattr(sijill, "ask", lambda _port, path: answers.get(path, (200, "")))
    with pytest.raises(sijill.StepError, match=r"/static/css/site\.1\.css answers 404"):
        sijill.look_at_pages(8000)

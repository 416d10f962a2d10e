"""What deploy/ puts on a machine fits together, and systemd takes it. Installed for real it is by script/drill."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from deploy import sijill
from newsapp import settings
from newsapp.environment import database_of
from tests.newsapp.front_process import SITE_NAME
from tests.newsapp.server_process import ROOT, VARIABLES

DEPLOY = ROOT / "deploy"
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.name not in sijill.OWN_FILES)
SERVICES = [path for path in UNITS if path.suffix == ".service"]
SYSTEM_UNITS = Path("/usr/lib/systemd/system")
MOST_EXPOSURE = 20
"""Of 100, as systemd-analyze counts what a service could do to the machine."""

IN_RELEASE = re.compile(r"/srv/sijill/(?:current|ports/%i)/(\S+)")
NGINX = (DEPLOY / "nginx.conf").read_text()
ENVIRONMENT = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", (DEPLOY / "sijill.env").read_text(), re.MULTILINE))


def read(path: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read_string(path.read_text())
    return parser


@pytest.fixture
def root(tmp_path):
    """A root with the units, those of systemd, and the programs that they start."""
    place = tmp_path / "etc" / "systemd" / "system"
    place.mkdir(parents=True)
    shutil.copytree(SYSTEM_UNITS, tmp_path / "usr" / "lib" / "systemd" / "system", symlinks=True)
    for path in UNITS:
        shutil.copy(path, place)
        for program in IN_RELEASE.findall(path.read_text()):
            for release in ("current", "ports/8000"):
                copy = tmp_path / "srv" / "sijill" / release / program
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / program, copy)
    return tmp_path


def analyze(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = ["systemd-analyze", f"--root={root}", "--no-pager", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


needs_systemd = pytest.mark.skipif(
    not (shutil.which("systemd-analyze") and SYSTEM_UNITS.exists()), reason="needs systemd's programs and units"
)


@needs_systemd
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_every_unit(path, root):
    result = analyze(root, "--man=no", "--recursive-errors=no", "verify", path.name.replace("@", "@8000"))
    about_ours = [line for line in result.stderr.splitlines() if "sijill" in line.replace(str(root), "")]

    assert (about_ours, result.returncode) == ([], 0)


@needs_systemd
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_services_can_do_little_to_the_machine(path, root):
    result = analyze(root, "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", path.name)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_services_run_programs_of_the_release_and_read_its_docs(path):
    unit = read(path)
    [program] = IN_RELEASE.findall(unit["Service"]["ExecStart"])
    [document] = IN_RELEASE.findall(unit["Unit"]["Documentation"])

    assert (ROOT / program).stat().st_mode & 0o111
    assert (ROOT / document).exists()
    assert (unit["Service"]["User"], unit["Service"]["Group"]) == (sijill.ACCOUNT, sijill.ACCOUNT)


def test_commands_of_services_exist():
    commands = [read(path)["Service"]["ExecStart"].split()[1:2] for path in SERVICES]
    named = [word for words in commands for word in words if not word.startswith("-")]

    assert [(ROOT / "archive/management/commands" / f"{word}.py").exists() for word in named] == [True]


def test_timers_start_what_is_there():
    timers = {path.stem for path in UNITS if path.suffix == ".timer"}

    assert timers == {path.stem for path in SERVICES if "Install" not in read(path)}


def test_settings_know_every_variable_of_the_file():
    assert sorted(ENVIRONMENT.keys() - set(VARIABLES)) == []


def test_settings_that_install_writes_are_in_the_file():
    text = (DEPLOY / "sijill.env").read_text()

    assert f"ALLOWED_HOSTS={SITE_NAME}\n" in text
    assert "METRICS_TOKEN=\n" in text
    assert ENVIRONMENT["DATABASE_URL"].startswith(f"postgresql://{sijill.ACCOUNT}@%2Fvar%2Frun%2Fpostgresql/")
    assert database_of(ENVIRONMENT["DATABASE_URL"])["HOST"] == "/var/run/postgresql"


def test_folders_of_the_settings_are_made_and_may_be_written_to():
    made = re.findall(r"^d (\S+)", (DEPLOY / "systemd" / "tmpfiles.conf").read_text(), re.MULTILINE)
    folders = [Path(ENVIRONMENT[name]) for name in ("SIJILL_DATA_DIR", "BACKUP_DIR", "METRICS_DIR")]
    open_to = {path.name: read(path)["Service"]["ReadWritePaths"].split() for path in SERVICES}

    # Each itself: a backup may write to nothing of /run, and is the first to ask for the metrics after a start.
    assert [str(folder) in made for folder in folders] == [True] * 3
    assert open_to == {
        "sijill-server@.service": ["/var/lib/sijill", "/run/sijill"],
        "sijill-worker.service": ["/var/lib/sijill", "/run/sijill"],
        "sijill-backup.service": ["/var/lib/sijill", "-/var/backups/sijill"],
        "sijill-backup-drill.service": ["/var/lib/sijill", "-/var/backups/sijill"],
    }


def test_nginx_takes_what_the_site_takes():
    assert re.findall(r"client_max_body_size (\d+)m;", NGINX) == [str(settings.MAX_UPLOAD_MEGABYTES)]


def test_nginx_begins_at_the_first_of_the_two_ports():
    assert sijill.UPSTREAM.findall(NGINX) == [str(sijill.TWO_PORTS[0])]
    assert NGINX.count(SITE_NAME) == 3


def test_nginx_looks_where_things_are_put():
    paths = {str(path) for path in (sijill.CERTIFICATE, sijill.CERTIFICATE_KEY)}

    assert set(re.findall(r"ssl_certificate(?:_key)? (\S+);", NGINX)) == paths
    assert set(re.findall(r"root (\S+);", NGINX)) == {str(sijill.WEB)}

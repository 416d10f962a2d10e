"""The folder of backups: how they are called, which are there, which are kept, and one writer at a time.

A backup is a folder `sijill-20260131T043000Z`, by the moment it is of (UTC). While it is made its name ends in
`.part`: what bears the name was whole when it got it. Only names tell old from new: no clock may be far off.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from archive.backups.manifest import stored_parts
from archive.exceptions import BackupError

NAME = re.compile(r"sijill-(\d{8}T\d{6}Z)")
MOMENT = "%Y%m%dT%H%M%SZ"
PART, GOING, LOCK = ".part", ".going", ".lock"
MAX_AHEAD = timedelta(days=1)
"""How far in the future a backup may be, of a machine whose clock was ahead."""


class Keep(NamedTuple):
    """For how many days, weeks and months, back from the newest, their last backup is kept."""

    days: int
    weeks: int
    months: int


class Store:
    """The backups in FOLDER, which is made when something is written there."""

    def __init__(self, folder: Path):
        self.folder = folder

    @contextmanager
    def locked(self, *, shared: bool = False) -> Iterator[None]:
        """Let nobody else write here; with SHARED nobody at all. Raises BackupError when somebody does."""
        lock = self.folder / LOCK
        if shared and not lock.exists():  # Nobody has written here: a copy, perhaps on a disk that is read only.
            yield
            return
        if not shared:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_CLOEXEC | (os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT), 0o600)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise BackupError(_("Another command is at the backups in %(path)s.") % {"path": self.folder}) from error
        finally:
            os.close(descriptor)

    def backups(self) -> list[Path]:
        """Return those that look whole, the newest first: every file that the sums name is there."""
        return list(filter(_looks_whole, self._named()))

    def newest(self) -> Path:
        """Return the newest, whole or not: nobody gets an older one unasked. Raises BackupError if there is none."""
        found = self._named()
        if not found:
            raise BackupError(_("There is no backup in %(path)s.") % {"path": self.folder})
        return found[0]

    def _named(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        found = [path for path in self.folder.iterdir() if NAME.fullmatch(path.name) and path.is_dir()]
        return sorted(found, key=lambda path: path.name, reverse=True)

    @contextmanager
    def new(self, made_at: datetime) -> Iterator[Path]:
        """Make the folder of a backup; it gets its name when the block ends well, and goes when it does not.

        Raises BackupError where there is one of the future: it would count as the newest until then.
        """
        self.clear()
        if (found := self._named()) and moment_of(found[0]) > made_at + MAX_AHEAD:
            raise BackupError(
                _("%(path)s is of the future: set the clock of this machine, or move that backup elsewhere.")
                % {"path": found[0]}
            )
        while (path := self.folder / f"sijill-{made_at.astimezone(UTC):{MOMENT}}").exists():
            made_at += timedelta(seconds=1)  # Two within a second.
        part = path.with_name(path.name + PART)
        part.mkdir(mode=0o700)
        try:
            yield part
            sync_folder(part)
            part.rename(path)
            sync_folder(self.folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise

    def clear(self) -> None:
        """Remove what commands that were killed left half made, or half removed."""
        for path in self.folder.iterdir():
            if NAME.fullmatch(path.stem) and path.suffix in (PART, GOING):
                shutil.rmtree(path)

    def rotate(self, keep: Keep, made: Path) -> list[Path]:
        """Remove the backups not to be kept; return what they were. The newest stays, and MADE, which is new."""
        backups = self.backups()
        kept = kept_moments([moment_of(path) for path in backups], keep)
        going = [path for path in backups if path != made and moment_of(path) not in kept]
        for path in going:
            # It loses its name first, so that no half of it ever bears it.
            gone = path.rename(path.with_name(path.name + GOING))
            shutil.rmtree(gone)
        return going


def moment_of(path: Path) -> datetime:
    return datetime.strptime(NAME.fullmatch(path.name)[1], MOMENT).replace(tzinfo=UTC)


def kept_moments(moments: list[datetime], keep: Keep) -> set[datetime]:
    """Return those of MOMENTS to be kept: the last one of each of so many days, weeks and months that have any."""
    newest_first = sorted(moments, reverse=True)
    kept = set(newest_first[:1])
    for count, period in ((keep.days, "%Y-%j"), (keep.weeks, "%G-%V"), (keep.months, "%Y-%m")):
        last_of = {}
        for moment in newest_first:
            last_of.setdefault(f"{moment:{period}}", moment)
        kept.update(list(last_of.values())[:count])
    return kept


def _looks_whole(path: Path) -> bool:
    try:
        return bool(stored_parts(path))
    except (BackupError, OSError):
        return False


def sync_folder(folder: Path) -> None:
    """Write to the disk which names FOLDER has."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

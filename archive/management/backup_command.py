"""What the commands for backups have in common: where the backups are, how they tell, and how they fail."""

import errno
import sys
import time
from abc import ABC, abstractmethod

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from archive.backups.store import Store
from archive.backups.telling import Teller
from archive.exceptions import BackupError
from archive.ingest.notes import reason
from archive.management.command import ArchiveCommand
from archive.management.progress import PROGRESS_SECONDS, UNWATCHED_PROGRESS_SECONDS, Progress

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class BackupCommand(ArchiveCommand, ABC):
    """A command that answers in one line why a backup could not be made or restored."""

    def handle(self, **options):
        self.store = Store(settings.BACKUP_DIR)
        self.tell = TerminalTeller(quiet=not options["verbosity"])
        try:
            self.work(**options)
        except BackupError as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            if problem.errno in NO_ROOM:
                raise CommandError(self.no_room(problem)) from problem
            said = {"path": problem.filename or settings.BACKUP_DIR, "problem": reason(problem)}
            raise CommandError(_("%(path)s cannot be used: %(problem)s") % said) from problem
        finally:
            self.tell.end()

    def no_room(self, problem: OSError) -> str:
        return _("There is no room left on the disk.")

    @abstractmethod
    def work(self, **options) -> None:
        """What the command does."""


class TerminalTeller(Teller):
    """Tells on standard error."""

    def __init__(self, *, quiet: bool):
        self._progress = Progress(quiet=quiet)
        self._told_at = time.monotonic()

    def begin(self, step: str) -> None:
        self.end()
        if not self._progress.quiet:
            sys.stderr.write(f"{step}\n")

    def __call__(self, done: int, total: int) -> None:
        self._progress(done, total)

    def written(self, megabytes: int) -> None:
        now, watched = time.monotonic(), sys.stderr.isatty()
        if self._progress.quiet or now - self._told_at < (
            PROGRESS_SECONDS if watched else UNWATCHED_PROGRESS_SECONDS
        ):
            return
        self._told_at = now
        line = _("%(count)d MB") % {"count": megabytes}
        sys.stderr.write(f"\r\x1b[K{line}" if watched else f"{line}\n")

    def end(self) -> None:
        self._progress.end()

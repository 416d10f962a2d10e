"""`make_backup_key`: makes the key that backups are encrypted with, once."""

import os
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.backups.age import Key
from archive.backups.store import sync_folder
from archive.management.command import ArchiveCommand, unwritable


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Makes a key for backups, in the form of age, in a new file that only its owner may read. Without that file "
        "no backup that was encrypted with it can ever be opened: keep a copy of it elsewhere than the backups."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help=_("a new file for the key"))

    def handle(self, *, file, **options):
        key, path = Key.made(), Path(file)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as problem:
            raise CommandError(
                _("%(path)s is there already: a key is never written over.") % {"path": path}
            ) from problem
        except OSError as problem:
            raise unwritable(path, problem) from problem
        try:
            with os.fdopen(descriptor, "w") as target:
                target.write(f"# public key: {key.recipient_text}\n{key.identity_text}\n")
                target.flush()
                os.fsync(target.fileno())
            sync_folder(path.parent)
        except OSError as problem:
            path.unlink()  # Half a key opens nothing.
            raise unwritable(path, problem) from problem
        self.stdout.write(
            _("The key is in %(path)s: set BACKUP_KEY_FILE to it. Its public part, which only encrypts: %(public)s")
            % {"path": path.resolve(), "public": key.recipient_text}
        )

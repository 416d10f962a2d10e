"""`restore_archive`: an archive from its own export, into an empty database, exactly as it was."""

from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.exceptions import RestoreError
from archive.ingest.notes import reason
from archive.management.command import ArchiveCommand
from archive.management.restoration import checked, read_head, restore_from, told


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Restores an archive that export_articles wrote whole, as JSON Lines, into an empty database: the same rows "
        "under the same numbers, with history, captures and pictures. A file that was cut short or changed is "
        "refused before anything is written, as is an archive with anything in it."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help=_("an export, plain or compressed"))
        parser.add_argument("--check", action="store_true", help=_("see that the file is whole, and write nothing"))

    def handle(self, *, file, check, verbosity, **options):
        try:
            path = Path(file)
            lines = [checked(read_head(path))] if check else told(restore_from(path, quiet=not verbosity))
        except RestoreError as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            said = {"path": file, "problem": reason(problem)}
            raise CommandError(_("%(path)s cannot be read: %(problem)s") % said) from problem
        if verbosity:
            self.stdout.write("\n".join(lines))

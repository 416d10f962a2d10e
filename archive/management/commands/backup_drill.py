"""`backup_drill`: proves that the newest backup restores."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.backups.drill import drill
from archive.backups.site import backup_key
from archive.backups.watch import note_drill
from archive.management.backup_command import BackupCommand
from archive.text.dates import isolate_dates


class Command(BackupCommand):
    help = gettext_lazy(
        "Restores the newest backup into a scratch PostgreSQL and a scratch folder, compares a hash of every table "
        "and of all files with those of the site when it was backed up, and throws away what was restored. The "
        "site's own database is not touched."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--scratch",
            metavar="FOLDER",
            default=str(settings.DATA_DIR),
            help=_("where there is room for all that is restored; the data folder unless given"),
        )

    def work(self, *, scratch, verbosity, **options):
        done = drill(self.store, backup_key(), Path(scratch), self.tell)
        note_drill()
        self.tell.end()
        if verbosity:
            for name, value in done.manifest.database.items():
                rows, digest = value.split()
                self.stdout.write(f"{digest} {rows:>9} {name}")
            files = done.manifest.files
            self.stdout.write(f"{files.sha256} {files.count:>9} files")
            self.stdout.write(
                _("The backup %(path)s of %(made_at)s restores exactly, in %(seconds)d seconds.")
                % {
                    "path": done.folder,
                    "made_at": isolate_dates(done.manifest.made_at),
                    "seconds": round(done.seconds),
                }
            )

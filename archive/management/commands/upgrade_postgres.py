"""`upgrade_postgres`: the embedded database taken over by the version of PostgreSQL that is installed now."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.backups.upgrading import upgrade
from archive.management.backup_command import BackupCommand


class Command(BackupCommand):
    help = gettext_lazy(
        "Copies the embedded database, which an older major version of PostgreSQL has made, into one of the version "
        "that is installed now, compares every table, and puts the new one in its place. The old one stays beside "
        "it. The site must not be running, and there must be room for both."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--programs",
            metavar="FOLDER",
            help=_(
                "the programs of the old version; unless given the system's, or a package's installed for the time"
            ),
        )

    def work(self, *, programs, verbosity, **options):
        done = upgrade(settings.DATA_DIR, Path(programs) if programs else None, self.tell)
        self.tell.end()
        if not verbosity:
            return
        versions = {"before": done.before, "after": done.after, "path": done.kept}
        if done.kept is None:
            self.stdout.write(_("The database is of PostgreSQL %(after)d already.") % versions)
        else:
            self.stdout.write(
                _(
                    "The database is of PostgreSQL %(after)d now, and the same. The old one, of %(before)d, is in "
                    "%(path)s: remove it when the site has run well for some days."
                )
                % versions
            )

    def no_room(self, problem: OSError) -> str:
        return _("There is no room left on the disk: the database is as it was.")

"""`restore_backup`: a backup put back into an empty place."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.backups.restoring import check_backup, restore_backup
from archive.backups.site import Site, backup_key
from archive.management.backup_command import BackupCommand
from archive.text.dates import isolate_dates


class Command(BackupCommand):
    help = gettext_lazy(
        "Restores a backup into an empty database and empty folders, and compares what is there then with what was "
        "backed up. One that is damaged, foreign, of a newer version or encrypted with another key is refused before "
        "anything is touched, as is a place that is not empty."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "backup",
            metavar="BACKUP",
            nargs="?",
            help=_("the folder of a backup; the newest in BACKUP_DIR unless given"),
        )
        parser.add_argument("--check", action="store_true", help=_("see that the backup is whole, and write nothing"))

    def work(self, *, backup, check, verbosity, **options):
        with self.store.locked(shared=True):
            said = self._restored(backup, only_check=check)
        self.tell.end()
        if verbosity:
            self.stdout.write(said)

    def _restored(self, backup: str | None, *, only_check: bool) -> str:
        """Do it; return what there is to say of it."""
        site, key = Site.here(), backup_key()
        folder = Path(backup) if backup else self.store.newest()
        found = check_backup(folder, key, site, self.tell)
        moment = {"made_at": isolate_dates(found.manifest.made_at)}
        if only_check:
            return _("The backup of %(made_at)s is whole and unchanged.") % moment
        restore_backup(found, site, self.tell)
        said = _("Everything is restored as it was at %(made_at)s, and compared.") % moment
        if site.pictures_apart:
            apart = _(
                "Pictures of the backup, if there are any, are in %(path)s: copy them to the store of MEDIA_S3."
            )
            said += "\n" + apart % {"path": settings.MEDIA_ROOT}
        return said

    def no_room(self, problem: OSError) -> str:
        return _("There is no room left on the disk: nothing was restored.")

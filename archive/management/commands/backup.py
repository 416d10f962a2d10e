"""`backup`: everything that a site has, as one backup; and the old ones that are not to be kept go."""

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.backups.making import make_backup
from archive.backups.manifest import Manifest
from archive.backups.site import Site, backup_key
from archive.backups.store import Keep
from archive.management.backup_command import BackupCommand
from archive.management.restoration import FILES_SHOWN
from archive.models import AuditEntry
from archive.staff import audit


class Command(BackupCommand):
    help = gettext_lazy(
        "Backs up everything, as it is at one moment, into BACKUP_DIR: the database with accounts, subscribers and "
        "jobs, pictures, uploads, and the machine's keys. It is encrypted if BACKUP_KEY_FILE names a key, and read "
        "again; then the old backups go that BACKUP_KEEP_DAYS, BACKUP_KEEP_WEEKS and BACKUP_KEEP_MONTHS do not keep."
    )

    def add_arguments(self, parser):
        parser.add_argument("--keep-all", action="store_true", help=_("remove no old backup"))

    def work(self, *, keep_all, verbosity, **options):
        site = Site.here()
        with self.store.locked():
            path, manifest = make_backup(site, self.store, backup_key(), self.tell)
            keep = Keep(settings.BACKUP_KEEP_DAYS, settings.BACKUP_KEEP_WEEKS, settings.BACKUP_KEEP_MONTHS)
            # Files that are missing may be on a disk that is not there: the old backups are all that has them.
            gone = [] if keep_all or manifest.missing else self.store.rotate(keep, path)
        audit.record(AuditEntry.Action.EXPORTED, details={"what": f"backup {path.name}"})
        self.tell.end()
        if verbosity:
            self._report(str(path), manifest, len(gone))
            if site.pictures_apart:
                self.stdout.write(
                    _("The pictures are not in it: the store of MEDIA_S3 has to keep copies of its own.")
                )
        if manifest.missing:
            raise CommandError(_missing_sentence(manifest.missing))

    def no_room(self, problem: OSError) -> str:
        return _(
            "There is no room left for the backup in %(path)s: nothing of it was kept, and no other was removed."
        ) % {"path": settings.BACKUP_DIR}

    def _report(self, path: str, manifest: Manifest, gone: int) -> None:
        size = sum(part.size for part in manifest.parts)
        lines = [
            ngettext(
                "The backup %(path)s is whole: %(tables)d tables, %(files)d file, %(megabytes)d MB.",
                "The backup %(path)s is whole: %(tables)d tables, %(files)d files, %(megabytes)d MB.",
                manifest.files.count,
            )
            % {
                "path": path,
                "tables": len(manifest.database) - 1,
                "files": manifest.files.count,
                "megabytes": -(-size // 1_000_000),
            }
        ]
        if gone:
            lines.append(
                ngettext("%(count)d old backup was removed.", "%(count)d old backups were removed.", gone)
                % {"count": gone}
            )
        self.stdout.write("\n".join(lines))


def _missing_sentence(names: list[str]) -> str:
    message = ngettext(
        "%(count)d file is not there, and not in the backup; no old backup was removed: %(names)s",
        "%(count)d files are not there, and not in the backup; no old backup was removed: %(names)s",
        len(names),
    )
    shown = _(", ").join(names[:FILES_SHOWN]) + (" …" if len(names) > FILES_SHOWN else "")
    return message % {"count": len(names), "names": shown}

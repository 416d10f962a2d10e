"""What of a site is backed up, and where it is: its database, and the files beside it."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from archive.backups.age import AgeError, Key
from archive.backups.databases import Database
from archive.backups.files import Area
from archive.exceptions import BackupError

KEYS = ("secret_key", "push_key")
"""Keys that were made on the machine: without them links in sent mail, and seals of the audit log, say nothing."""
MEDIA, UPLOADS = "media", "uploads"


@dataclass(frozen=True)
class Site:
    """A DATABASE, and the AREAS of files that belong to it; pictures may be apart, in a store of objects."""

    database: Database
    areas: list[Area]
    pictures_apart: bool = False

    @classmethod
    def here(cls) -> "Site":
        """The one that the settings are of."""
        areas = _areas(Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT), Path(settings.UPLOADS_DIR))
        return cls(Database.of(connection.get_connection_params()), areas, bool(settings.MEDIA_S3))

    @classmethod
    def scratch(cls, database: Database, folder: Path) -> "Site":
        """One whose files are all in FOLDER."""
        return cls(database, _areas(folder / "keys", folder / MEDIA, folder / UPLOADS))


def _areas(keys: Path, media: Path, uploads: Path) -> list[Area]:
    return [
        Area("keys", keys, private=True, only=KEYS),
        Area(MEDIA, media),
        Area(UPLOADS, uploads, private=True),
    ]


def backup_key() -> Key | None:
    """Return the key in the file that BACKUP_KEY_FILE names; None where it names none. Raises BackupError."""
    path = settings.BACKUP_KEY_FILE
    if path is None:
        return None
    try:
        return Key.read(path.read_text())
    except (AgeError, UnicodeDecodeError) as error:
        raise BackupError(_("%(path)s holds no key of age.") % {"path": path}) from error
    except OSError as error:
        raise BackupError(_("The key in %(path)s cannot be read.") % {"path": path}) from error


def known_migrations() -> set[str]:
    """Return the migrations that this version of Sijill has, as `app.name`."""
    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}

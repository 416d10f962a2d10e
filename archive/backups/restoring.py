"""A backup put back: everything is read and checked before anything is touched, and compared when it is there."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from archive.backups.age import Key
from archive.backups.databases import analyze, holds_anything, listed, load, major, programs_for
from archive.backups.files import FILES, drop_extracted, extract, put_in_place, read_files, tree_of
from archive.backups.fingerprint import database_hashes, sequence_values
from archive.backups.making import DATABASE
from archive.backups.manifest import Manifest, read_manifest
from archive.backups.sealing import check_stored, damaged, read_part
from archive.backups.site import KEYS, Site, known_migrations
from archive.backups.telling import Teller
from archive.exceptions import BackupError

SHOWN = 20


@dataclass(frozen=True)
class Backup:
    """A backup that was read to its end and is whole; CONTENTS is the list of its dump."""

    folder: Path
    manifest: Manifest
    key: Key | None
    contents: str

    def read(self, name: str):
        return read_part(self.folder, self.manifest.part(name), self.key)


def check_backup(folder: Path, key: Key | None, site: Site, tell: Teller) -> Backup:
    """Read all of the backup in FOLDER; raises BackupError unless it is whole and this version can restore it."""
    manifest = read_manifest(folder, key)
    if unknown := set(manifest.migrations) - known_migrations():
        names = ", ".join(sorted(unknown)[:SHOWN])
        raise BackupError(
            _("The backup was made by a newer version of Sijill, which has %(names)s: restore it with that.")
            % {"names": names}
        )
    tell.begin(_("Checking the backup…"))
    # Bytes first: nothing of what was changed reaches a program that reads it.
    for part in manifest.parts:
        check_stored(folder, part)
    dump = tell.measured(read_part(folder, manifest.part(DATABASE), key))
    contents = listed(programs_for(manifest.server, reading=True), dump)
    files = tell.measured(read_part(folder, manifest.part(FILES), key))
    if read_files(files, site.areas) != manifest.files:
        raise damaged(manifest.part(FILES).name)
    return Backup(folder, manifest, key, contents)


def check_place(manifest: Manifest, site: Site) -> int:
    """Return the major version of SITE's server; raises BackupError unless SITE is empty and can take the backup."""
    with site.database.session() as connection:
        if holds_anything(connection):
            if left := _folders_left(site):
                raise BackupError(
                    _(
                        "The database is not empty, and an earlier restore left files in %(paths)s. If it restored "
                        "the database, move them into the folder above; else begin again where there is nothing."
                    )
                    % {"paths": left}
                )
            raise BackupError(_("The database is not empty: restore into a new one. Nothing was changed."))
        server = major(connection)
        encoding = connection.info.parameter_status("server_encoding")
    if server < manifest.server:
        versions = {"version": server, "needed": manifest.server}
        raise BackupError(
            _("The database is PostgreSQL %(version)d, the backup of %(needed)d: it needs that or a newer one.")
            % versions
        )
    if encoding != "UTF8":
        raise BackupError(_("The database's encoding is %(name)s, not UTF8.") % {"name": encoding})
    for area in site.areas:
        if area.only != KEYS and not area.is_empty():
            raise BackupError(
                _("There are files in %(path)s: restore where there are none. Nothing was changed.")
                % {"path": area.folder}
            )
    return server


def restore_backup(backup: Backup, site: Site, tell: Teller) -> None:
    """Put BACKUP into SITE, which is empty, and compare.

    Raises BackupError and OSError; then nothing was put there, unless it says so.
    """
    server = check_place(backup.manifest, site)
    try:
        tell.begin(_("Restoring the files…"))
        extract(tell.measured(backup.read(FILES)), site.areas)
        tell.begin(_("Restoring the database…"))
        load(site.database, programs_for(server, reading=True), backup.contents, tell.measured(backup.read(DATABASE)))
    except BaseException:
        # One that is stopped while PostgreSQL commits has restored the database: its files are needed.
        if _is_empty(site):
            drop_extracted(site.areas)
        raise
    # Only now: a restore that is stopped before leaves empty places, and can be begun again.
    try:
        put_in_place(site.areas)
    except OSError as error:
        said = {"problem": error, "paths": _folders_left(site)}
        raise BackupError(
            _(
                "The database is restored, but not all files have their places (%(problem)s): move what is in "
                "%(paths)s into the folder above."
            )
            % said
        ) from error
    try:
        analyze(site.database)
        tell.begin(_("Comparing with the backup…"))
        names = differences(backup.manifest, site, tell)
    except (BackupError, OSError) as error:
        raise BackupError(
            _("Everything is restored, but could not be compared: %(problem)s") % {"problem": error}
        ) from error
    if names:
        raise BackupError(
            _("What was restored is not what was backed up: %(names)s.") % {"names": ", ".join(names[:SHOWN])}
        )


def _is_empty(site: Site) -> bool:
    """Whether the database is known to hold nothing."""
    with suppress(BackupError), site.database.session() as connection:
        return not holds_anything(connection)
    return False


def _folders_left(site: Site) -> str:
    """The folders of files that were extracted and have no places."""
    return ", ".join(str(area.staging) for area in site.areas if area.staging.exists())


def differences(manifest: Manifest, site: Site, tell: Teller) -> list[str]:
    """Return the names of what in SITE is not as MANIFEST says."""
    with site.database.session() as connection, connection.cursor() as cursor:
        hashes = database_hashes(cursor, tell)
        sequences = sequence_values(cursor)
    names = {*hashes, *manifest.database}
    found = sorted(name for name in names if hashes.get(name) != manifest.database.get(name))
    # The dump was made after they were asked for.
    found += sorted(name for name, last in manifest.sequences.items() if sequences.get(name, -1) < last)
    if tree_of(site.areas, tell) != manifest.files:
        found.append(_("files"))
    return found

"""One backup: the database as one snapshot shows it, and the files that were there at that moment.

The files are held first, then the snapshot is taken, then what came in between is held too: every file that a row of
the snapshot names is in the backup, and what an edit deletes while it is made also. A file that came later may be in
it; no row names that.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from archive.backups.age import Key
from archive.backups.databases import dump, major, programs_for
from archive.backups.files import FILES, Area, Hold, Tree, held, write_files
from archive.backups.fingerprint import database_hashes, sequence_values
from archive.backups.manifest import Manifest, stored_parts, write_manifest
from archive.backups.sealing import Part, PartWriter, check_stored
from archive.backups.site import MEDIA, Site
from archive.backups.store import Store
from archive.backups.telling import Teller
from archive.outgoing.tables import file_columns

DATABASE = "database.dump.zst"
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
MIGRATIONS = "SELECT app || '.' || name FROM public.django_migrations ORDER BY id"


def make_backup(site: Site, store: Store, key: Key | None, tell: Teller) -> tuple[Path, Manifest]:
    """Back SITE up into STORE, encrypted if there is a KEY; return where it is and what it says of itself.

    Nothing is left of one that fails. Raises BackupError and OSError. The store is to be locked.
    """
    with store.new(datetime.now(UTC)) as folder:
        with held(site.areas) as hold:
            manifest = _write(site, hold, folder, key, tell)
        write_manifest(folder, manifest, key)
        tell.begin(_("Reading the backup again…"))
        for part in stored_parts(folder):
            check_stored(folder, part)
        path = folder.with_suffix("")
    return path, manifest


def _write(site: Site, hold: Hold, folder: Path, key: Key | None, tell: Teller) -> Manifest:
    hold.take()
    with site.database.session() as connection, connection.cursor() as cursor:
        server = major(connection)
        programs = programs_for(server)
        sequences = sequence_values(cursor)
        (snapshot,) = cursor.execute("SELECT pg_export_snapshot()").fetchone()
        made_at = datetime.now(UTC)
        hold.take()
        for area in hold.loose:
            tell.begin(
                _("The files in %(path)s cannot be held: delete none until the backup is made.")
                % {"path": area.folder}
            )
        missing = set() if site.pictures_apart else set(_missing(cursor, hold.areas))
        tell.begin(_("Writing the database…"))
        database = _part(folder, DATABASE, key, tell.measured(dump(site.database, programs, snapshot)))
        tell.begin(_("Taking the hashes of the tables…"))
        hashes = database_hashes(cursor, tell)
        migrations = [name for (name,) in cursor.execute(MIGRATIONS)]
    tell.begin(_("Writing the files…"))
    files, tree = _files(folder, hold, key, tell)
    missing |= {name.removeprefix(f"{MEDIA}/") for name in hold.expected}
    return Manifest(
        made_at.isoformat(), server, migrations, hashes, sequences, tree, sorted(missing), parts=[database, files]
    )


def _part(folder: Path, name: str, key: Key | None, pieces: Iterable[bytes]) -> Part:
    writer = PartWriter(folder, name, key)
    try:
        for piece in pieces:
            writer.write(piece)
        return writer.finish()
    finally:
        writer.close()


def _files(folder: Path, hold: Hold, key: Key | None, tell: Teller) -> tuple[Part, Tree]:
    writer = PartWriter(folder, FILES, key)
    try:
        tree = write_files(writer, hold.areas, tell, hold.expected)
        return writer.finish(), tree
    finally:
        writer.close()


def _missing(cursor: psycopg.Cursor, areas: list[Area]) -> Iterable[str]:
    """Yield the names of files that the snapshot names and that are not there.

    Its tables may be those of an older version of Sijill: an update is what one backs up before.
    """
    (media,) = (area.folder for area in areas if area.name == MEDIA)
    there = set(cursor.execute(COLUMNS))
    for column in file_columns():
        if (column.table.name, column.field.column) not in there:
            continue
        query = sql.SQL("SELECT DISTINCT {name} FROM public.{table} WHERE {name} <> ''").format(
            name=sql.Identifier(column.field.column), table=sql.Identifier(column.table.name)
        )
        for (name,) in cursor.execute(query):
            if not (media / name).is_file():
                yield name

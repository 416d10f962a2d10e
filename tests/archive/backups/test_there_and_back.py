"""Backups of a real database and real files, put back into an empty place: the same, or nothing at all."""

import shutil
import subprocess

import psycopg
import pytest

from archive.backups import databases
from archive.backups.drill import drill
from archive.backups.files import put_in_place
from archive.backups.making import make_backup
from archive.backups.restoring import check_backup, check_place, differences, restore_backup
from archive.backups.store import Store
from archive.backups.telling import Teller
from archive.exceptions import BackupError
from tests.archive.backups.conftest import KEY, QUIET
from tests.archive.backups.scratch import files_in

# The databases of these tests are their own; what they are made like is the tests'.
pytestmark = pytest.mark.django_db

ZSTD = bytes.fromhex("28b52ffd")
"""What every frame of Zstandard begins with."""


def query(database, statement: str, *values) -> list[tuple]:
    with psycopg.connect(database.conninfo, password=database.password, autocommit=True) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def is_empty(site) -> bool:
    with site.database.session() as connection:
        return not databases.holds_anything(connection) and all(
            files_in(area.folder) == {} for area in site.areas if area.folder.exists()
        )


@pytest.mark.parametrize("name", ["sealed", "plain"])
def test_everything_comes_back(site, backups, empty_site, tmp_path, name):
    backup = check_backup(backups[name], KEY if name == "sealed" else None, empty_site, QUIET)
    assert "public.procrastinate_jobs" in backup.manifest.database
    assert backup.manifest.missing == []
    restore_backup(backup, empty_site, QUIET)
    assert differences(backup.manifest, empty_site, QUIET) == []
    expected = {**files_in(site.areas[1].folder.parent)}
    del expected["keys/other"]
    assert files_in(tmp_path / "restored") == expected
    assert (tmp_path / "restored/keys/secret_key").stat().st_mode & 0o077 == 0
    # It is alive: its triggers keep the search.
    before = query(empty_site.database, "SELECT count(*) FROM archive_articlesearch")[0][0]
    query(empty_site.database, "DELETE FROM archive_articlesearch")
    query(empty_site.database, "UPDATE archive_article SET title = title || ' جديد'")
    assert query(empty_site.database, "SELECT count(*) FROM archive_articlesearch")[0][0] == before


def test_newer_programs_than_the_server_do(backups, empty_site, monkeypatch, tmp_path):
    monkeypatch.setattr(databases, "SYSTEM_PROGRAMS", tmp_path / "none")
    monkeypatch.setattr(databases.shutil, "which", lambda name: None)
    restore_backup(check_backup(backups["plain"], None, empty_site, QUIET), empty_site, QUIET)


def test_a_dump_of_newer_programs_than_the_server_is_read(site, empty_site, monkeypatch, tmp_path):
    """One that was made where only the embedded PostgreSQL's programs are, checked where PostgreSQL 15 is too."""
    store = Store(tmp_path / "store")
    with store.locked(), monkeypatch.context() as patch:
        patch.setattr(databases, "SYSTEM_PROGRAMS", tmp_path / "none")
        patch.setattr(databases.shutil, "which", lambda name: None)
        patch.setattr("archive.backups.making.major", lambda connection: 15)
        path, _manifest = make_backup(site, store, None, QUIET)
    backup = check_backup(path, None, empty_site, QUIET)
    assert backup.manifest.server == 15
    restore_backup(backup, empty_site, QUIET)


def test_tools_of_the_system_read_a_backup(backups):
    folder = backups["plain"]
    sums = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=folder, capture_output=True, text=True)
    assert (sums.stdout, sums.returncode) == ("database.dump.zst: OK\nfiles.tar: OK\nmanifest.json: OK\n", 0)
    listed = subprocess.run(["tar", "tf", "files.tar"], cwd=folder, capture_output=True, text=True, check=True)
    assert "keys/secret_key\n" in listed.stdout
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}


def test_nothing_of_an_encrypted_backup_can_be_read(backups):
    words = {"manifest.json": b"archive_article", "files.tar": b"the key of this machine", "database.dump.zst": ZSTD}
    for name, word in words.items():
        assert word in (backups["plain"] / name).read_bytes()
        assert word not in (backups["sealed"] / f"{name}.age").read_bytes()


class Meddler(Teller):
    """Does something as a step begins."""

    def __init__(self, number: int, do):
        self._steps, self._number, self._do = 0, number, do

    def begin(self, step):
        if self._steps == self._number:
            self._do()
        self._steps += 1


def test_a_backup_is_of_one_moment(site, empty_site, tmp_path):
    """A row that is written, and a file that is deleted, while the database is being dumped."""
    picture = site.areas[1].folder / "late.png"
    picture.write_bytes(b"a picture")

    def meddle():
        query(site.database, "INSERT INTO django_site_marker VALUES ('late')")
        picture.unlink()

    query(site.database, "CREATE TABLE django_site_marker (name text)")
    try:
        with (store := Store(tmp_path / "store")).locked():
            path, _manifest = make_backup(site, store, None, Meddler(0, meddle))
        restore_backup(check_backup(path, None, empty_site, QUIET), empty_site, QUIET)
    finally:
        query(site.database, "DROP TABLE django_site_marker")
        picture.unlink(missing_ok=True)
    assert query(empty_site.database, "SELECT count(*) FROM django_site_marker") == [(0,)]
    assert (empty_site.areas[1].folder / "late.png").read_bytes() == b"a picture"
    assert [path.name for area in site.areas for path in area.folder.glob(".*")] == []


def test_a_file_that_is_missing_is_named(site, tmp_path):
    (name,) = [path for path in site.areas[1].folder.rglob("*") if path.is_file()][:1]
    moved = name.rename(tmp_path / "away")
    try:
        with (store := Store(tmp_path / "store")).locked():
            _path, manifest = make_backup(site, store, None, QUIET)
    finally:
        moved.rename(name)
    assert manifest.missing == [name.relative_to(site.areas[1].folder).as_posix()]


def test_a_file_that_could_not_be_held_and_goes_is_named(site, tmp_path, monkeypatch):
    upload, picture = site.areas[2].folder / "late.html", site.areas[1].folder / "late.png"
    for path in (upload, picture):
        path.touch()
    told = []

    class Told(Teller):
        def begin(self, step):
            told.append(step)
            if step == "Writing the files…":
                upload.unlink()
                picture.unlink()

    monkeypatch.setattr("archive.backups.files.Path.hardlink_to", no_links)
    with (store := Store(tmp_path / "store")).locked():
        _path, manifest = make_backup(site, store, None, Told())
    assert manifest.missing == ["late.png", "uploads/late.html"]
    assert told[:3] == [
        f"The files in {area.folder} cannot be held: delete none until the backup is made." for area in site.areas
    ]


def no_links(*_arguments):
    raise OSError(18, "Invalid cross-device link")


def test_a_database_of_an_older_version_lacks_columns(site, tmp_path):
    """What one backs up before an update."""
    query(site.database, "ALTER TABLE archive_image RENAME COLUMN file TO old_file")
    try:
        with (store := Store(tmp_path / "store")).locked():
            path, _manifest = make_backup(site, store, None, QUIET)
    finally:
        query(site.database, "ALTER TABLE archive_image RENAME COLUMN old_file TO file")
    assert path.is_dir()


@pytest.mark.parametrize("where", ["database", "files"])
def test_a_place_that_is_not_empty_is_refused(backups, empty_site, where):
    backup = check_backup(backups["plain"], None, empty_site, QUIET)
    if where == "database":
        query(empty_site.database, "CREATE TABLE something (name text)")
    else:
        empty_site.areas[1].folder.mkdir(parents=True)
        (empty_site.areas[1].folder / "picture.png").touch()
    with pytest.raises(BackupError, match="not empty" if where == "database" else "There are files"):
        restore_backup(backup, empty_site, QUIET)


def test_an_older_server_is_refused(backups, empty_site, monkeypatch):
    backup = check_backup(backups["plain"], None, empty_site, QUIET)
    newer = type(backup.manifest)(**{**vars(backup.manifest), "server": 99})
    with pytest.raises(BackupError, match="the backup of 99"):
        check_place(newer, empty_site)


def test_a_dump_that_ends_early_leaves_nothing(backups, empty_site, tmp_path):
    """A file that changes between its check and its use, as on a disk that fails."""
    folder = shutil.copytree(backups["plain"], tmp_path / "copy")
    backup = check_backup(folder, None, empty_site, QUIET)
    path = folder / "database.dump.zst"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(BackupError, match="damaged or cut short"):
        restore_backup(backup, empty_site, QUIET)
    assert is_empty(empty_site)


def test_a_restore_that_cannot_write_leaves_nothing(backups, empty_site, monkeypatch):
    backup = check_backup(backups["plain"], None, empty_site, QUIET)
    monkeypatch.setattr("archive.backups.files.os.fdopen", no_room)
    with pytest.raises(OSError, match="No space left"):
        restore_backup(backup, empty_site, QUIET)
    monkeypatch.undo()
    assert is_empty(empty_site)


def test_files_that_get_no_places_are_told_with_the_database_restored(backups, empty_site, monkeypatch):
    backup = check_backup(backups["plain"], None, empty_site, QUIET)
    with monkeypatch.context() as patch:
        patch.setattr("archive.backups.files.Path.replace", no_room)
        with pytest.raises(BackupError) as caught:
            restore_backup(backup, empty_site, QUIET)
    staging = [str(area.staging) for area in empty_site.areas]
    assert str(caught.value) == (
        "The database is restored, but not all files have their places ([Errno 28] No space left on device): move "
        f"what is in {', '.join(staging)} into the folder above."
    )
    with pytest.raises(BackupError, match="an earlier restore left files in") as caught:
        restore_backup(backup, empty_site, QUIET)
    assert ", ".join(staging) in str(caught.value)
    for area in empty_site.areas:
        for path in area.staging.iterdir():
            path.rename(area.folder / path.name)
    assert differences(backup.manifest, empty_site, QUIET) == []


def test_a_restore_that_is_stopped_when_the_database_is_committed_keeps_the_files(backups, empty_site, monkeypatch):
    backup = check_backup(backups["plain"], None, empty_site, QUIET)

    def load_and_stop(*arguments):
        databases.load(*arguments)
        raise SystemExit(143)

    monkeypatch.setattr("archive.backups.restoring.load", load_and_stop)
    with pytest.raises(SystemExit):
        restore_backup(backup, empty_site, QUIET)
    put_in_place(empty_site.areas)
    assert differences(backup.manifest, empty_site, QUIET) == []


def test_what_is_restored_but_not_compared_is_told(backups, empty_site, monkeypatch):
    backup = check_backup(backups["plain"], None, empty_site, QUIET)
    monkeypatch.setattr("archive.backups.restoring.tree_of", no_room)
    with pytest.raises(BackupError, match="Everything is restored, but could not be compared"):
        restore_backup(backup, empty_site, QUIET)


def no_room(*_arguments):
    raise OSError(28, "No space left on device")


def test_what_differs_is_named(backups, empty_site):
    backup = check_backup(backups["plain"], None, empty_site, QUIET)
    restore_backup(backup, empty_site, QUIET)
    query(empty_site.database, "UPDATE django_migrations SET name = name || ' ' WHERE id = 1")
    query(empty_site.database, "SELECT setval(pg_get_serial_sequence('archive_article', 'id'), 1)")
    (empty_site.areas[1].folder / "one more.png").touch()
    assert differences(backup.manifest, empty_site, QUIET) == [
        "public.django_migrations",
        "public.archive_article_id_seq",
        "files",
    ]


def test_drill_restores_the_newest(site, backups, store, tmp_path):
    assert store.newest() == backups["plain"]
    done = drill(store, None, tmp_path / "scratch", QUIET)
    assert done.folder == store.newest()
    assert list((tmp_path / "scratch").iterdir()) == []

"""A backup that is damaged, foreign, newer or of another key is refused, and the place it was meant for not touched."""

import dataclasses
import shutil
from hashlib import sha256

import pytest

from archive.backups.age import Key
from archive.backups.manifest import CHECKSUMS, read_manifest, stored_parts, write_manifest
from archive.backups.restoring import check_backup
from archive.backups.sealing import check_stored
from archive.exceptions import BackupError
from tests.archive.backups.conftest import KEY, QUIET
from tests.archive.backups.scratch import nowhere

# The databases of these tests are their own; what they are made like is the tests'.
pytestmark = pytest.mark.django_db


FILES = ["SHA256SUMS", "manifest.json", "database.dump.zst", "files.tar"]


@pytest.fixture(params=["sealed", "plain"])
def copy(request, backups, tmp_path):
    return shutil.copytree(backups[request.param], tmp_path / "copy")


@pytest.fixture
def key(copy):
    return KEY if file_of(copy, "files.tar").suffix == ".age" else None


def file_of(folder, name):
    (path,) = folder.glob(f"{name}*")
    return path


def refused(folder, tmp_path, key) -> str:
    site = nowhere(tmp_path / "place")
    with pytest.raises(BackupError) as caught:
        check_backup(folder, key, site, QUIET)
    assert not (tmp_path / "place").exists()
    return str(caught.value)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_flipped_bit(copy, key, tmp_path, name, place):
    path = file_of(copy, name)
    data = bytearray(path.read_bytes())
    data[int(place * (len(data) - 1))] ^= 0x10
    path.write_bytes(data)
    assert "damaged or cut short" in refused(copy, tmp_path, key) or name == CHECKSUMS


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.5, 0.999])
def test_a_cut_file(copy, key, tmp_path, name, place):
    path = file_of(copy, name)
    data = path.read_bytes()
    path.write_bytes(data[: int(place * len(data))])
    refused(copy, tmp_path, key)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(copy, key, tmp_path, name):
    file_of(copy, name).unlink()
    said = refused(copy, tmp_path, key)
    assert said.endswith("is no backup of Sijill." if name == CHECKSUMS else "is missing.")


def test_a_file_of_another_backup(copy, key, tmp_path):
    """Sums that fit do not make it one: the manifest knows its own."""
    path, sums = file_of(copy, "files.tar"), copy / CHECKSUMS
    before = sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes() + bytes(512))
    sums.write_text(sums.read_text().replace(before, sha256(path.read_bytes()).hexdigest()))
    check_stored(copy, next(part for part in stored_parts(copy) if part.name == path.name))
    assert refused(copy, tmp_path, key) == "SHA256SUMS is damaged or cut short."


def test_a_foreign_archive(tmp_path):
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "dump.sql").write_text("DROP TABLE archive_article;")
    assert refused(tmp_path / "foreign", tmp_path, KEY) == f"{tmp_path / 'foreign'} is no backup of Sijill."
    (tmp_path / "foreign" / CHECKSUMS).write_text(f"{'0' * 64}  dump.sql\n")
    assert refused(tmp_path / "foreign", tmp_path, KEY) == f"{tmp_path / 'foreign'} is no backup of Sijill."
    assert refused(tmp_path / "nothing", tmp_path, KEY) == f"{tmp_path / 'nothing'} is no backup of Sijill."


def rewritten(folder, **changes):
    """The backup in FOLDER with another manifest, as a version that makes such ones writes it."""
    manifest = dataclasses.replace(read_manifest(folder, None), **changes)
    for name in (CHECKSUMS, "manifest.json"):
        (folder / name).unlink()
    write_manifest(folder, manifest, None)


def test_a_newer_schema(backups, tmp_path):
    folder = shutil.copytree(backups["plain"], tmp_path / "copy")
    migrations = [*read_manifest(folder, None).migrations, "archive.9999_from_the_future"]
    rewritten(folder, migrations=migrations)
    assert refused(folder, tmp_path, None) == (
        "The backup was made by a newer version of Sijill, which has archive.9999_from_the_future: "
        "restore it with that."
    )


def test_a_newer_form(backups, tmp_path, monkeypatch):
    folder = shutil.copytree(backups["plain"], tmp_path / "copy")
    monkeypatch.setattr("archive.backups.manifest.FORM", 2)
    rewritten(folder)
    monkeypatch.undo()
    assert (
        refused(folder, tmp_path, None) == "The backup was made by a newer version of Sijill: restore it with that."
    )


def test_a_wrong_key_and_none(backups, tmp_path):
    folder = backups["sealed"]
    assert refused(folder, tmp_path, Key.made()) == "manifest.json.age was encrypted with another key."
    without = "manifest.json.age is encrypted: BACKUP_KEY_FILE must name the key."
    assert refused(folder, tmp_path, None) == without
    assert refused(folder, tmp_path, Key(KEY.recipient)) == without


@pytest.mark.parametrize("key", [KEY, Key(KEY.recipient)])
def test_one_that_is_not_encrypted_is_refused_where_there_is_a_key(backups, tmp_path, key):
    assert refused(backups["plain"], tmp_path, key) == (
        "manifest.json is not encrypted, so that anybody may have changed it. To use it all the same, run the command "
        "with an empty BACKUP_KEY_FILE."
    )


def test_the_backup_itself_is_whole(copy, key, tmp_path):
    check_backup(copy, key, nowhere(tmp_path / "place"), QUIET)

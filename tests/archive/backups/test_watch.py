"""What monitors are told of backups: how old they are, whether they were drilled, and what room is left."""

import os
import shutil
from collections import namedtuple
from datetime import UTC, datetime
from hashlib import sha256
from math import inf

import pytest

from archive.backups import watch
from archive.backups.files import FILES
from archive.backups.making import DATABASE
from archive.backups.manifest import MANIFEST

NOW = datetime(2026, 2, 1, 3, 0, tzinfo=UTC).timestamp()
HOUR, DAY = 3600, 24 * 3600
Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def folders(tmp_path, settings):
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path / "data", tmp_path / "backups"
    return settings


def make(folder, moment: str, *, whole: bool = True) -> None:
    backup = folder / f"sijill-{moment}"
    backup.mkdir(parents=True)
    names = (DATABASE, FILES, MANIFEST)
    (backup / "SHA256SUMS").write_text("".join(f"{sha256(b'').hexdigest()}  {name}\n" for name in names))
    for name in names[: None if whole else -1]:
        (backup / name).touch()


def ages() -> tuple[float, float]:
    values = {family.name: family.samples for family in watch.Backups(NOW).collect()}
    return tuple(values[name][0].value for name in ("sijill_backup_age_seconds", "sijill_backup_drill_age_seconds"))


def test_no_backup_is_as_old_as_can_be(folders):
    assert ages() == (inf, inf)


def test_the_newest_counts_and_without_a_drill_the_oldest(folders):
    for moment in ("20260129T030000Z", "20260131T030000Z", "20260130T030000Z"):
        make(folders.BACKUP_DIR, moment)

    assert ages() == (DAY, 3 * DAY)


def test_what_is_not_whole_is_no_backup(folders):
    make(folders.BACKUP_DIR, "20260130T030000Z")
    make(folders.BACKUP_DIR, "20260201T020000Z", whole=False)
    (folders.BACKUP_DIR / "sijill-20260201T025900Z.part").mkdir()

    assert ages() == (2 * DAY, 2 * DAY)


def test_a_drill_counts_from_when_it_went_well(folders):
    make(folders.BACKUP_DIR, "20260101T030000Z")
    watch.note_drill()
    os.utime(folders.DATA_DIR / watch.DRILLED, (NOW - HOUR, NOW - HOUR))

    assert ages() == (31 * DAY, HOUR)


def test_what_is_of_the_future_tells_nothing(folders):
    make(folders.BACKUP_DIR, "20260203T030000Z")
    watch.note_drill()
    os.utime(folders.DATA_DIR / watch.DRILLED, (NOW + HOUR, NOW + HOUR))
    assert ages() == (inf, inf)

    for moment in ("20260130T030000Z", "20260131T030000Z"):
        make(folders.BACKUP_DIR, moment)
    assert ages() == (DAY, 2 * DAY)


def test_a_later_drill_is_noted(folders):
    watch.note_drill()
    os.utime(folders.DATA_DIR / watch.DRILLED, (NOW, NOW))
    watch.note_drill()

    assert (folders.DATA_DIR / watch.DRILLED).stat().st_mtime != NOW


def test_a_folder_that_may_not_be_read_has_no_backup(folders, monkeypatch):
    def refuse(_store):
        raise PermissionError

    monkeypatch.setattr(watch.Store, "backups", refuse)
    assert ages() == (inf, inf)


def test_disks_tell_what_is_free_of_folders_that_are_there(folders, monkeypatch):
    def disk_usage(folder):
        if folder == folders.BACKUP_DIR:
            raise FileNotFoundError
        return Disk(200, 150, 50)

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    *_ages, free = watch.Backups(NOW).collect()

    assert [(one.labels, one.value) for one in free.samples] == [({"folder": "data"}, 0.25)]

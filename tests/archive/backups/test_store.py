"""The folder of backups: what is whole, what is kept, and one command at a time."""

from datetime import timedelta

import pytest

from archive.backups.manifest import CHECKSUMS
from archive.backups.store import Keep, Store, kept_moments, moment_of
from archive.exceptions import BackupError
from tests.archive.backups.conftest import day

DAILY = [day(2026, 1, 1) + timedelta(days=number) for number in range(120)]


def made(store: Store, moment) -> None:
    with store.new(moment) as folder:
        (folder / "part").write_bytes(b"")
        (folder / CHECKSUMS).write_text(f"{'0' * 64}  part\n")


def test_the_last_of_each_day_week_and_month_is_kept():
    kept = sorted(kept_moments(DAILY, Keep(3, 2, 3)))
    # The 30th of April is a Thursday: its week ends with it, the one before on Sunday the 26th.
    assert kept == [day(2026, 2, 28), day(2026, 3, 31), day(2026, 4, 26), *(day(2026, 4, n) for n in (28, 29, 30))]


def test_of_several_a_day_the_last_is_kept():
    moments = [day(2026, 1, 1, hour) for hour in (3, 9, 15)] + [day(2026, 1, 2, 3)]
    assert sorted(kept_moments(moments, Keep(2, 0, 0))) == [day(2026, 1, 1, 15), day(2026, 1, 2, 3)]


def test_days_without_a_backup_do_not_count():
    moments = [day(2025, 1, 1), day(2025, 6, 1), day(2026, 1, 1)]
    assert kept_moments(moments, Keep(3, 0, 0)) == set(moments)


def test_the_newest_is_always_kept():
    assert kept_moments(DAILY, Keep(0, 0, 0)) == {DAILY[-1]}
    assert kept_moments([], Keep(7, 5, 12)) == set()


def test_a_rotation_removes_what_is_not_kept(tmp_path):
    store = Store(tmp_path)
    for moment in DAILY[-5:]:
        made(store, moment)
    gone = store.rotate(Keep(2, 0, 0), store.newest())
    assert [moment_of(path) for path in gone] == DAILY[-5:-2][::-1]
    assert [moment_of(path) for path in store.backups()] == DAILY[-2:][::-1]


def test_a_backup_that_lacks_a_file_takes_no_place_of_a_whole_one(tmp_path):
    store = Store(tmp_path)
    for moment in DAILY[-3:]:
        made(store, moment)
    broken = store.newest()
    (broken / "part").unlink()
    # Nobody gets an older one unasked.
    assert store.newest() == broken
    (tmp_path / "something else").mkdir()
    store.rotate(Keep(1, 0, 0), broken)
    # The newest whole one stays; what is no backup is not ours to remove.
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["something else", f"sijill-{DAILY[-2]:%Y%m%dT%H%M%SZ}", broken.name]
    )


def test_the_one_just_made_stays_though_the_clock_is_behind(tmp_path):
    store = Store(tmp_path)
    for moment in DAILY[1:3]:
        made(store, moment)
    made(store, DAILY[1] + timedelta(hours=1))
    just_made = tmp_path / f"sijill-{DAILY[1] + timedelta(hours=1):%Y%m%dT%H%M%SZ}"
    assert [moment_of(path) for path in store.rotate(Keep(1, 0, 0), just_made)] == [DAILY[1]]
    assert just_made.exists()


def test_one_of_the_future_is_in_the_way(tmp_path):
    store = Store(tmp_path)
    made(store, DAILY[2])
    made(store, DAILY[1])
    with pytest.raises(BackupError, match=r"sijill-20260103T030000Z is of the future: set the clock"):
        made(store, DAILY[2] - timedelta(days=1, seconds=1))
    assert len(store.backups()) == 2


def test_one_that_fails_leaves_nothing(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(RuntimeError), store.new(DAILY[0]) as folder:
        (folder / "part").write_bytes(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_command_left_is_no_backup_and_goes(tmp_path):
    store = Store(tmp_path)
    for ending in (".part", ".going"):
        (tmp_path / f"sijill-20260101T030000Z{ending}").mkdir()
    assert store.backups() == []
    made(store, DAILY[0])
    assert [path.name for path in tmp_path.iterdir()] == ["sijill-20260101T030000Z"]


def test_two_within_a_second_have_two_names(tmp_path):
    store = Store(tmp_path)
    made(store, DAILY[0])
    made(store, DAILY[0])
    assert [path.name for path in store.backups()] == ["sijill-20260101T030001Z", "sijill-20260101T030000Z"]


def made_once(folder):
    with Store(folder).locked():
        pass


@pytest.mark.parametrize(("first", "second"), [(False, False), (False, True), (True, False)])
def test_one_command_at_a_time(tmp_path, first, second):
    made_once(tmp_path)
    with (
        Store(tmp_path).locked(shared=first),
        pytest.raises(BackupError, match="Another command is at the backups"),
        Store(tmp_path).locked(shared=second),
    ):
        pytest.fail("two at once")
    with Store(tmp_path).locked(shared=True), Store(tmp_path).locked(shared=True):
        pass


def test_no_backup_is_said(tmp_path):
    with pytest.raises(BackupError, match="There is no backup in"):
        Store(tmp_path / "none").newest()

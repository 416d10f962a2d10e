"""The files beside the database: held, written in one order, and put where they belong and nowhere else."""

import errno
import io
import tarfile
from pathlib import Path

import pytest

from archive.backups import files
from archive.backups.files import Area, extract, held, put_in_place, tree_of, walk, write_files
from archive.exceptions import BackupError
from tests.archive.backups.scratch import files_in


def quiet(done, total):
    pass


@pytest.fixture
def media(tmp_path):
    area = Area("media", tmp_path / "media")
    for name in ("b.png", "a/صورة.png", "a-c.png"):
        path = area.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return area


def written(areas) -> bytes:
    out = io.BytesIO()
    write_files(out, areas, quiet)
    return out.getvalue()


def test_files_come_in_one_order_also_behind_links_and_once(media):
    (media.folder / "link").symlink_to(media.folder / "a")
    (media.folder / "a" / "round").symlink_to(media.folder)
    (media.folder / "nowhere").symlink_to("gone")
    assert [name for name, _path in walk(media.folder)] == ["a/صورة.png", "a-c.png", "b.png", "link/صورة.png"]


def test_there_and_back(media, tmp_path):
    there = Area("media", tmp_path / "there")
    (there.folder / "a" / "empty").mkdir(parents=True)
    assert there.is_empty()
    tree = extract(iter([written([media])]), [there])
    assert list(files_in(there.folder)) == [".restoring/a/صورة.png", ".restoring/a-c.png", ".restoring/b.png"]
    assert there.is_empty()
    put_in_place([there])
    assert files_in(there.folder) == files_in(media.folder)
    assert tree == tree_of([media]) == tree_of([there])


def test_what_is_held_outlives_its_deletion(media):
    with held([media]) as hold:
        hold.take()
        (media.folder / "b.png").unlink()
        (media.folder / "late.png").touch()
        hold.take()
        assert [name for name, _path in hold.areas[0].files()] == ["a/صورة.png", "a-c.png", "b.png", "late.png"]
        assert [name for name, _path in media.files()] == ["a/صورة.png", "a-c.png", "late.png"]
    assert sorted(path.name for path in media.folder.iterdir()) == ["a", "a-c.png", "late.png"]


def test_without_hard_links_the_folder_itself_is_read(media, monkeypatch):
    def refuse(path, target):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with held([media]) as hold:
        hold.take()
        assert hold.areas == [media]
    assert not (media.folder / files.HELD).exists()


def test_nobody_else_takes_away_what_is_held(media):
    with held([media]) as hold:
        hold.take()
        with pytest.raises(BackupError), held([media]):
            pytest.fail("two at once")
        assert len(list(hold.areas[0].files())) == 3


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../evil", tarfile.REGTYPE),
        ("/evil", tarfile.REGTYPE),
        ("media/../../evil", tarfile.REGTYPE),
        ("evil", tarfile.REGTYPE),
        ("other/evil", tarfile.REGTYPE),
        ("media/evil", tarfile.SYMTYPE),
        ("media/evil", tarfile.LNKTYPE),
        ("media/evil", tarfile.CHRTYPE),
    ],
)
def test_what_does_not_belong_is_refused(tmp_path, name, kind):
    out = io.BytesIO()
    with tarfile.open(mode="w|", fileobj=out) as tar:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, "/etc/passwd"
        tar.addfile(entry, io.BytesIO())
    with pytest.raises(BackupError):
        extract(iter([out.getvalue()]), [Area("media", tmp_path / "place" / "media")])
    assert files_in(tmp_path) == {}

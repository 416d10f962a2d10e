"""The files beside the database: held, written in one order, and put where they belong and nowhere else."""

import errno
import io
import os
import tarfile
from pathlib import Path

import pytest

from archive.backups import files
from archive.backups.files import Area, extract, held, put_in_place, read_files, tree_of, walk, write_files
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
    extract(iter([written([media])]), [there])
    assert list(files_in(there.folder)) == [".restoring/a/صورة.png", ".restoring/a-c.png", ".restoring/b.png"]
    assert there.is_empty()
    put_in_place([there])
    assert files_in(there.folder) == files_in(media.folder)
    tree = read_files(iter([written([media])]), [there])
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
        assert hold.areas == hold.loose == [media]
        (media.folder / "b.png").unlink()
        write_files(io.BytesIO(), hold.areas, quiet, hold.expected)
        # What went away meanwhile is in no tar, and known.
        assert hold.expected == {"media/b.png"}
    assert not (media.folder / files.HELD).exists()


def test_a_disk_that_fails_is_told_by_the_file_that_it_has(media, monkeypatch):
    class Failing(io.BytesIO):
        def read(self, size=-1):
            raise OSError(errno.EIO, "Input/output error")

        def fileno(self):
            return descriptor

    descriptor = os.open(media.folder / "b.png", os.O_RDONLY)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, mode: Failing())
        for read in (written, tree_of):
            with pytest.raises(OSError, match="Input/output error") as caught:
                read([media])
            assert caught.value.filename == media.folder / "a/صورة.png"
    os.close(descriptor)


def test_a_file_that_becomes_shorter_is_told(media, monkeypatch):
    fstat = os.fstat

    def longer(descriptor):
        status = list(fstat(descriptor))
        status[6] += 1
        return os.stat_result(status)

    monkeypatch.setattr(files.os, "fstat", longer)
    with pytest.raises(BackupError, match=r"صورة\.png became shorter while it was read"):
        written([media])


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
        ("media", tarfile.REGTYPE),
        ("media/", tarfile.REGTYPE),
        ("media/{folder}/evil", tarfile.REGTYPE),
        ("media/./evil", tarfile.REGTYPE),
        ("media/.restoring/evil", tarfile.REGTYPE),
        ("media/a/.held-by-backup/evil", tarfile.REGTYPE),
        ("media/lost+found/evil", tarfile.REGTYPE),
        ("media/ev\0il", tarfile.REGTYPE),
        ("keys/postgres/18/postgresql.conf", tarfile.REGTYPE),
        ("keys/other", tarfile.REGTYPE),
        ("keys/.restoring", tarfile.REGTYPE),
        ("media/evil", tarfile.SYMTYPE),
        ("media/evil", tarfile.LNKTYPE),
        ("media/evil", tarfile.CHRTYPE),
    ],
)
def test_what_does_not_belong_is_refused(tmp_path, name, kind):
    name = name.format(folder=tmp_path)  # The path of a folder begins with a slash of its own.
    out = io.BytesIO()
    with tarfile.open(mode="w|", fileobj=out, format=tarfile.PAX_FORMAT) as tar:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, "/etc/passwd"
        entry.pax_headers = {"path": name}
        tar.addfile(entry, io.BytesIO())
    areas = [Area("media", tmp_path / "place" / "media"), keys(tmp_path / "place")]
    for read in (read_files, extract):
        with pytest.raises(BackupError):
            read(iter([out.getvalue()]), areas)
    assert files_in(tmp_path) == {}


def test_a_tar_that_makes_no_sense_is_damaged(media):
    out = io.BytesIO()
    with tarfile.open(mode="w|", fileobj=out, format=tarfile.PAX_FORMAT) as tar:
        entry = tarfile.TarInfo("media/picture.png")
        entry.pax_headers = {"GNU.sparse.map": "no,numbers"}
        tar.addfile(entry, io.BytesIO())
    with pytest.raises(BackupError, match=r"files\.tar is damaged"):
        read_files(iter([out.getvalue()]), [media])


def keys(folder) -> Area:
    return Area("keys", folder, private=True, only=("push_key", "secret_key"))


def test_keys_go_where_a_site_is_and_change_nothing_else_there(tmp_path):
    """The folder of the keys is that of the whole site's data: the embedded database runs in it."""
    for name in ("before/secret_key", "there/secret_key", "there/push_key", "there/other"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "there/postgres/18/empty").mkdir(parents=True)
    before, there = keys(tmp_path / "before"), keys(tmp_path / "there")
    extract(iter([written([before])]), [there])
    put_in_place([there])
    assert files_in(there.folder) == {
        "other": b"there/other",
        "push_key.before-restore": b"there/push_key",
        "secret_key": b"before/secret_key",
    }
    assert (there.folder / "postgres/18/empty").is_dir()
    # What the new machine alone has is no difference.
    assert tree_of([there]) == tree_of([before])


def test_what_a_disk_keeps_for_itself_is_no_file_of_ours(media):
    (media.folder / "lost+found").mkdir()
    (media.folder / "lost+found" / "#12").touch()
    assert [name for name, _path in media.files()] == ["a/صورة.png", "a-c.png", "b.png"]

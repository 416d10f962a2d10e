"""The files of a backup: on the disk, and of bounded size when they are read."""

import os

import pytest
import zstandard

from archive.backups.sealing import Part, PartWriter, read_part
from archive.exceptions import BackupError


def written(folder, name, data) -> Part:
    writer = PartWriter(folder, name, None)
    writer.write(data)
    return writer.finish()


def test_what_is_compressed_well_comes_in_pieces(tmp_path):
    part = written(tmp_path, "part.zst", bytes(100 * 1024 * 1024))
    assert part.size < 20_000
    sizes = [len(piece) for piece in read_part(tmp_path, part, None)]
    assert sum(sizes) == 100 * 1024 * 1024
    assert max(sizes) <= 32 * 1024 * 1024


@pytest.mark.parametrize("ending", [b"", b"more"])
def test_only_one_whole_frame_is_a_part(tmp_path, ending):
    frame = zstandard.ZstdCompressor().compress(os.urandom(5000))
    data = frame + ending if ending else frame[:-1]
    part = written(tmp_path, "part", data)
    (tmp_path / "part").rename(tmp_path / "part.zst")
    with pytest.raises(BackupError, match="damaged or cut short"):
        list(read_part(tmp_path, part._replace(name="part.zst"), None))


def test_what_was_written_is_not_remembered_when_it_is_on_the_disk(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append("fsync"))
    monkeypatch.setattr(os, "posix_fadvise", lambda _descriptor, *advice: done.append(advice))
    written(tmp_path, "part", b"data")
    assert done == ["fsync", (0, 0, os.POSIX_FADV_DONTNEED)]

import errno
import gzip
import os
from pathlib import Path

import pytest

from archive.ingest.inputs import find_inputs, unreadable
from archive.ingest.notes import sentence
from archive.ingest.records import Note, UnreadableInputError


def test_folders_files_patterns_each_file_once(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("2.txt", "1.txt", "b/3.txt", ".hidden", "b/.DS_Store"):
        (tmp_path / name).write_text("نص")
    names = [str(tmp_path), str(tmp_path / "1.txt"), str(tmp_path / "**/*.txt")]
    found = [(os.path.relpath(item.origin, tmp_path), bool(item.skipped)) for item in find_inputs(names)]
    assert found == [(".hidden", True), ("1.txt", False), ("2.txt", False), ("b/.DS_Store", True), ("b/3.txt", False)]


def test_what_browsers_save_beside_a_page_is_read_only_when_it_is_named(tmp_path):
    picture = tmp_path / "صفحة_files" / "logo.PNG"
    picture.parent.mkdir()
    picture.write_bytes(b"\x89PNG")
    skipped = [[item.skipped for item in find_inputs([str(name)])] for name in (tmp_path, picture)]
    assert skipped == [[Note("page_part")], [None]]


def test_what_is_no_file_says_so(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    problems = {os.path.relpath(item.origin, tmp_path): item.problem.code for item in find_inputs([str(tmp_path)])}
    [missing] = find_inputs([str(tmp_path / "no-such-*")])
    assert problems == {"gone": "file_missing", "pipe": "file_not_regular"}
    assert missing.problem.code == "file_missing"


def test_linked_folders_are_walked_once(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "1.txt").write_text("نص")
    for name in ("linked", "linked-again"):
        (tmp_path / "pages" / name).symlink_to(tmp_path / "elsewhere")
    found = [os.path.relpath(item.origin, tmp_path) for item in find_inputs([str(tmp_path / "pages")])]
    assert found == ["pages/linked/1.txt"]


def test_a_folder_that_cannot_be_listed_is_named(tmp_path, monkeypatch):
    # Root may list every folder, and tests may run as root.
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.txt").write_text("نص")
    scandir = os.scandir

    def refusing(path):
        if Path(path).name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = [(Path(item.origin).name, item.problem) for item in find_inputs([str(tmp_path)])]
    assert found == [
        ("open.txt", None),
        ("closed", Note("file_unreadable", {"problem": "لا إذن بذلك"})),
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_gzip_is_unpacked_by_content(tmp_path, pack):
    (tmp_path / "page").write_bytes(pack("نص طويل".encode()))
    [item] = find_inputs([str(tmp_path / "page")])
    with item.open() as (head, stream):
        assert (head, stream.read()) == ("نص طويل".encode(), "نص طويل".encode())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(b"", mtime=0)[:10] + b"\xff" * 20, "file_damaged"),
        (gzip.compress("نص طويل".encode(), mtime=0)[:11], "file_cut_short"),
    ],
)
def test_damaged_gzip_is_refused(tmp_path, content, code):
    (tmp_path / "page.gz").write_bytes(content)
    [item] = find_inputs([str(tmp_path / "page.gz")])
    with pytest.raises(UnreadableInputError) as caught, item.open():
        pass
    assert caught.value.note == Note(code)


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "تعذّرت قراءة الملف: لا إذن بذلك"),
        (OSError(errno.ESTALE, "Stale file handle"), "تعذّرت قراءة الملف: خطأ من النظام: ESTALE"),
    ],
)
def test_why_the_system_refuses_a_file_is_said_in_arabic(problem, said):
    assert sentence(unreadable(problem)) == said

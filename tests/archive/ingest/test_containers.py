import base64
import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from functools import partial

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest import containers, unpacking
from archive.ingest.containers import parts_of
from archive.ingest.formats import recognise
from archive.ingest.inputs import damaged, find_inputs
from archive.ingest.readers import ReadContext
from archive.ingest.records import Record, UnreadableInputError
from tests.archive.ingest.memory import peak_of

PAGE = "نص طويل ".encode() * 100


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as container:
        for name, content in files.items():
            container.writestr(name, content)
    return file.getvalue()


def tarred(files: dict[str, bytes], tar_format: int = tarfile.PAX_FORMAT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tar_format) as container:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            container.addfile(member, io.BytesIO(content))
    return file.getvalue()


@pytest.fixture
def parts(tmp_path):
    def read(content: bytes) -> list[tuple[str, bytes | str]]:
        """The parts of a file: where each is, and what is in it, or the code of why it is not read."""
        (tmp_path / "file").write_bytes(content)
        [item] = find_inputs([str(tmp_path / "file")])
        found = []
        for part in parts_of(item):
            origin = os.path.relpath(part.origin, tmp_path)
            if part.skipped:
                found.append((origin, part.skipped.code))
                continue
            try:
                with part.open() as (head, stream):
                    data = stream.read()
                    assert data.startswith(head)
                    found.append((origin, data))
            except UnreadableInputError as problem:
                found.append((origin, problem.note.code))
            except unpacking.DAMAGED as problem:
                found.append((origin, damaged(problem).code))
        return found

    return read


PACKINGS = {
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "gz": gzip.compress,
}


@pytest.mark.parametrize("pack", [bytes, *PACKINGS.values()])
def test_a_file_of_its_own_is_one_part_unpacked(parts, pack):
    assert parts(pack(PAGE)) == [("file", PAGE)]


@pytest.mark.parametrize("pack", PACKINGS.values(), ids=PACKINGS)
def test_several_streams_in_one_file_and_zeros_behind_them(parts, pack):
    assert parts(pack(PAGE) + pack(b"") + pack(PAGE) + b"\0" * 64) == [("file", PAGE + PAGE)]


@pytest.mark.parametrize("pack", PACKINGS.values(), ids=PACKINGS)
def test_what_is_cut_short_or_damaged_is_told(parts, pack):
    packed = pack(os.urandom(5000))
    assert parts(packed[:-9]) == [("file", "file_cut_short")]
    assert parts(packed[:40] + bytes(byte ^ 0x55 for byte in packed[40:200]) + packed[200:])[0][1] in (
        "file_damaged",
        "file_cut_short",
    )


@pytest.mark.parametrize(
    ("begin", "record", "between"),
    [
        (b"", b'{"title": "%d", "body": "%s"}', b"\n"),
        (b"[", b'{"title": "%d", "body": "%s"}', b",\n"),
        (b"<rss><channel>", b"<item><title>%d</title><description>%s</description></item>", b"\n"),
    ],
    ids=["lines", "list", "feed"],
)
def test_every_record_before_a_cut_is_read(tmp_path, begin, record, between):
    records = [record % (number, base64.b64encode(os.urandom(1500))) for number in range(200)]
    packed = gzip.compress(begin + between.join(records))[:200_000]
    whole = zlib.decompressobj(31).decompress(packed).count(between)
    (tmp_path / "file").write_bytes(packed)
    [item] = find_inputs([str(tmp_path / "file")])
    found = []
    with pytest.raises(EOFError), item.open() as (head, stream):
        found.extend(recognise(head, "file").read(stream, ReadContext("file")))
    assert sum(isinstance(one, Record) for one in found) == whole


@pytest.mark.parametrize("pack", [bytes, *PACKINGS.values()])
@pytest.mark.parametrize(
    "box",
    [
        zipped,
        tarred,
        lambda files: tarred(files, tarfile.GNU_FORMAT),
        lambda files: zipped(files, zipfile.ZIP_STORED),
        lambda files: zipped(files, zipfile.ZIP_BZIP2),
    ],
)
def test_members_of_containers_packed_or_not(parts, box, pack):
    long_name = "مجلد/" * 40 + "ثالث.txt"
    files = {
        "a/1.txt": PAGE,
        "فارغ": b"",
        "2.gz": gzip.compress(PAGE),
        long_name: PAGE,
        "a/.DS_Store": b"x",
        "a/x.CSS": b"x",
    }
    assert parts(pack(box(files))) == [
        ("file/a/1.txt", PAGE),
        ("file/فارغ", b""),
        ("file/2.gz", PAGE),
        (f"file/{long_name}", PAGE),
        ("file/a/.DS_Store", "hidden_file"),
        ("file/a/x.CSS", "page_part"),
    ]


def test_containers_in_containers_to_a_depth(parts):
    one = zipped({"1": PAGE})
    two = tarred({"one.zip": one, "x": PAGE})
    assert parts(zipped({"two.tar": two})) == [
        ("file/two.tar/one.zip", "container_too_deep"),
        ("file/two.tar/x", PAGE),
    ]
    assert parts(two) == [("file/one.zip/1", PAGE), ("file/x", PAGE)]


def test_paths_are_names_only(parts, tmp_path):
    names = ["../../etc/passwd", "/etc/passwd", "C:\\x", "a\0b"]
    before = sorted(tmp_path.parent.rglob("*"))
    found = parts(tarred(dict.fromkeys(names[:3], PAGE)))
    assert [content for _, content in found] == [PAGE] * 3
    assert sorted(tmp_path.parent.rglob("*")) == sorted({*before, tmp_path / "file"})


def test_members_that_are_locked_damaged_or_no_files_are_named_and_the_rest_read(parts):
    data = bytearray(zipped({"1": b"1" * 50, "2": PAGE, "3": PAGE}, zipfile.ZIP_STORED))
    data[data.index(b"1" * 50)] ^= 1
    central = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[central + 8] |= 1
    assert parts(bytes(data)) == [("file/1", "file_damaged"), ("file/2", "member_encrypted"), ("file/3", PAGE)]
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as container:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        container.addfile(link)
        container.addfile(tarfile.TarInfo("empty"))
    assert parts(file.getvalue()) == [("file/link", "member_no_file"), ("file/empty", b"")]


def test_a_damaged_member_of_bzip2_is_named_and_the_rest_read(parts):
    first = os.urandom(5000)
    data = bytearray(zipped({"1": first, "2": PAGE}, zipfile.ZIP_BZIP2))
    place = data.index(b"BZh") + 100
    data[place : place + 50] = bytes(byte ^ 0x55 for byte in data[place : place + 50])
    assert parts(bytes(data)) == [("file/1", "file_damaged"), ("file/2", PAGE)]


def test_a_bomb_of_bzip2_in_a_zip_is_unpacked_no_further_than_it_is_read(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(zipped({"1": b"\0" * 64 * 1024 * 1024}, zipfile.ZIP_BZIP2))
    [item] = find_inputs([str(path)])

    def begin() -> bytes:
        for part in parts_of(item):
            with part.open() as (_, stream):
                return stream.read(100)

    assert peak_of(begin)[1] < 2 * 1024 * 1024


def with_size(container: bytes, size: bytes) -> bytes:
    """A TAR whose first member says, in binary, that it has another SIZE."""
    header = bytearray(container[:512])
    header[124:136] = size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + container[512:]


def with_pax_size(size: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as container:
        member = tarfile.TarInfo("1")
        member.size, member.pax_headers = len(PAGE), {"size": size}
        container.addfile(member, io.BytesIO(PAGE))
    return file.getvalue()


def test_a_tar_that_lies_about_its_sizes_is_damaged_and_nothing_worse(parts):
    usual = tarred({"1": PAGE}, tarfile.USTAR_FORMAT)
    assert parts(with_size(usual, b"\xff" * 12)) == [("file", "file_damaged")]
    assert parts(with_pax_size("9" * 5000)) == [("file/1", PAGE)]
    assert parts(with_pax_size("9" * 18))[0] == ("file/1", "file_cut_short")


def test_a_fault_of_the_program_is_told_of_its_file(parts, monkeypatch):
    def broken(head):
        raise KeyError

    monkeypatch.setattr(containers, "_members_reader", broken)
    assert parts(PAGE) == [("file", "reader_broke")]


def test_containers_cut_short_give_what_is_there(parts):
    assert parts(tarred({"1": PAGE, "2": PAGE * 20})[:-25_000]) == [
        ("file/1", PAGE),
        ("file/2", "file_cut_short"),
        ("file", "file_cut_short"),
    ]
    assert parts(zipped({"1": PAGE, "2": PAGE})[:-30]) == [("file", "file_damaged")]


def test_documents_that_are_zip_files_are_no_containers(parts):
    assert parts(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})) == [
        ("file", "format_unknown")
    ]


@pytest.mark.parametrize("pack", PACKINGS.values(), ids=PACKINGS)
def test_bombs_are_not_unpacked_to_the_end(parts, pack, monkeypatch):
    monkeypatch.setattr(unpacking, "RATIO_FROM_BYTES", 1024 * 1024)
    bomb = pack(b"\0" * 16 * 1024 * 1024)
    assert parts(bomb) == [("file", "unpacked_too_large")]
    assert parts(tarred({"1": bomb, "2": PAGE}))[0] == ("file/1", "unpacked_too_large")


def test_a_zip_of_bombs_and_one_that_claims_too_many_members(parts, monkeypatch):
    monkeypatch.setattr(unpacking, "RATIO_FROM_BYTES", 1024 * 1024)
    found = parts(zipped({str(number): b"\0" * 1024 * 1024 for number in range(20)}))
    assert found[0][1] == b"\0" * 1024 * 1024
    assert found[-1] == ("file/19", "unpacked_too_large")
    data = bytearray(zipped({"1": PAGE}))
    struct.pack_into("<L", data, data.rindex(b"PK\x05\x06") + 12, 0x7FFFFFFF)
    assert parts(bytes(data)) == [("file", "container_too_many")]


def test_many_well_packed_members_are_no_bomb(parts, monkeypatch):
    monkeypatch.setattr(unpacking, "RATIO_FROM_BYTES", 1024 * 1024)
    member = gzip.compress(os.urandom(1000) * 30)
    found = parts(tarred({str(number): member for number in range(100)}))
    assert {len(content) for _, content in found} == {30_000}


def test_a_zip_that_must_be_held_may_not_be_too_large(parts, monkeypatch):
    monkeypatch.setattr(containers, "MAX_HELD_BYTES", 1000)
    assert parts(gzip.compress(zipped({"1": os.urandom(2000)}))) == [("file", "container_not_held")]


BOXES = {"zip": zipped, "tar": tarred, "zip of bzip2": partial(zipped, method=zipfile.ZIP_BZIP2)}


@given(st.binary(max_size=300), st.integers(0, 1500), st.sampled_from([*BOXES, *PACKINGS]))
def test_any_damage_is_told(tmp_path_factory, data, place, kind):
    whole = BOXES[kind]({"1": PAGE, "2": data}) if kind in BOXES else PACKINGS[kind](PAGE)
    path = tmp_path_factory.mktemp("damaged") / "file"
    path.write_bytes(whole[:place] + data + whole[place + len(data) :])
    [item] = find_inputs([str(path)])
    for part in parts_of(item):
        try:
            with part.open() as (_, stream):
                stream.read()
        except (UnreadableInputError, *unpacking.DAMAGED):
            pass

import io
import json
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.fields import MAX_RECORD_BYTES
from archive.ingest.names import FieldNames, UnreadNames
from archive.ingest.readers import ReadContext
from archive.ingest.readers.json_records import JsonRecords
from archive.ingest.records import Note, Record, Rejected
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, read_bytes

ONE = {"id": 1, "title": TITLE, "body": PARAGRAPHS[0]}
TWO = {"id": "2", "العنوان": "ثانٍ", "النص": PARAGRAPHS[1]}


def read(data: object, **more) -> list:
    if not isinstance(data, bytes):
        data = json.dumps(data, ensure_ascii=False, indent=1).encode()
    return read_bytes(JsonRecords(), data, **more)


def codes(found: list) -> list[str]:
    return [one.note.code if isinstance(one, Rejected) else one.external_id for one in found]


@pytest.mark.parametrize(
    ("data", "origins"),
    [
        (ONE, ["file"]),
        ([ONE, TWO], ["file:1", "file:2"]),
        ({"count": 2, "articles": [ONE, TWO]}, ["file:1", "file:2"]),
        ({"data": {"list": [ONE, TWO], "next": None}}, ["file:1", "file:2"]),
        ({"hits": {"total": 1, "hits": [{"_id": "1", "_source": ONE}]}}, ["file:1"]),
        ({"a1": ONE, "a2": TWO}, ["file:1", "file:2"]),
        ({"total": 2, "news": {"a1": ONE, "a2": TWO}}, ["file:1", "file:2"]),
        (ONE | {"comments": [{"text": "تعليق"}]}, ["file"]),
        ({"id": 1, "title": TITLE, "images": [{"title": "صورة"}]}, ["file"]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "windows-1256"])
def test_one_object_a_list_and_an_object_with_a_list(data, origins, encoding):
    found = read(json.dumps(data, ensure_ascii=False).encode(encoding))
    assert [record.origin for record in found] == origins
    assert (found[0].title, found[0].external_id) == (TITLE, "1")
    assert [record.body for record in found[1:]] == [f"<p>{PARAGRAPHS[1]}</p>"] * (len(origins) - 1)


def test_a_post_whose_values_are_wrapped_is_no_list_of_what_stands_beside_it():
    post = {
        "id": 7,
        "title": {"rendered": TITLE},
        "content": {"rendered": PARAGRAPHS[0]},
        "_embedded": {"author": [{"name": "هدى"}]},
    }
    [record] = read(post)
    assert (record.title, record.body, record.external_id) == (TITLE, f"<p>{PARAGRAPHS[0]}</p>", "7")


def test_objects_of_other_things_are_no_records():
    assert codes(read({"error": {"code": 5, "title": "Not found"}})) == ["no_title_no_body"]


@pytest.mark.parametrize("wrap", ["[%s, %s]", '{"x": {"articles": [1]}, "articles": [%s,\n%s]}', "%s\n\n%s"])
def test_the_capture_is_the_objects_own_bytes(wrap):
    texts = ['{"title":  "أول", "body": "نص\\u0627"}', '{"title": "ثانٍ",\n "body": "[{\\"}"}']
    found = read((wrap % tuple(texts)).encode())
    assert [record.raw.decode() for record in found if isinstance(record, Record)] == texts


def test_json_feed():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "الوادي",
        "language": "ar",
        "items": [
            {
                "id": "1",
                "url": "http://wadi.example/1",
                "title": TITLE,
                "content_html": f"<p>{PARAGRAPHS[0]}</p>",
                "summary": "موجز",
                "date_published": "2017-12-21T10:15:00Z",
                "date_modified": "2018-12-21T10:15:00Z",
                "authors": [{"name": "ليلى نصر"}],
                "tags": ["اقتصاد", "زيتون"],
            },
            {"id": "2", "content_text": PARAGRAPHS[1], "date_modified": "2018-12-21T10:15:00Z"},
        ],
    }
    first, second = read(feed)
    assert (first.title, first.source, first.section, first.authors) == (TITLE, "الوادي", "اقتصاد", ("ليلى نصر",))
    assert (first.body, first.summary, first.url) == (f"<p>{PARAGRAPHS[0]}</p>", "موجز", "http://wadi.example/1")
    assert first.published.value == datetime(2017, 12, 21, 10, 15, tzinfo=UTC)
    assert (second.published, second.source) == (None, "الوادي")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[" * 100_000, ["json_too_deep", "json_list_cut_short"]),
        (b'{"a":' * 100_000, ["json_too_deep"]),
        (b'["a", "b"]', ["json_no_records"]),
        (b"[]", ["json_no_records"]),
        (b"", ["json_no_records"]),
        (b"12 34", ["json_invalid"]),
        (b'"x"', ["json_not_object"]),
        (
            b'[{"id": 1, "title": "x"}, {"id" 2}, 3, {"id": 4, "title": "y"}]',
            ["1", "json_invalid", "json_not_object", "4"],
        ),
        (b'[{"id": 1, "title": "x"}, {"id": 2, "ti', ["1", "json_cut_short", "json_list_cut_short"]),
        (b'[{"id": 1, "title": "x"}}, {"id": 2, "title": "x"}]', ["1", "json_cut_short", "2"]),
        (b'{"id": 1, "title": "x"} trailing', ["1", "json_invalid"]),
        (b'{"meta": {"a": 1}}', ["no_title_no_body"]),
    ],
)
def test_what_is_broken_is_set_aside_and_the_rest_read(data, expected):
    assert codes(read(data)) == expected


def test_what_is_no_json_is_told_with_its_place_in_the_file():
    found = read(b'[\n{"title": "x"},\n{"title": "x",\n  body: 1}]')
    assert found[1].note == Note("json_invalid", {"line": 4, "column": 3, "text": "body: 1}"})


class Endless(io.RawIOBase):
    """BEGINNING, then FILLING again and again, then END."""

    def __init__(self, beginning: bytes, filling: bytes, end: bytes, size: int):
        self._parts = iter([beginning, *[filling] * (size // len(filling)), end])
        self._rest = b""

    def readable(self):
        return True

    def readinto(self, buffer):
        self._rest = self._rest or next(self._parts, b"")
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize(
    ("beginning", "filling", "end", "expected"),
    [
        (b'[{"id":1,"title":"', b"x" * 64_000, b'"},{"id":2,"title":"y"}]', ["record_too_long", "2"]),
        (b'[{"id":1,"title":"', b"\\u0627" * 9_000, b'"},{"id":2,"title":"y"}]', ["record_too_long", "2"]),
        (b'{"id":1,"title":"', b"x" * 64_000, b'"}', ["record_too_long"]),
        (
            b'{"a":1,"items":[',
            b'{"x":"' + b"x" * 64_000 + b'"},',
            b'{"id":2,"title":"y"}]}',
            ["no_title_no_body", "2"],
        ),
    ],
)
def test_any_size_is_read_in_bounded_memory(beginning, filling, end, expected):
    stream = io.BufferedReader(Endless(beginning, filling, end, 3 * MAX_RECORD_BYTES // 2), 128 * 1024)
    tracemalloc.start()
    found = list(dict.fromkeys(codes(JsonRecords().read(stream, ReadContext("x")))))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found, peak_bytes < 10 * MAX_RECORD_BYTES) == (expected, True)


def test_names_that_are_not_known_are_collected_or_mapped():
    unread = UnreadNames()
    names = FieldNames({"title": ("overskrift",), "body": ("a.b",)})
    [record] = read({"overskrift": TITLE, "a": {"b": "نص"}, "views": 3, "tags": "زيتون"}, names=names, unread=unread)
    assert (record.title, record.body, list(unread)) == (TITLE, "<p>نص</p>", ["tags"])


@pytest.mark.parametrize(
    ("head", "name", "is_json"),
    [
        (b'[{"id": 1}]', "x.txt", True),
        (b'{\n  "id": 1\n}', "x", True),
        (b'{"id": 1}', "x.json", True),
        (b'{"id": 1}', "x.jsonl", False),
        (b'{"id": 1}\n{"id": 2}', "x.json", False),
        (b'{"id": 1}\n[]', "x.json", False),
        (b'{"id": 1}\n', "x.json", True),
        (b'{"ok": true, "articles": [{"id": 1}]}', "x", True),
        (b'{"id": "' + b"x" * 4096, "x.json.gz", True),
        (b'{"id": "' + b"x" * 4096, "x", False),
        (b"\xff\xfe[\0{\0", "x", True),
        ("[صورة] نص".encode(), "x.txt", False),
        (b"", "x.json", False),
    ],
)
def test_recognised_by_content_and_by_name_where_that_may_be_two(head, name, is_json):
    assert JsonRecords().recognises(head, name) is is_json


@given(st.lists(st.sampled_from([*'[]{},:"\\', '"title":"x"', "1", " ", "\n", "null"]), max_size=20).map("".join))
def test_any_signs_are_read_or_set_aside(text):
    assert all(isinstance(found, Record | Rejected) for found in read(text.encode()))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_set_aside(data):
    assert all(isinstance(found, Record | Rejected) for found in [*read(data), *read(b'[{"title":"x"},' + data)])


@pytest.mark.parametrize("sign", [b"[", b'{"a":'])
def test_what_is_too_deep_and_too_long_is_not_read_to_its_end(monkeypatch, sign):
    monkeypatch.setattr("archive.ingest.json_pieces.MAX_RECORD_BYTES", 1000)
    monkeypatch.setattr("archive.ingest.json_pieces.MAX_DEPTH", 50)
    stream = io.BufferedReader(io.BytesIO(sign * 300_000))
    [found] = JsonRecords().read(stream, ReadContext("file"))
    assert (found.note.code, found.raw) == ("json_too_deep", None)
    assert stream.tell() < 300_000

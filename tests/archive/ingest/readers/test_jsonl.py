import io
import json
import tracemalloc
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.fields import MAX_RECORD_BYTES
from archive.ingest.formats import recognise
from archive.ingest.readers import ReadContext
from archive.ingest.readers.jsonl import JsonLines
from archive.ingest.records import Dropped, Note, ReadDate, Record, Rejected
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, note_codes, read_bytes, read_lines

RECORD = {
    "id": "wadi-1",
    "title": TITLE,
    "body": "\n\n".join(PARAGRAPHS),
    "published": "2017-12-21 10:15:00",
    "source": "صحيفة الوادي",
    "url": "http://wadi.example/%D8%AE%D8%A8%D8%B1#top",
    "category": "اقتصاد",
    "author": "بيروت - سامر الحداد:",
}


def test_a_record_in_every_field():
    [record] = read_lines(RECORD)
    assert (record.origin, record.title, record.source, record.section) == (
        "file.jsonl:1",
        TITLE,
        "صحيفة الوادي",
        "اقتصاد",
    )
    assert record.body == "\n".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    assert record.published == ReadDate(datetime(2017, 12, 21, 10, 15), "minute")  # noqa: DTZ001
    assert (record.url, record.external_id) == ("http://wadi.example/خبر", "wadi-1")
    assert (record.authors, record.place, record.notes) == (("سامر الحداد",), "بيروت", [])


def test_the_capture_is_the_lines_bytes():
    line = '{"title": "عنوان",  "body": "نص\\u0000"}'.encode()
    [record] = JsonLines().read(io.BytesIO(line + b"\r\n"), ReadContext("x"))
    assert (record.raw, record.body) == (line, "<p>نص</p>")


def test_collected_is_not_published():
    [record] = read_lines({"title": TITLE, "collected": "2015-07-21"})
    assert (record.published, record.collected.precision) == (None, "day")


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ({"body": "نص بلا عنوان هنا"}, ["title_from_text"]),
        ({"title": TITLE, "body": "نص", "published": "قريباً"}, ["date_unread"]),
        ({"title": TITLE, "body": "نص", "published": "2099-01-01"}, ["date_future"]),
        ({"title": TITLE, "body": "نص", "url": "javascript:alert(1)"}, ["url_ignored"]),
        ({"title": TITLE, "body": {"a": 1}}, ["field_ignored"]),
        ({"title": TITLE, "body": ["نص", 3, None]}, ["body_list", "field_ignored"]),
        ({"title": TITLE, "body": "نص", "author": 55}, ["field_ignored"]),
        ({"title": TITLE, "body": "نص", "language": 9}, ["field_ignored"]),
        ({"title": TITLE, "body": "نص", "collected": [1]}, ["field_ignored"]),
        ({"title": TITLE, "body": "نص", "id": [1]}, ["field_ignored"]),
        ({"title": TITLE, "body": "نص", "author": "كلمة " * 60}, ["author_ignored"]),
        ({"title": TITLE, "body": ["نص", "آخر"]}, ["body_list"]),
        ({"title": 123, "body": "نص"}, ["field_ignored", "title_from_text"]),
    ],
)
def test_what_is_missing_or_odd_is_told(value, codes):
    [record] = read_lines(value)
    assert note_codes(record) == codes


def test_an_author_may_be_an_object_with_a_name():
    [record] = read_lines({"title": TITLE, "body": "نص", "author": ["سامي حداد", {"name": "ليلى نصر"}]})
    assert (record.authors, record.notes) == (("سامي حداد", "ليلى نصر"), [])


def test_values_that_programs_wrap_are_read():
    """As WordPress, news services and MongoDB write them."""
    [record] = read_lines(
        {
            "_id": {"$oid": "5f1"},
            "title": {"rendered": "عنوان &#8220;مقتبس&#8221;"},
            "content": {"rendered": f"<p>{PARAGRAPHS[0]}</p>", "protected": False},
            "source": {"id": None, "name": "صحيفة الوادي"},
            "categories": [{"name": "محليات"}, {"name": "اقتصاد"}],
            "date": {"$date": {"$numberLong": "1530403260000"}},
        }
    )
    assert (record.title, record.body) == ("عنوان “مقتبس”", f"<p>{PARAGRAPHS[0]}</p>")
    assert (record.source, record.section, record.external_id) == ("صحيفة الوادي", "محليات", "5f1")
    assert (record.published.value.isoformat(), record.notes) == ("2018-07-01T00:01:00+00:00", [])


def test_what_is_ignored_is_called_as_it_is_in_the_file():
    [record] = read_lines({"title": TITLE, "body": "نص", "category": {"a": "رياضة"}})
    assert [note.values for note in record.notes] == [{"field": "category"}]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"title": "x" "body"}', "json_invalid"),
        (b'{"title": "x"', "json_cut_short"),
        (b'{"title": "\xff\xfe', "json_cut_short"),
        (b"[1]", "json_not_object"),
        (b'{"a": ' + b"9" * 5000 + b"}", "json_number_too_long"),
        (b'{"a": ' + b"[" * 200_000, "json_too_deep"),
        (b'{"title": " ", "body": "<p> </p>"}', "no_title_no_body"),
        (b"{}", "no_title_no_body"),
        (b'{"title": "x", "body": "' + b"<p>" * 400_000 + b'"}', "text_too_long"),
        (bytes(range(8)) * 8, "not_text"),
    ],
)
def test_bad_lines_are_set_aside_and_the_rest_read(line, code):
    before, found, after = read_lines(RECORD, line, RECORD | {"id": "wadi-2"})
    assert (type(before), type(after), found.note.code, found.origin) == (Record, Record, code, "file.jsonl:2")


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ('{"title": "عنوان", body: "نص"}', {"line": 2, "column": 20, "text": 'body: "نص"}'}),
        ('{"title": "عنوان"} , {}', {"line": 2, "column": 20, "text": ", {}"}),
        ('{"title": "عنوان', {"line": 2, "column": 16}),
        ('{"title": "عنوان"', {"line": 2, "column": 17}),
    ],
)
def test_what_is_no_json_is_told_with_its_place(line, values):
    _, found = read_lines(RECORD, line.encode())
    assert found.note.values == values


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        ({"title": 123, "body": ["x"]}, "title, body"),
        ({"title": {"ar": TITLE}, "body": 5}, "title, body"),
        ({"title": 123}, "title"),
        ({"title": " ", "body": {"html": PARAGRAPHS[0]}}, "body"),
    ],
)
def test_without_a_title_and_a_text_that_are_text_it_is_set_aside_and_both_are_named(value, fields):
    [found] = read_lines(value)
    assert (type(found), found.note) == (Rejected, Note("fields_unread", {"fields": fields}))


def test_markup_left_out_of_the_body_is_told():
    [record] = read_lines(RECORD | {"body": "<p>نص</p><script>alert(1)</script>"})
    assert (record.body, record.dropped) == ("<p>نص</p>", [Dropped("element_with_text", "script ×1: alert(1)")])


def test_a_line_too_long_costs_no_memory():
    class Endless(io.RawIOBase):
        left = 64 * 1024 * 1024

        def readable(self):
            return True

        def readinto(self, buffer):
            count = min(len(buffer), self.left)
            buffer[:count] = b"x" * count
            self.left -= count
            return count

    tracemalloc.start()
    [found] = JsonLines().read(io.BufferedReader(Endless()), ReadContext("x"))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.note.code, peak_bytes < 4 * MAX_RECORD_BYTES) == ("line_too_long", True)


@pytest.mark.parametrize(
    ("head", "is_jsonl"),
    [
        (b'{"id": 1, "title": "x"}\n{"id": 2}', True),
        (b'\xef\xbb\xbf{"id": 1}\n', True),
        (b'\n {"id": 1}', True),
        (b'{"id": "' + b"x" * 4096, True),
        (b'{\n  "id": 1\n}', False),
        (b'[{"id": 1}]', False),
        ("نص".encode(), False),
        (b"", False),
    ],
)
def test_recognised_by_content(head, is_jsonl):
    assert JsonLines().recognises(head, "file.txt") is is_jsonl


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*RECORD, "summary", "collected", "language", "place"]), JSON))
def test_any_values_are_read_or_set_aside(value):
    [found] = read_lines(value)
    assert isinstance(found, Record | Rejected)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_set_aside(data):
    assert all(isinstance(found, Record | Rejected) for found in read_lines(data))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_lines_in_two_or_four_bytes_a_letter(encoding):
    """With a sign in a text that other formats end lines by."""
    lines = [json.dumps({"id": one, "title": TITLE, "body": "قبل\u2028بعد"}, ensure_ascii=False) for one in "ab"]
    data = "\r\n".join(lines).encode(encoding)
    assert recognise(data, "export").name == "jsonl"
    found = read_bytes(JsonLines(), data)
    assert [(one.title, one.external_id, one.origin) for one in found] == [
        (TITLE, "a", "file:1"),
        (TITLE, "b", "file:2"),
    ]
    assert lines[0].encode(found[0].encoding) == found[0].raw

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.fields import MAX_RECORD_BYTES
from archive.ingest.names import FieldNames, UnreadNames
from archive.ingest.readers.table import Table
from archive.ingest.records import Note, Record, Rejected
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, note_codes, read_bytes

ROW = [
    "7",
    TITLE,
    f"{PARAGRAPHS[0]}\r\n\r\n{PARAGRAPHS[1]}",
    "21/12/2017",
    "http://wadi.example/7",
    "الوادي",
    "اقتصاد",
]
ARABIC = ["المعرف", "العنوان", "النص", "تاريخ النشر", "الرابط", "المصدر", "القسم"]
ENGLISH = ["ID", "Headline", "Content", "Date", "URL", "Source", "Category"]


def table(*rows: list[str], delimiter: str = ",") -> str:
    return "\r\n".join(delimiter.join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in rows)


def read(data: str | bytes, **more) -> list:
    return read_bytes(Table(), data, **more)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1256", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("names", [ARABIC, ENGLISH])
def test_a_row_in_every_field(names, delimiter, encoding):
    data = table(names, ROW, delimiter=delimiter).encode(encoding)
    [record] = read(data)
    assert (record.title, record.source, record.section, record.external_id) == (TITLE, "الوادي", "اقتصاد", "7")
    assert (record.body, record.url) == (f"<p>{PARAGRAPHS[0]}</p>\n<p>{PARAGRAPHS[1]}</p>", "http://wadi.example/7")
    assert (record.published.value.isoformat(), record.published.precision) == ("2017-12-21T00:00:00", "day")
    assert (record.origin, record.notes) == ("file:2", [])
    assert Table().recognises(data[:4096], "x")


def test_the_capture_is_the_rows_own_bytes_below_the_names_of_its_columns():
    first, second = read('title,text\nأول,"نص\nثانٍ"\r\n\nثالث,نص\n'.encode())
    assert first.raw.decode() == 'title,text\nأول,"نص\nثانٍ"'
    assert (second.raw.decode(), second.origin) == ("title,text\nثالث,نص", "file:5")
    [again] = read(first.raw)
    assert (again.title, again.body, again.raw) == (first.title, first.body, first.raw)


def test_cells_that_a_spreadsheet_would_calculate_are_text():
    [record] = read("title;text\n=1+2;'=cmd|x\n")
    assert (record.title, record.body) == ("=1+2", "<p>'=cmd|x</p>")


def test_a_row_with_more_or_fewer_cells_than_names_is_told():
    found = read("title,text\nأول\nثانٍ,نص,زائد\n")
    assert [note_codes(record) for record in found] == [["row_ragged"], ["row_ragged"]]
    assert found[1].notes[0].values == {"cells": 3, "columns": 2}


def test_quotes_in_tabbed_cells_that_begin_without_one_are_letters():
    [record] = read('title\ttext\nقال "نعم"\tنص\n')
    assert record.title == 'قال "نعم"'


@pytest.mark.parametrize(
    ("lines", "code"), [(3, "quote_unclosed"), (MAX_RECORD_BYTES // 8000 + 1, "record_too_long")]
)
def test_a_quote_without_an_end_loses_its_row_only(lines, code):
    data = 'title,text\nأول,"نص\n' + f"س,{'x' * 8000}\n" * lines + "آخر,نص"
    found = read(data)
    assert (found[0].origin, found[0].note.code) == ("file:2", code)
    assert (found[1].title, found[-1].title, found[-1].origin) == ("س", "آخر", f"file:{data.count(chr(10)) + 1}")


def test_a_mapping_names_the_columns():
    names, unread = FieldNames({"title": ("overskrift",), "body": ("a", "b")}), UnreadNames()
    [record] = read(f"overskrift,a,b,c\n{TITLE},,نص,متبقٍّ", names=names, unread=unread)
    assert (record.title, record.body, list(unread)) == (TITLE, "<p>نص</p>", ["c"])


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("a,b\n1,2", Note("table_no_names", {"names": "a, b"})),
        ("title" + ",x" * 1001, Note("table_too_wide", {"limit": 1000})),
        ("\n\n", Note("file_empty")),
        ("title,text\n,\nx,y", None),
        ("title,url\n,http://x.example/1", Note("no_title_no_body")),
    ],
)
def test_what_cannot_be_read_says_why(data, note):
    found = read(data)
    assert [one.note for one in found if isinstance(one, Rejected)] == ([note] if note else [])


@pytest.mark.parametrize(
    ("head", "name", "is_table"),
    [
        ("title,body\nx,y", "x", True),
        ("id;العنوان;النص\n", "x", True),
        ("a,b\n1,2", "x.csv", True),
        ("a,b\n1,2", "x.txt", False),
        ("text\nx", "x.csv", True),
        ("عنوان, ثم نص طويل من الكلام\nنص", "x.txt", False),
        ("قال الكاتب، في نص، إن كل شيء", "x.txt", False),
        ("", "x.csv", False),
    ],
)
def test_recognised_by_its_names_or_its_own(head, name, is_table):
    assert Table().recognises(head.encode(), name) is is_table


@given(
    st.lists(st.sampled_from(["title", "text", ",", ";", "\t", '"', "\n", "\r", "\0", "نص"]), max_size=20).map(
        "".join
    )
)
def test_any_signs_are_read_or_set_aside(text):
    assert all(isinstance(found, Record | Rejected) for found in read("title,text\n" + text))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_set_aside(data):
    Table().recognises(data, "x.csv")
    assert all(isinstance(found, Record | Rejected) for found in [*read(data), *read(b"title,text\n" + data)])


def test_a_row_of_too_many_lines_is_read_again_from_its_second():
    found = read('title,text\n"أول,نص\n' + "س,ص\n" * 20_001)
    assert (found[0].note.code, found[1].origin, len(found)) == ("quote_unclosed", "file:3", 20_002)


def test_a_file_full_of_unclosed_quotes_is_read_once(monkeypatch):
    monkeypatch.setattr("archive.ingest.readers.table.AGAIN_BYTES", 1000)
    monkeypatch.setattr("archive.ingest.readers.table.MAX_ROW_LINES", 100)
    monkeypatch.setattr("archive.ingest.readers.table.MAX_AGAIN_RATIO", 1)
    # Each line opens a quotation that the next one closes and opens again.
    found = read("title,body\n" + 'a","b\n' * 3000)
    codes = [one.note.code for one in found if isinstance(one, Rejected)]
    assert set(codes) == {"quote_unclosed"}
    assert len(codes) < 200

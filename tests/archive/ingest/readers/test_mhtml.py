"""Web pages saved whole, as browsers write them."""

import base64
import io
import quopri
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.ingest.formats import reader_named, recognise
from archive.ingest.readers import ReadContext
from archive.ingest.records import ReadDate, Record, Rejected
from tests.archive.ingest.memory import peak_of
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, article_page, paragraphs_of

URL = "https://s.example/n/1"


def message(*parts: bytes, start: str = "", address: str = URL) -> bytes:
    head = [
        "From: <Saved by a browser>",
        f"Snapshot-Content-Location: {address}",
        "Date: Mon, 15 Apr 2019 01:30:00 -0000",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/related; type="text/html"{start}; boundary="----limit"',
        "",
        "",
    ]
    return (
        "\r\n".join(head).encode()
        + b"".join(b"------limit\r\n" + part + b"\r\n" for part in parts)
        + b"------limit--\r\n"
    )


def part(
    page: str, *headers: str, codec: str = "utf-8", coding: str = "quoted-printable", kind: str = "text/html"
) -> bytes:
    raw = page.encode(codec)
    body = quopri.encodestring(raw) if coding == "quoted-printable" else base64.encodebytes(raw)
    return (
        "\r\n".join([f"Content-Type: {kind}", f"Content-Transfer-Encoding: {coding}", *headers, "", ""]).encode()
        + body
    )


PICTURE = part("x", "Content-Location: https://s.example/a.jpg", kind="image/jpeg", coding="base64")
FRAME = part("<html><body><p>إعلان</p></body></html>", "Content-Location: https://ads.example/f")


def read(raw: bytes):
    [found] = reader_named("mhtml").read(io.BytesIO(raw), ReadContext("page.mht", "page.mht"))
    return found


@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1256"])
def test_the_page_is_told_from_its_pictures_and_frames(codec, coding):
    page = part(article_page(), f"Content-Location: {URL}", codec=codec, coding=coding)
    raw = message(PICTURE, FRAME, page)
    assert recognise(raw, "x").name == "mhtml"
    found = read(raw)
    assert (found.title, paragraphs_of(found)) == (TITLE, list(PARAGRAPHS))
    assert (found.url, found.collected) == (URL, ReadDate(datetime(2019, 4, 15, 1, 30, tzinfo=UTC), "minute"))
    assert (found.raw, found.reader) == (raw, "mhtml")


def test_the_part_that_the_message_begins_with_is_the_page():
    page = part(article_page(), "Content-ID: <main>")
    assert read(message(FRAME, page, start='; start="<main>"', address="")).title == TITLE


def test_a_message_of_a_page_only():
    head = (
        b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Location: "
        + URL.encode()
        + b"\r\n\r\n"
    )
    raw = head + article_page().encode()
    assert recognise(raw, "x").name == "mhtml"
    assert (read(raw).title, read(raw).url) == (TITLE, URL)


def test_a_message_without_a_page_is_set_aside():
    assert read(message(PICTURE)).note.code == "mhtml_no_page"


@pytest.mark.parametrize(
    "raw", ["Subject: نص\n\nنص بلا صفحة".encode(), b"Title: x\nMIME-Version: 1.0\n\nx", "MIME نص".encode()]
)
def test_other_texts_are_not_taken_for_messages(raw):
    assert recognise(raw, "x").name == "saved-text"


def test_its_lines_are_learnt_like_those_of_a_page():
    assert reader_named("mhtml").lines(message(part(article_page()))) is not None
    assert reader_named("mhtml").lines(b"x") is None


_GOOD = message(PICTURE, part(article_page(), f"Content-Location: {URL}"))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_bytes_make_it_raise(data):
    raw = bytearray(_GOOD)
    for _change in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=20))
    assert isinstance(read(bytes(raw)), Record | Rejected)


def test_parts_within_parts_without_end_are_refused():
    raw = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b0\r\n\r\n"
    for depth in range(3000):
        raw += f"--b{depth}\r\nContent-Type: multipart/related; boundary=b{depth + 1}\r\n\r\n".encode()
    assert isinstance(read(raw), Rejected)


def test_one_of_nothing_but_short_lines_costs_no_more_than_its_bytes():
    raw = message(part(article_page()), b"Content-Type: image/jpeg\r\n\r\n" + b"a\n" * 8 * 1024 * 1024)
    found, peak_bytes = peak_of(lambda: read(raw))
    assert (found.title, peak_bytes < 3 * len(raw)) == (TITLE, True)


def test_parts_in_parts_and_lines_that_only_look_like_limits():
    page = article_page().replace(PARAGRAPHS[0], f"{PARAGRAPHS[0]}\n------limits\n")
    inner = b"".join(
        [
            b'Content-Type: multipart/alternative; boundary="inner"\r\n\r\n--inner\r\n',
            part("نص", kind="text/plain"),
            b"\r\n--inner \r\n",
            b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page.encode(),
            b"\r\n--inner--\r\n",
        ]
    )
    found = read(message(inner, PICTURE))
    assert paragraphs_of(found) == [f"{PARAGRAPHS[0]} ------limits", *PARAGRAPHS[1:]]


@pytest.mark.parametrize("lost", range(1, 5))
def test_one_cut_short_is_read_as_far_as_it_goes(lost):
    whole = message(part(article_page(), coding="base64"))
    cut = whole[: whole.index(b"\r\n------limit--") - lost].rstrip(b"=\n")
    assert read(cut).title == TITLE

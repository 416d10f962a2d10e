"""Web archives, built record by record as crawlers write them."""

import base64
import gzip
import hashlib
import io
import random
import zlib
from datetime import UTC, datetime
from functools import partial

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.ingest.formats import reader_named, recognise
from archive.ingest.readers import ReadContext
from archive.ingest.records import ReadDate, Record, Rejected, Skipped
from archive.ingest.web.tree import MAX_PAGE_BYTES
from tests.archive.ingest.memory import peak_of
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, article_page, html_page, note_codes, paragraphs_of

PAGE = article_page().encode()
MOMENT = ReadDate(datetime(2019, 4, 15, 1, 30, tzinfo=UTC), "minute")


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def http(body: bytes = PAGE, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, "", ""])
    return head.encode() + body


def record(
    block: bytes, *headers: str, kind: str = "response", url: str = "https://s.example/n/1", version: str = "1.0"
) -> bytes:
    head = [
        f"WARC/{version}",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2019-04-15T01:30:00Z",
        "WARC-Record-ID: <urn:uuid:7a6f2f6c-3a53-4f4c-8a2e-0f3b2f0a9c11>",
        f"Content-Type: application/http; msgtype={kind}",
        *headers,
        f"Content-Length: {len(block)}",
        "",
        "",
    ]
    return "\r\n".join(head).encode() + block + b"\r\n\r\n"


def read(data: bytes, chosen: bool = False) -> list:
    return list(reader_named("warc").read(io.BytesIO(data), ReadContext("crawl.warc", "crawl.warc", chosen)))


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_response_is_an_article_with_its_address_and_moment(version):
    [found] = read(record(http(), version=version))
    assert (found.title, paragraphs_of(found)) == (TITLE, list(PARAGRAPHS))
    assert (found.url, found.collected, found.published) == ("https://s.example/n/1", MOMENT, None)
    assert (found.origin, found.reader, found.content_type) == ("crawl.warc#1", "warc", "application/warc")


def test_the_answer_is_kept_as_it_was_received():
    """With its address, its moment, and the server's headers; and packed as it came."""
    answer = http(gzip.compress(PAGE), "Content-Encoding: gzip", "Server: x")
    data = record(answer, "WARC-IP-Address: 192.0.2.1", f"WARC-Block-Digest: {sha1(answer)}", version="1.1")
    [found] = read(data)
    assert found.raw == data


def test_an_archive_packed_record_by_record_is_recognised_and_read(tmp_path):
    from archive.ingest.inputs import Input

    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(gzip.compress(record(http())) + gzip.compress(record(http(), url="https://s.example/n/2")))
    with Input(str(path), path=path).open() as (head, stream):
        reader = recognise(head, path.name)
        found = list(reader.read(stream, ReadContext("x")))
    assert reader.name == "warc"
    assert [one.url for one in found] == ["https://s.example/n/1", "https://s.example/n/2"]


class Failing(io.BytesIO):
    """A stream that gives what it has and then fails, as one that unpacks a file that was cut short."""

    def read(self, size: int = -1) -> bytes:
        if data := super().read(size):
            return data
        raise EOFError

    read1 = read


def test_one_cut_short_hands_on_what_it_holds_before_the_reading_fails():
    stream = Failing((record(http()) + record(http(), url="https://s.example/n/2"))[:-40])
    found = []
    with pytest.raises(EOFError):
        for one in reader_named("warc").read(stream, ReadContext("x")):
            found.append(one)
    assert [type(one) for one in found] == [Record, Rejected]
    assert found[1].note.code == "warc_cut_short"


def test_what_is_no_page_is_counted():
    data = b"".join(
        [
            record(b"software: x\r\n", kind="warcinfo"),
            record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
            record(http(b""), kind="revisit"),
            record(b"x: y", kind="metadata"),
            record(http(b"GIF89a", kind="image/gif")),
            record(http(b"", status="301 Moved")),
            record(http(b"{}", status="404 Not Found")),
            record(b"log", "Content-Type: text/plain", kind="resource", url="metadata://crawler/log"),
            record(http()),
        ]
    )
    article, skipped = read(data)
    assert isinstance(article, Record)
    assert isinstance(skipped, Skipped)
    assert skipped.note.values["count"] == 8
    for kind in (
        "warcinfo ×1",
        "request ×1",
        "revisit ×1",
        "metadata ×1",
        "image/gif ×1",
        "HTTP 301 ×1",
        "HTTP 404 ×1",
    ):
        assert kind in skipped.note.values["kinds"]


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE), ["Content-Encoding: gzip"]),
        (zlib.compress(PAGE), ["Content-Encoding: deflate"]),
        (_deflated(PAGE), ["Content-Encoding: deflate"]),
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE), ["Transfer-Encoding: chunked"]),
        (
            b"a\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\n\r\n" % (PAGE[:10], len(PAGE) - 10, PAGE[10:]),
            ["Transfer-Encoding: chunked"],
        ),
        (gzip.compress(PAGE[:300]) + gzip.compress(PAGE[300:]), ["Content-Encoding: gzip"]),
        (brotli.compress(PAGE), ["Content-Encoding: br"]),
        (zstandard.compress(PAGE), ["Content-Encoding: zstd"]),
        (gzip.compress(brotli.compress(PAGE)), ["Content-Encoding: br, gzip"]),
        # Crawlers that undo the coding, and keep the header that names it.
        (PAGE, ["Transfer-Encoding: chunked"]),
        (PAGE, ["Content-Encoding: gzip"]),
        (PAGE, ["Content-Encoding: br"]),
        (PAGE, ["Content-Encoding: deflate"]),
        # The end of the page is there, if not that of its packing.
        (gzip.compress(PAGE)[:-6], ["Content-Encoding: gzip"]),
        (gzip.compress(PAGE) + b"<!-- a server's counter -->", ["Content-Encoding: gzip"]),
    ],
)
def test_bodies_come_without_how_they_were_transferred(body, headers):
    [found] = read(record(http(body, *headers)))
    assert (type(found), paragraphs_of(found)) == (Record, list(PARAGRAPHS))


def test_the_servers_charset_is_asked():
    page = html_page("<p>Première page du journal, où l’on parle de la récolte.</p>", title="Récolte").encode(
        "cp1252"
    )
    page = page.replace(b'<meta charset="utf-8">', b"")
    [found] = read(record(http(page, kind="text/html; charset=iso-8859-1")), chosen=True)
    assert (found.title, found.encoding) == ("Récolte", "cp1252")


def test_how_long_ago_a_page_says_it_is_reckoned_from_when_it_was_received():
    page = article_page(above="<div>قبل ساعتين</div>").encode()
    [found] = read(record(http(page)))
    assert (found.published, note_codes(found)) == (ReadDate(datetime(2019, 4, 14), "day"), ["date_relative"])  # noqa: DTZ001


# --- Damage ---


def test_a_record_shorter_than_it_says_is_set_aside_with_its_bytes():
    [found] = read(record(http())[:-400])
    assert (found.note.code, found.origin) == ("warc_cut_short", "crawl.warc#1")
    assert found.note.values["bytes"] < found.note.values["length"]
    assert http().startswith(found.raw.partition(b"\r\n\r\n")[2])
    [again] = read(found.raw)
    assert (again.note, again.raw) == (found.note, found.raw)


CUT = PAGE[:-215]
LONG_PAGE = PAGE.replace(b"<p>", base64.b64encode(random.Random(1).randbytes(60_000)) + b"<p>")
CUT_CHUNK = b"%x\r\n%s" % (len(PAGE), CUT)


@pytest.mark.parametrize(
    ("body", "header", "code"),
    [
        (CUT, f"Content-Length: {len(PAGE)}", "warc_cut_short"),
        (gzip.compress(LONG_PAGE)[:-300], "Content-Encoding: gzip", "warc_body_cut"),
        (brotli.compress(LONG_PAGE)[:-300], "Content-Encoding: br", "warc_body_cut"),
        (zlib.compress(LONG_PAGE)[:-300], "Content-Encoding: deflate", "warc_body_cut"),
        (CUT_CHUNK, "Transfer-Encoding: chunked", "warc_body_cut"),
    ],
)
def test_a_page_of_which_the_end_is_missing_is_set_aside(body, header, code):
    [found] = read(record(http(body, header)))
    assert (type(found), found.note.code) == (Rejected, code)


def test_what_a_crawler_says_that_it_has_cut_is_kept_and_told():
    [found] = read(record(http(CUT, f"Content-Length: {len(PAGE)}"), "WARC-Truncated: length"))
    assert (type(found), note_codes(found)) == (Record, ["warc_truncated"])


def test_what_was_received_before_a_cut_is_read_where_it_is_of_many_records():
    line = b'{"title": "%s", "body": "%s"}\n' % (TITLE.encode(), PARAGRAPHS[0].encode())
    answer = http(line * 2, f"Content-Length: {len(line) * 3}", kind="application/json")
    found = read(record(answer, url="https://s.example/export.jsonl"))
    assert [(one.title, note_codes(one)) for one in found] == [(TITLE, ["warc_cut_short"])] * 2


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        (f"WARC-Block-Digest: {sha1(http())}", []),
        (f"WARC-Block-Digest: sha1:{hashlib.sha1(http()).hexdigest()}", []),
        (f"WARC-Block-Digest: sha256:{base64.urlsafe_b64encode(hashlib.sha256(http()).digest()).decode()}", []),
        (f"WARC-Payload-Digest: {sha1(PAGE)}", []),
        (f"WARC-Block-Digest: {sha1(b'x')}", ["warc_digest_wrong"]),
        (f"WARC-Payload-Digest: {sha1(b'x')}", ["warc_digest_wrong"]),
        ("WARC-Block-Digest: crc:1", []),
        ("WARC-Truncated: length", ["warc_truncated"]),
    ],
)
def test_digests_are_checked(header, codes):
    [found] = read(record(http(), header))
    assert note_codes(found) == codes


def test_the_records_behind_a_damaged_one_are_read():
    wrong = record(http()).replace(
        f"Content-Length: {len(http())}".encode(), f"Content-Length: {len(http()) - 20}".encode()
    )
    found = read(wrong + record(http(), url="https://s.example/n/2"))
    assert found[-1].url == "https://s.example/n/2"


def test_what_is_no_archive_or_ends_at_once_is_told():
    assert [one.note.code for one in read(b"WARC/1.0\r\n\r\n")][-1:] in (["warc_damaged"], ["warc_skipped"])
    assert isinstance(read(b"nothing of the kind")[0], Rejected)


@pytest.mark.parametrize(
    ("pack", "coding", "pages"),
    [
        (partial(gzip.compress, compresslevel=1), "gzip", 4),
        (partial(zlib.compress, level=1), "deflate", 4),
        (partial(brotli.compress, quality=5), "br", 4),
        # Its decoder has no limit; see `unpacking.ZSTD_STEP_BYTES`.
        (zstandard.compress, "zstd", 12),
    ],
)
def test_a_bomb_is_refused_in_bounded_memory(pack, coding, pages):
    bomb = record(http(pack(b"<p>" + b"x" * (128 * 1024 * 1024)), f"Content-Encoding: {coding}"))
    [found], peak_bytes = peak_of(lambda: read(bomb))
    assert (found.note.code, peak_bytes < pages * MAX_PAGE_BYTES) == ("page_too_large", True)


# --- Sites, feeds ---


def test_lines_are_learnt_of_what_is_kept_of_a_page():
    [found] = read(record(http(gzip.compress(PAGE), "Content-Encoding: gzip")))
    assert reader_named("warc").lines(found.raw) == reader_named("html").lines(PAGE)
    assert reader_named("warc").lines(b"x") is None


def test_what_a_site_repeats_is_learnt_from_the_pages_of_the_archive():
    slogan = "السهل صحيفة كل بيت وكل حقل"
    pages = []
    for number in range(6):
        text = "".join(f"<p>{paragraph} {number}{place}.</p>" for place, paragraph in enumerate(PARAGRAPHS))
        page = html_page(f"<div>{text}<p>{slogan}</p></div>", title=f"خبر القرية رقم {number} في هذا اليوم")
        pages.append(record(http(page.encode()), url=f"https://s.example/n/{number}"))
    for found in read(b"".join(pages)):
        assert slogan not in found.body


def test_an_export_that_was_received_is_read_by_its_own_reader():
    line = b'{"title": "%s", "body": "%s"}\n' % (TITLE.encode(), PARAGRAPHS[0].encode())
    [found] = read(record(http(line, kind="application/json"), url="https://s.example/export.jsonl"))
    assert (found.reader, found.title, found.collected) == ("jsonl", TITLE, MOMENT)


_GOOD = record(http(), f"WARC-Block-Digest: {sha1(http())}") + record(
    http(gzip.compress(PAGE), "Content-Encoding: gzip")
)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_bytes_make_it_raise(data):
    raw = bytearray(_GOOD)
    for _change in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        raw[place : place + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=20))
    for found in read(bytes(raw)):
        assert isinstance(found, Record | Rejected | Skipped)

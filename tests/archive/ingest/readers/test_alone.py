"""What every reader keeps of a record is read again by itself, as the record that it was."""

import io
import json
from dataclasses import asdict

import pytest

from archive.ingest.formats import READERS, reader_named
from archive.ingest.readers import ReadContext
from archive.ingest.records import Record, Rejected
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, article_page, page
from tests.archive.ingest.readers import test_feeds, test_mhtml, test_newswires, test_trec, test_warc, test_wxr

RECORD = json.dumps({"title": TITLE, "body": PARAGRAPHS[0], "id": "1", "published": "2017-12-21"}, ensure_ascii=False)
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "الوادي",
    "language": "ar",
    "items": [
        {"id": str(number), "title": f"{TITLE} {number}", "content_html": f"<p>{PARAGRAPHS[number]}</p>"}
        for number in range(2)
    ],
}
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="http://wadi.example"><title>الوادي</title><items><rdf:li resource="1"/></items>
<link>http://wadi.example</link></channel><image><title>شعار</title><link>http://logo.example</link></image>
<item><title>{TITLE}</title><link>/1</link><description>{PARAGRAPHS[0]}</description></item></rdf:RDF>"""
ATOM = test_feeds.atom(
    "<updated>2017-12-21T10:15:00Z</updated>",
    f'<entry><id>tag:1</id><title>{TITLE}</title><link href="/1"/><content>{PARAGRAPHS[0]}</content></entry>',
)
LONG_HEADER = "<category>ي</category>" * 4000
WIRE = test_newswires.ITEM.replace("<newsItem xmlns=", "<nar:newsItem xmlns:html='urn:h' xmlns=").replace(
    "</newsItem>", "</nar:newsItem>"
)
OTHER_AUTHORS = "".join(
    f"<wp:author><wp:author_login>a{number}</wp:author_login>"
    f"<wp:author_display_name>كاتب {number}</wp:author_display_name></wp:author>"
    for number in range(300)
)


def export_line() -> bytes:
    row = {
        **{"title": TITLE, "body": f"<p>{PARAGRAPHS[0]}</p>", "status": "published", "kicker": "", "summary": ""},
        **{
            "place": "",
            "published_at": None,
            "date_precision": "unknown",
            "collected_at": "2020-01-01T00:00:00+00:00",
        },
        **{"original_url": "", "external_id": "a/1", "language": "ar"},
    }
    beside = {"authors": [], "source": "الوادي", "section": "", "links": [], "pictures": []}
    line = {"kind": "article", "row": row, "with": beside}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()


FILES = {
    "saved-text": [page().encode()],
    "html": [article_page().encode()],
    "mhtml": [test_mhtml.message(test_mhtml.PICTURE, test_mhtml.part(article_page()))],
    "warc": [
        test_warc.record(test_warc.http()),
        test_warc.record(
            test_warc.http(f"{RECORD}\n{RECORD}".encode(), kind="application/json"), url="https://s.example/all.jsonl"
        ),
    ],
    "feed": [
        test_feeds.rss(test_feeds.ITEM, test_feeds.ITEM.replace("wadi-1", "wadi-2")).encode(),
        test_feeds.rss(test_feeds.ITEM.replace("://wadi.example/olives", ":olives"), test_feeds.ITEM[:600]).encode(),
        test_feeds.rss(test_feeds.ITEM.replace("…", "")).replace("utf-8", "windows-1256").encode("cp1256"),
        test_feeds.rss(test_feeds.ITEM.replace("…", "")).encode("utf-16"),
        test_feeds.atom(
            f'<link rel="alternate" href="http://wadi.example/b/"/><entry><title>{TITLE}</title><link href="2.html"/>'
            f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{PARAGRAPHS[0]}</p></div></content></entry>'
        ).encode(),
        RDF.encode(),
        test_feeds.rss(test_feeds.ITEM).replace("<title>", "<link href='/'><title>", 1).encode(),
    ],
    "wxr": [
        test_wxr.export(test_wxr.POST, test_wxr.POST.replace("p=7", "p=8")).encode(),
        test_wxr.export(test_wxr.POST).replace("<wp:author>", f"{OTHER_AUTHORS}<wp:author>", 1).encode(),
    ],
    "newsml-g2": [
        test_newswires.ITEM.encode(),
        f"<newsMessage xmlns:nar='urn:nar'><header/><itemSet>{WIRE}{WIRE}</itemSet></newsMessage>".encode(),
        f"<newsMessage xmlns:nar='urn:nar'><itemSet n='1'>{WIRE}</itemSet><itemSet>{WIRE}</itemSet></newsMessage>".encode(),
    ],
    "newsml": [test_newswires.OLDER.encode()],
    "nitf": [test_newswires.NITF.encode()],
    "ninjs": [test_newswires.ninjs(test_newswires.NINJS_3).encode()],
    "json": [
        RECORD.encode(),
        f"[{RECORD}, {RECORD}]".encode("utf-16"),
        json.dumps({"posts": [json.loads(RECORD)] * 2}, ensure_ascii=False).encode("cp1256"),
        json.dumps(JSON_FEED, ensure_ascii=False).encode(),
    ],
    "jsonl": [f"{RECORD}\n{RECORD}\n".encode(), f"{RECORD}\n{RECORD}\n".encode("utf-16")],
    "table": [f"العنوان;النص\n{TITLE};{PARAGRAPHS[0]}\n{TITLE};=1+1\n".encode("cp1256")],
    "trec": [f"{test_trec.DOC}\n{test_trec.LDC}".encode()],
    "sijill": [],
}


def read(name: str, data: bytes, origin: str = "file") -> list:
    stream = io.BufferedReader(io.BytesIO(data))
    return list(reader_named(name).read(stream, ReadContext(origin, "file", chosen=True)))


def said(record: Record) -> dict[str, object]:
    """All that RECORD says but where it stood and what is kept of it; and when it came, which its article knows."""
    return {name: value for name, value in asdict(record).items() if name not in ("origin", "raw", "collected")}


def test_there_is_a_file_of_every_format():
    assert set(FILES) == {reader.name for reader in READERS}


@pytest.mark.parametrize(
    ("name", "data"),
    [(name, data) for name, files in FILES.items() for data in files],
    ids=lambda value: str(value)[:12],
)
def test_the_bytes_kept_of_a_record_are_the_record(name, data):
    found = [one for one in read(name, data) if isinstance(one, Record)]
    assert found
    for record in found:
        [again] = read(record.reader, record.raw)
        assert said(again) == said(record)
        assert again.raw == record.raw


def test_no_long_header_is_kept_with_every_record():
    [record] = read("feed", test_feeds.rss(LONG_HEADER, test_feeds.ITEM).encode())
    [again] = read("feed", record.raw)
    assert (again.title, again.body, again.published) == (record.title, record.body, record.published)
    assert len(record.raw) < len(test_feeds.ITEM.encode()) + 1000


@pytest.mark.parametrize(
    ("text", "differing", "other"),
    [
        (
            test_feeds.rss("<lastBuildDate>Thu, 21 Dec 2017</lastBuildDate>", test_feeds.ITEM),
            "Thu, 21 Dec 2017<",
            "Fri, 22 Dec 2017<",
        ),
        (ATOM, "2017-12-21T10:15:00Z", "2017-12-22T10:15:00Z"),
        (RDF, '<rdf:li resource="1"/>', '<rdf:li resource="0"/><rdf:li resource="1"/>'),
    ],
    ids=["rss", "atom", "rdf"],
)
def test_the_bytes_kept_of_an_entry_are_the_same_when_its_feed_is_fetched_again(text, differing, other):
    assert text.count(differing) == 1
    [first], [second] = read("feed", text.encode()), read("feed", text.replace(differing, other).encode())
    assert first.raw == second.raw


def test_a_post_is_read_whatever_lists_without_end_stand_before_it():
    lists = f"<wp:base_site_url><![CDATA[{'<wp:tag>' * 30_000}]]></wp:base_site_url><wp:author>"
    [record] = read("wxr", test_wxr.export(test_wxr.POST).replace("<wp:author>", lists, 1).encode())
    assert record.title == TITLE


def test_a_line_of_an_export_is_read_by_itself():
    [record] = read("sijill", export_line())
    assert (record.title, record.raw) == (TITLE, export_line())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("wxr", test_wxr.export("<item><wp:post_type>post</wp:post_type></item>")),
        ("feed", test_feeds.rss("<item><guid>7</guid></item>")),
        ("newsml-g2", test_newswires.ITEM.replace("stat:usable", "stat:canceled")),
    ],
)
def test_the_bytes_kept_of_what_was_set_aside_are_set_aside_again_for_the_same_reason(name, data):
    [rejected] = read(name, data.encode())
    [again] = read(name, rejected.raw)
    assert (type(again), again.note, again.raw) == (Rejected, rejected.note, rejected.raw)


def test_a_post_that_was_kept_without_what_stood_around_it_says_what_it_can():
    """As versions before this one kept them."""
    [whole] = read("wxr", test_wxr.export(test_wxr.POST).encode())
    [bare] = read("wxr", test_wxr.POST.encode())
    assert (bare.title, bare.body, bare.published, bare.external_id) == (
        whole.title, whole.body, whole.published, whole.external_id,
    )  # fmt: skip
    assert (bare.source, bare.authors) == ("", ())
    [draft] = read("wxr", test_wxr.POST.replace("<wp:status>publish", "<wp:status>draft").encode())
    assert draft.note.code == "wxr_unpublished"

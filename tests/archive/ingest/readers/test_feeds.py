from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.readers.feeds import Feeds
from archive.ingest.records import ReadDate, Record, Rejected
from archive.ingest.xml import MAX_ELEMENT_BYTES
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, note_codes, read_bytes

ITEM = f"""<item>
  <title>{TITLE}</title>
  <link>http://wadi.example/olives?utm_source=rss</link>
  <guid isPermaLink="false">wadi-1</guid>
  <pubDate>Thu, 21 Dec 2017 10:15:00 +0200</pubDate>
  <dc:creator>سامر الحداد</dc:creator>
  <category><![CDATA[اقتصاد]]></category>
  <description>{PARAGRAPHS[0][:40]}…</description>
  <content:encoded><![CDATA[<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><script>alert(1)</script>]]></content:encoded>
</item>"""


def rss(*items: str, root='version="2.0"') -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss {root} xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>صحيفة الوادي</title><link>http://wadi.example</link><language>ar-LB</language>
{"".join(items)}
</channel></rss>"""


def atom(*entries: str) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>الوادي</title><id>tag:wadi.example</id>'
        f"{''.join(entries)}</feed>"
    )


def read(text: str | bytes) -> list:
    return read_bytes(Feeds(), text)


def test_an_item_of_rss_in_every_field():
    [record] = read(rss(ITEM))
    assert (record.title, record.source, record.section) == (TITLE, "صحيفة الوادي", "اقتصاد")
    assert record.body == f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>".replace("</p><p>", "</p>\n<p>")
    assert record.summary == ""
    assert record.published == ReadDate(datetime(2017, 12, 21, 10, 15, tzinfo=timezone(timedelta(hours=2))), "minute")
    assert (record.url, record.external_id) == ("http://wadi.example/olives", "wadi-1")
    assert (record.authors, record.language, record.notes) == (("سامر الحداد",), "ar-lb", [])
    assert (record.raw.count(ITEM.encode()), record.content_type) == (1, "application/rss+xml")
    assert [line.code for line in record.dropped] == ["element_with_text"]


def test_an_address_may_be_relative_to_the_feeds_site():
    entry = f'<entry><title>{TITLE}</title><link href="2.html"/><content>{PARAGRAPHS[0]}</content></entry>'
    [of_rss] = read(rss(ITEM.replace("http://wadi.example/olives", "/olives")))
    [of_atom] = read(atom('<link rel="alternate" href="http://wadi.example/b/"/>', entry))
    assert (of_rss.url, of_atom.url) == ("http://wadi.example/olives", "http://wadi.example/b/2.html")


def test_a_description_alone_is_the_text_and_another_than_the_text_is_the_summary():
    alone = f"<item><title>{TITLE}</title><description>&lt;p&gt;{PARAGRAPHS[0]}&lt;/p&gt;</description></item>"
    both = f"<item><description>موجز آخر</description><content:encoded>{PARAGRAPHS[1]}</content:encoded></item>"
    first, second = read(rss(alone, both))
    assert (first.body, first.summary) == (f"<p>{PARAGRAPHS[0]}</p>", "")
    assert (second.body, second.summary) == (f"<p>{PARAGRAPHS[1]}</p>", "موجز آخر")


def test_rdf_with_the_date_of_dublin_core():
    [record] = (
        read(f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="http://wadi.example"><title>الوادي</title><items/></channel>
        <item rdf:about="http://wadi.example/1"><title>{TITLE}</title><link>http://wadi.example/1</link>
        <dc:date>2017-12-21T10:15:00Z</dc:date><dc:creator>ليلى نصر</dc:creator></item></rdf:RDF>""")
    )
    assert (record.title, record.source, record.authors) == (TITLE, "الوادي", ("ليلى نصر",))
    assert record.published.value == datetime(2017, 12, 21, 10, 15, tzinfo=UTC)
    assert record.external_id == "http://wadi.example/1"


def test_an_entry_of_atom():
    [record] = read(
        atom(f"""<entry><id>tag:1</id><title type="html">&lt;b&gt;{TITLE}&lt;/b&gt;</title>
        <link rel="alternate" href="http://wadi.example/1"/><published>2017-12-21T10:15:00Z</published>
        <updated>2018-01-01T00:00:00Z</updated><author><name>ليلى نصر</name></author><category term="eco" label="اقتصاد"/>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{PARAGRAPHS[0]}</p></div></content></entry>""")
    )
    assert (record.title, record.body, record.section) == (TITLE, f"<p>{PARAGRAPHS[0]}</p>", "اقتصاد")
    assert (record.published.value, record.language) == (datetime(2017, 12, 21, 10, 15, tzinfo=UTC), "ar")
    assert (record.authors, record.url, record.external_id) == (("ليلى نصر",), "http://wadi.example/1", "tag:1")


def test_the_date_of_a_change_is_none_of_publication():
    [record] = read(atom(f"<entry><title>{TITLE}</title><updated>2018-01-01T00:00:00Z</updated></entry>"))
    assert (record.published, note_codes(record)) == (None, ["date_modified_only"])


@pytest.mark.parametrize("declared", ["utf-8", "windows-1256", "iso-8859-1", "no-such"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1256", "utf-16"])
def test_encodings_declared_rightly_wrongly_and_not_at_all(declared, encoding):
    text = rss(ITEM.replace("…", "")).replace('encoding="utf-8"', f'encoding="{declared}"')
    [record] = read(text.encode(encoding))
    assert (record.title, record.source) == (TITLE, "صحيفة الوادي")
    assert (
        ITEM.replace("…", "").encode("utf-16-le" if encoding == "utf-16" else encoding.removesuffix("-sig"))
        in record.raw
    )


def test_latin_declared_and_not_arabic_is_read_as_declared():
    text = rss("<item><title>Élection à l'été</title></item>").replace("utf-8", "iso-8859-1")
    assert read(text.replace("صحيفة الوادي", "x").encode("iso-8859-1"))[0].title == "Élection à l'été"


def test_an_ill_formed_feed_is_read_as_far_as_it_goes():
    broken = f"<item><title>{TITLE} & غيره</title><description>أول<br>ثان</description></item>"
    found = read(rss(ITEM, broken, "<item><title>لم يُغلق").removesuffix("\n</channel></rss>"))
    assert [record.title for record in found] == [TITLE, f"{TITLE} & غيره", "لم يُغلق"]
    assert [note_codes(record) for record in found] == [[], ["xml_ill_formed"], ["xml_cut_short"]]


def test_an_item_too_long_is_set_aside_and_the_next_is_read():
    long = f"<item><title>x</title>{'<a>1</a>' * (MAX_ELEMENT_BYTES // 8)}</item>"
    before, found, after = read(rss(ITEM, long, ITEM))
    assert (before.title, found.note.code, found.origin, after.title) == (TITLE, "record_too_long", "file:2", TITLE)


@pytest.mark.parametrize(
    ("doctype", "code"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "aaa"><!ENTITY b "&a;&a;&a;">]>', "xml_entities"),
        ('<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "xml_entities"),
        ("", "feed_empty"),
        ("<a>" * 200, "xml_too_deep"),
    ],
)
def test_what_is_no_feed_to_read_is_refused(doctype, code):
    [found] = read(rss().replace("<rss", f"{doctype}<rss", 1))
    assert (type(found), found.note.code) == (Rejected, code)


def test_a_dtd_elsewhere_is_not_fetched():
    text = rss(ITEM).replace(
        "<rss", '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd"><rss'
    )
    assert read(text)[0].title == TITLE


@pytest.mark.parametrize(
    ("head", "is_feed"),
    [
        (rss(), True),
        ("\ufeff  " + atom(), True),
        ("<!-- x --><rdf:RDF xmlns:rdf='x'>", True),
        ("<html><body><item>", False),
        ("<rss xmlns:wp='http://wordpress.org/export/1.2/'>", False),
        ("نص", False),
        ("", False),
    ],
)
def test_recognised_by_its_root(head, is_feed):
    assert Feeds().recognises(head.encode(), "x") is is_feed


PARTS = [
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "<rss>",
    "<",
    "&",
    "\x00",
    "نص",
    "<entry ",
    ">",
]


@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join))
def test_any_markup_is_read_or_set_aside(text):
    assert all(isinstance(found, Record | Rejected) for found in read(text))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_set_aside(data):
    assert all(isinstance(found, Record | Rejected) for found in [*read(data), *read(b"<rss><item>" + data)])


def test_items_without_an_end_are_read_up_to_a_limit(monkeypatch):
    monkeypatch.setattr("archive.ingest.xml.MAX_UNCLOSED", 3)
    *read_ones, last = read("<rss><channel>" + f"<item><title>{TITLE}</title><description>نص هنا</description>" * 50)
    assert [note_codes(record) for record in read_ones] == [["xml_cut_short"]] * 3
    assert last.note.code == "xml_unclosed"

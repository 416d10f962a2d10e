from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.formats import recognise
from archive.ingest.readers.wxr import Wxr
from archive.ingest.records import Note, Record, RecordPicture, Rejected, Skipped
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, note_codes, read_bytes

POST = f"""<item><title>{TITLE}</title><link>http://wadi.example/olives/</link>
<pubDate>Thu, 21 Dec 2017 08:15:00 +0000</pubDate><dc:creator><![CDATA[layla]]></dc:creator>
<guid isPermaLink="false">http://wadi.example/?p=7</guid><description></description>
<content:encoded><![CDATA[<!-- wp:paragraph -->
{PARAGRAPHS[0]}

[caption id="1" width="3"]<img src="x.jpg" /> شرح الصورة[/caption]

{PARAGRAPHS[1]}]]></content:encoded>
<excerpt:encoded><![CDATA[موجز]]></excerpt:encoded>
<wp:post_id>7</wp:post_id><wp:post_date>2017-12-21 10:15:00</wp:post_date><wp:post_date_gmt>2017-12-21 08:15:00</wp:post_date_gmt>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<category domain="post_tag" nicename="o"><![CDATA[زيتون]]></category><category domain="category"><![CDATA[اقتصاد]]></category>
</item>"""


def export(*items: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>الوادي</title><language>ar</language>
<wp:author><wp:author_login><![CDATA[layla]]></wp:author_login><wp:author_display_name><![CDATA[ليلى نصر]]></wp:author_display_name></wp:author>
{"".join(items)}</channel></rss>"""


def read(text: str | bytes) -> list:
    return read_bytes(Wxr(), text)


def test_a_post_in_every_field():
    [record] = read(export(POST))
    assert (record.title, record.source, record.section, record.authors) == (TITLE, "الوادي", "اقتصاد", ("ليلى نصر",))
    lead = '<a href="http://wadi.example/olives/x.jpg" rel="noopener nofollow">شرح الصورة</a>'
    figure = f"<figure><figcaption>{lead}</figcaption></figure>"
    assert record.body == f"<p>{PARAGRAPHS[0]}</p>\n{figure}\n<p>{PARAGRAPHS[1]}</p>"
    assert record.pictures == (RecordPicture("http://wadi.example/olives/x.jpg", "شرح الصورة"),)
    assert record.published.value == datetime(2017, 12, 21, 8, 15, tzinfo=UTC)
    assert (record.external_id, record.url) == ("http://wadi.example/?p=7", "http://wadi.example/olives/")
    assert (record.summary, record.language, record.notes) == ("موجز", "ar", [])
    assert POST.encode() in record.raw


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (("<wp:post_type>post", "<wp:post_type>attachment"), Note("wxr_no_post", {"kind": "attachment"})),
        (("<wp:status>publish", "<wp:status>draft"), Note("wxr_unpublished", {"status": "draft"})),
        (
            ("<wp:status>", "<wp:post_password>x</wp:post_password><wp:status>"),
            Note("wxr_unpublished", {"status": "publish"}),
        ),
    ],
)
def test_what_the_site_does_not_show_as_a_post_is_skipped(change, note):
    [found] = read(export(POST.replace(*change)))
    assert isinstance(found, Skipped)
    assert found.note == note


def test_dates_without_a_zone_and_none_at_all():
    local = POST.replace("2017-12-21 08:15:00", "0000-00-00 00:00:00")
    neither = local.replace("2017-12-21 10:15:00", "0000-00-00 00:00:00")
    first, second = read(export(local, neither))
    assert first.published.value.isoformat() == "2017-12-21T10:15:00"
    assert second.published.value == datetime(2017, 12, 21, 8, 15, tzinfo=UTC)


def test_letters_that_xml_has_not_and_an_end_too_early():
    found = read(export(POST.replace("موجز", "مو\x0bجز&#x1;"), POST)[: -len("</item></channel></rss>")])
    assert [note_codes(one) for one in found] == [[], ["xml_cut_short", "xml_ill_formed"]]
    assert [one.title for one in found] == [TITLE, TITLE]


def test_recognised_before_feeds():
    assert recognise(export().encode(), "x").name == "wxr"
    assert [one.note.code for one in read(export())] == ["feed_empty"]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_set_aside(data):
    found = [*read(data), *read(b"<rss><item>" + data)]
    assert all(isinstance(one, Record | Rejected) for one in found)

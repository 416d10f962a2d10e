"""Pictures, whatever format names them: addresses and captions, and nothing is fetched."""

import json
from html import escape

import pytest

from archive.ingest.pictures import MAX_PICTURES, read_pictures
from archive.ingest.readers.feeds import Feeds
from archive.ingest.readers.json_records import JsonRecords, Ninjs
from archive.ingest.readers.jsonl import JsonLines
from archive.ingest.readers.newswires import NewsMLG2, Nitf
from archive.ingest.readers.table import Table
from archive.ingest.readers.wxr import Wxr
from archive.ingest.records import Dropped, Record, RecordPicture
from archive.text.html import linked_addresses, plain_text
from archive.text.nesting import MAX_DEPTH
from tests.archive.ingest.pages import (
    PARAGRAPHS,
    TITLE,
    article_page,
    note_codes,
    paragraphs_of,
    read_bytes,
    read_html,
    read_lines,
)

ADDRESS = "http://wadi.example/p/1.jpg"
CAPTION = "قطاف الزيتون في الوادي"
ALONE = RecordPicture(ADDRESS)
WITH_CAPTION = RecordPicture(ADDRESS, CAPTION)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ADDRESS, [ALONE]),
        ("/p/1.jpg", [ALONE]),
        ({"src": ADDRESS, "caption": f"<b>{CAPTION}</b>", "alt": "شجرة"}, [RecordPicture(ADDRESS, CAPTION, "شجرة")]),
        (
            [ADDRESS, {"url": "http://wadi.example/2.png"}, ADDRESS],
            [ALONE, RecordPicture("http://wadi.example/2.png")],
        ),
        (["javascript:alert(1)", "data:image/png;base64,AA", "http://[", 7, None, {"url": []}, ""], []),
        ([f"http://a.example/{number}.jpg" for number in range(500)], MAX_PICTURES),
    ],
)
def test_an_address_an_object_or_a_list(value, expected):
    found = read_pictures(value, url="http://wadi.example/a/b")
    assert (len(found.pictures) if isinstance(expected, int) else list(found.pictures)) == expected


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://a.example/img.ashx?id=1", "https://a.example/img.ashx?id=2"),
        ("https://a.example/a/1.jpg", "https://a.example/b/1.jpg"),
        ("https://a.example/1.jpg", "https://a.example/2.jpg"),
    ],
)
def test_different_pictures_are_told_apart(url, other):
    assert [picture.url for picture in read_pictures([url, other]).pictures] == [url, other]


@pytest.mark.parametrize(
    "other",
    [
        "https://a.example/u/1-300x200.jpg",
        "https://a.example/u/1.jpg.webp",
        "https://i0.wp.example/u/1.jpg?w=640",
        "https://a.example/styles/large/public/u/1.jpg?itok=x",
    ],
)
def test_the_sizes_of_a_picture_are_one(other):
    url = "https://a.example/u/1.jpg"
    assert [picture.url for picture in read_pictures([url, other]).pictures] == [url]


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("/sites/default/files/2017/x.jpg", True),
        ("/loading/dock.jpg", True),
        ("/img/logo.png", False),
        ("/img/default.jpg", False),
        ("/icons/print.png", False),
        ("/img/site-logo-2.png", False),
    ],
)
def test_a_picture_is_an_ornament_by_its_own_name_not_by_its_sites(path, is_kept):
    record = read_body(f"<p>{PARAGRAPHS[0]}</p><img src='https://a.example{path}'>")
    assert [picture.url for picture in record.pictures] == ([f"https://a.example{path}"] if is_kept else [])


@pytest.mark.parametrize(("count", "told"), [(MAX_PICTURES, []), (MAX_PICTURES + 1, ["pictures_left_out"])])
def test_that_there_are_more_pictures_than_an_article_has_is_told(count, told):
    shown = "".join(f"<img src='https://a.example/{number}.jpg'>" for number in range(count))
    record = read_body(f"<p>{PARAGRAPHS[0]}</p>{shown}")
    assert (len(record.pictures), note_codes(record)) == (MAX_PICTURES, told)
    page = read_html(article_page(shown))
    assert (len(page.pictures), [code for code in note_codes(page) if code == "pictures_left_out"]) == (
        MAX_PICTURES,
        told,
    )


def _feed(inside: str) -> str:
    return f"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>الوادي</title>
<item><title>{TITLE}</title><description>{PARAGRAPHS[0]}</description>{inside}</item></channel></rss>"""


def _atom(inside: str) -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{TITLE}</title>'
        f"<content>{PARAGRAPHS[0]}</content>{inside}</entry></feed>"
    )


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        (_feed(f'<enclosure url="{ADDRESS}" type="image/jpeg" length="9"/>'), [ALONE]),
        (_feed('<enclosure url="http://wadi.example/1.mp3" type="audio/mpeg" length="9"/>'), []),
        (_feed(f'<media:content url="{ADDRESS}" medium="image"/>'), [ALONE]),
        (_feed(f'<media:thumbnail url="{ADDRESS}"/>'), [ALONE]),
        (
            _feed(f'<media:content url="{ADDRESS}" type="image/png"/><media:thumbnail url="http://a.example/s"/>'),
            [ALONE],
        ),
        (_atom(f'<link rel="enclosure" type="image/jpeg" href="{ADDRESS}" title="{CAPTION}"/>'), [WITH_CAPTION]),
    ],
)
def test_feeds(feed, expected):
    [record] = read_bytes(Feeds(), feed)
    assert list(record.pictures) == expected
    assert record.notes == []


def test_those_that_a_text_shows_come_behind_those_that_are_named():
    small, icon = '<img src="/s.gif" width="1">', '<img src="http://wadi.example/logo.png">'
    shown = f'<p><img class="a" data-src="/p/2-300x200.jpg" alt="{CAPTION}" src="data:image/gif;base64,AA">{small}{icon}</p>'
    again = '<img src="http://wadi.example/p/1-640x480.jpg">'
    values = {
        "title": TITLE,
        "body": f"<p>{PARAGRAPHS[0]}</p>{again}{shown}",
        "image": ADDRESS,
        "url": "http://wadi.example/1",
    }
    [record] = read_bytes(JsonLines(), json.dumps(values))
    assert record.pictures == (ALONE, RecordPicture("http://wadi.example/p/2-300x200.jpg", "", CAPTION))


def test_json_feed():
    item = {
        "id": "1",
        "content_text": PARAGRAPHS[0],
        "image": ADDRESS,
        "banner_image": "http://wadi.example/b.jpg",
        "attachments": [
            {"url": "http://wadi.example/1.mp3", "mime_type": "audio/mpeg"},
            {"url": "http://wadi.example/c.jpg", "mime_type": "image/jpeg", "title": CAPTION},
        ],
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "الوادي", "items": [item]}
    [record] = read_bytes(JsonRecords(), json.dumps(feed, indent=1))
    assert record.pictures == (
        ALONE,
        RecordPicture("http://wadi.example/b.jpg"),
        RecordPicture("http://wadi.example/c.jpg", CAPTION),
    )


FORMS = [{"href": "http://wadi.example/small.jpg", "width": 90}, {"href": ADDRESS, "width": 900}]


@pytest.mark.parametrize(
    "associations",
    [
        {"p": {"type": "picture", "description_text": CAPTION, "renditions": {"a": FORMS[0], "b": FORMS[1]}}},
        [
            {"type": "video", "uri": "http://wadi.example/v.mp4"},
            {"type": "picture", "descriptions": [{"role": "caption", "value": CAPTION}], "renditions": FORMS},
        ],
        [{"type": "picture", "uri": ADDRESS, "headline": CAPTION, "renditions": [{"name": "x"}, 7]}, "odd"],
    ],
)
def test_ninjs(associations):
    item = {"uri": "urn:wadi:1", "headline": TITLE, "body_html": PARAGRAPHS[0], "associations": associations}
    [record] = read_bytes(Ninjs(), json.dumps(item))
    assert record.pictures == (WITH_CAPTION,)


NITF = f'''<nitf><body><body.head><hedline><hl1>{TITLE}</hl1></hedline></body.head><body.content><p>{PARAGRAPHS[0]}</p>
<media media-type="image"><media-reference source="http://wadi.example/small.jpg" width="90"/>
<media-reference source="{ADDRESS}" width="900"/><media-caption><p>{CAPTION}</p></media-caption></media>
</body.content></body></nitf>'''


def test_nitf():
    [record] = read_bytes(Nitf(), NITF)
    assert record.pictures == (WITH_CAPTION,)


def test_newsml_g2():
    item = f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:wadi:1">
<contentMeta><headline>{TITLE}</headline></contentMeta>
<contentSet><inlineXML>{NITF.replace("<nitf>", '<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">')}</inlineXML>
<remoteContent contenttype="image/jpeg" href="http://wadi.example/beside-small.jpg" width="90"/>
<remoteContent contenttype="image/jpeg" href="http://wadi.example/beside.jpg" width="900"/>
<remoteContent contenttype="video/mp4" href="http://wadi.example/v.mp4"/></contentSet></newsItem>"""
    [record] = read_bytes(NewsMLG2(), item)
    assert record.pictures == (RecordPicture("http://wadi.example/beside.jpg"), WITH_CAPTION)


@pytest.mark.parametrize(
    ("image", "caption"), [("image", "image_caption"), ("الصورة", "تعليق الصورة"), ("photoURL", "caption")]
)
def test_named_values_in_any_file(image, caption):
    values = {"title": TITLE, "body": PARAGRAPHS[0], image: ADDRESS, caption: CAPTION}
    [of_line] = read_bytes(JsonLines(), json.dumps(values))
    [of_table] = read_bytes(Table(), "\n".join([",".join(values), ",".join(values.values())]))
    assert of_line.pictures == of_table.pictures == (WITH_CAPTION,)


def test_what_is_no_address_is_told():
    [record] = read_bytes(JsonLines(), json.dumps({"title": TITLE, "body": PARAGRAPHS[0], "image": "لا صورة"}))
    assert (record.pictures, note_codes(record)) == ((), ["field_ignored"])


def _post(content: str, more: str = "") -> str:
    return f"""<item><title>{TITLE}</title><content:encoded><![CDATA[{content}]]></content:encoded>
<wp:post_type>post</wp:post_type><wp:status>publish</wp:status>{more}</item>"""


ATTACHED = f"""<item><title>x</title><excerpt:encoded>{CAPTION}</excerpt:encoded><wp:post_id>5</wp:post_id>
<wp:post_type>attachment</wp:post_type><wp:attachment_url>{ADDRESS}</wp:attachment_url></item>"""
FEATURED = "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>5</wp:meta_value></wp:postmeta>"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([ATTACHED, _post(PARAGRAPHS[0], FEATURED)], [WITH_CAPTION]),
        ([_post(f'{PARAGRAPHS[0]} <img class="a" src="{ADDRESS}"/>', FEATURED), ATTACHED], [ALONE]),
        ([_post(f'{PARAGRAPHS[0]} <img class="wp-smiley" src="{ADDRESS}"/>')], []),
    ],
)
def test_wordpress(items, expected):
    export = f"""<rss xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>الوادي</title>{"".join(items)}</channel></rss>"""
    [record] = [found for found in read_bytes(Wxr(), export) if isinstance(found, Record)]
    assert list(record.pictures) == expected


PICTURE = "https://wadi.example/1.jpg"
LEADING = f'<figcaption><a href="{PICTURE}" rel="noopener nofollow">{CAPTION}</a></figcaption>'


def figure(caption: str = CAPTION, inside: str = '<img src="https://wadi.example/1.jpg">') -> str:
    return f"<figure>{inside}<figcaption>{caption}</figcaption></figure>"


def read_body(body: str, **more):
    [record] = read_lines({"title": TITLE, "body": body} | more)
    return record


@pytest.mark.parametrize("write", [str, escape])
def test_a_picture_with_a_caption_stays_where_it_stood(write):
    record = read_body(write(f"<p>{PARAGRAPHS[0]}</p>{figure()}<p>{PARAGRAPHS[1]}</p>"))
    assert paragraphs_of(record) == [PARAGRAPHS[0], f"<figure>{LEADING}</figure>", PARAGRAPHS[1]]
    assert record.pictures == (RecordPicture(PICTURE, CAPTION),)
    assert not [dropped for dropped in record.dropped if dropped.code == "caption"]


def test_the_caption_of_a_picture_above_the_text_is_no_paragraph():
    record = read_body(f"<!-- wp:image --><div>{figure()}</div><p>{PARAGRAPHS[0]}</p>")
    assert (paragraphs_of(record), record.pictures) == ([PARAGRAPHS[0]], (RecordPicture(PICTURE, CAPTION),))
    assert Dropped("caption", CAPTION) in record.dropped


def test_a_picture_without_a_caption_is_one_of_the_list_only():
    bare = f'<figure><a href="/full.jpg"><img src="{PICTURE}"></a></figure>'
    record = read_body(f"<p>{PARAGRAPHS[0]}</p>{bare}<p>{PARAGRAPHS[1]}</p>")
    assert (paragraphs_of(record), record.pictures) == (list(PARAGRAPHS[:2]), (RecordPicture(PICTURE),))


def test_pictures_of_one_caption_lead_each_to_itself():
    second = figure(inside="<img src='/2.jpg'>")
    record = read_body(f"<p>{PARAGRAPHS[0]}</p>{figure()}{second}", url="https://wadi.example/a")
    assert linked_addresses(record.body) == {PICTURE, "https://wadi.example/2.jpg"}


def test_a_caption_of_several_lines_with_links_is_one_link():
    record = read_body(f"<p>{PARAGRAPHS[0]}</p>{figure('<p>أول &lt;1&gt;</p><p>و<a href=/x>ثان</a></p>')}")
    lead = f'<figcaption><a href="{PICTURE}" rel="noopener nofollow">أول &lt;1&gt; وثان</a></figcaption>'
    assert paragraphs_of(record) == [PARAGRAPHS[0], f"<figure>{lead}</figure>"]


def test_the_caption_of_a_table_stays_with_it():
    table = "<table><tbody><tr><td>1</td></tr></tbody></table>"
    below = f"<figure>{table}<figcaption><p>السكان</p></figcaption></figure>"
    record = read_body(f"<p>{PARAGRAPHS[0]}</p>{below}")
    assert paragraphs_of(record) == [PARAGRAPHS[0], f"<figure>{table}<figcaption>السكان</figcaption></figure>"]


def test_a_caption_in_no_figure_is_a_paragraph():
    record = read_body(f"<p>{PARAGRAPHS[0]}</p><figcaption>{CAPTION}</figcaption><p>{PARAGRAPHS[1]}</p>")
    assert paragraphs_of(record) == [PARAGRAPHS[0], CAPTION, PARAGRAPHS[1]]


def test_each_picture_has_its_own_caption():
    two = figure("أول") + figure("ثان", '<a href="/x"><img src="https://wadi.example/2.jpg"></a>')
    record = read_body(f"<p>{PARAGRAPHS[0]}</p><img src='https://wadi.example/0.jpg'>{two}")
    assert [picture.caption for picture in record.pictures] == ["", "أول", "ثان"]
    # Written above its picture.
    record = read_body(f"<p>{PARAGRAPHS[0]}</p><figure><figcaption>أول</figcaption><img src='{ADDRESS}'></figure>")
    assert record.pictures == (RecordPicture(ADDRESS, "أول"),)


def test_a_picture_that_is_named_beside_the_text_takes_its_caption_from_the_text():
    record = read_body(f"<p>{PARAGRAPHS[0]}</p>{figure()}", image="https://wadi.example/1.jpg")
    assert record.pictures == (RecordPicture("https://wadi.example/1.jpg", CAPTION),)


@pytest.mark.parametrize(
    "shown",
    [
        figure(inside="<table><tr><td>1</td></tr></table>"),
        figure(inside='<img src="https://wadi.example/logo.png">'),
        f"<figcaption>{CAPTION}",
    ],
)
def test_what_is_written_under_no_picture_stays_in_the_text(shown):
    assert CAPTION in plain_text(read_body(f"<p>{PARAGRAPHS[0]}</p>{shown}").body)


def test_figures_without_end_nest_no_deeper_than_browsers_would_have_them():
    record = read_body(f"<img src='{PICTURE}'>" + "<figure><figcaption>x</figcaption>" * 5_000)
    assert plain_text(record.body).split() == ["x"] * 5_000
    assert record.body.count("<figure>") == MAX_DEPTH

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.formats import recognise
from archive.ingest.readers.json_records import JsonRecords, Ninjs
from archive.ingest.readers.jsonl import JsonLines
from archive.ingest.readers.newswires import NewsML1, NewsMLG2, Nitf
from archive.ingest.records import Note, Record, Rejected
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, note_codes, read_bytes

ITEM = f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:wadi:1" version="2" xml:lang="ar">
  <itemMeta><itemClass qcode="ninat:text"/><provider literal="وكالة الوادي"/>
    <versionCreated>2017-12-22T08:00:00Z</versionCreated><firstCreated>2017-12-21T10:15:00Z</firstCreated>
    <pubStatus qcode="stat:usable"/></itemMeta>
  <contentMeta><headline>{TITLE}</headline><by>ليلى نصر</by><located qcode="c:1"><name>بيروت</name></located>
    <subject qcode="medtop:1"><name xml:lang="en">economy</name><name xml:lang="ar">اقتصاد</name></subject>
    <description>موجز</description></contentMeta>
  <contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
    <head><title>x</title></head><body><p>{PARAGRAPHS[0]} <a href="http://x.example/?a=1&amp;b=2">هنا</a></p></body></html>
  </inlineXML></contentSet>
</newsItem>"""
NITF = f"""<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "http://127.0.0.1:9/nitf.dtd">
<nitf xml:lang="ar"><head><title>x</title><docdata><doc-id id-string="n-1"/><date.issue norm="20171221T101500Z"/></docdata>
<pubdata name="الوادي" position.section="اقتصاد"/></head>
<body><body.head><hedline><hl1>{TITLE}</hl1><hl2>عنوان ثانوي</hl2></hedline>
<byline>ليلى نصر<byttl>مراسلة</byttl></byline><dateline><location>بيروت</location></dateline></body.head>
<body.content><block><p>{PARAGRAPHS[0]}&nbsp;</p><hl2>فصل</hl2><p>{PARAGRAPHS[1]}</p></block></body.content></body></nitf>"""
OLDER_ITEM = f"""<NewsItem xml:lang="en"><Identification><NewsIdentifier><ProviderId>wadi.example</ProviderId>
<PublicIdentifier>urn:wadi:1</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement><FirstCreated>20171221T121500+0200</FirstCreated><Status FormalName="Usable"/></NewsManagement>
<NewsComponent><NewsLines><HeadLine>{TITLE}</HeadLine><SubHeadLine>موجز</SubHeadLine><ByLine>ليلى نصر</ByLine></NewsLines>
<AdministrativeMetadata><Provider><Party FormalName="وكالة الوادي"/></Provider></AdministrativeMetadata>
<DescriptiveMetadata><Language FormalName="AR"/>
<Location><Property FormalName="Country" Value="LBN"/><Property FormalName="City" Value="بيروت"/></Location>
</DescriptiveMetadata>
<NewsComponent><Role FormalName="Caption"/><ContentItem><MediaType FormalName="Text"/>
<DataContent>تعليق</DataContent></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="Main"/><ContentItem><MediaType FormalName="Text"/>
<DataContent><nitf><body><body.content><p>{PARAGRAPHS[0]}</p></body.content></body></nitf></DataContent></ContentItem>
</NewsComponent></NewsComponent></NewsItem>"""
OLDER = f'<?xml version="1.0"?><NewsML><NewsEnvelope/>{OLDER_ITEM}</NewsML>'
NINJS_1 = {
    "uri": "urn:wadi:1",
    "type": "text",
    "firstcreated": "2017-12-21T10:15:00Z",
    "versioncreated": "2017-12-22T10:15:00Z",
    "headline": TITLE,
    "byline": "ليلى نصر",
    "language": "ar",
    "located": "بيروت",
    "subject": [{"name": "اقتصاد"}],
    "infosource": [{"name": "وكالة الوادي"}],
    "description_text": "موجز",
    "body_text": "غيره",
    "body_html": f"<p>{PARAGRAPHS[0]}</p>",
}
NINJS_3 = {
    "uri": "urn:wadi:1",
    "standard": {"name": "ninjs", "version": "3.1"},
    "type": "text",
    "firstCreated": "2017-12-21T10:15:00Z",
    "headlines": [{"role": "short", "value": "قصير"}, {"role": "main", "value": TITLE}],
    "by": "ليلى نصر",
    "language": "ar",
    "located": "بيروت",
    "subjects": [{"name": "اقتصاد"}],
    "infosources": [{"name": "وكالة الوادي"}],
    "descriptions": [{"role": "summary", "value": "موجز"}],
    "bodies": [
        {"contenttype": "text/plain", "value": "غيره"},
        {"contenttype": "text/html", "value": f"<p>{PARAGRAPHS[0]}</p>"},
    ],
}


def ninjs(values: object) -> str:
    return json.dumps(values, ensure_ascii=False)


def check(record: Record, source: str = "وكالة الوادي", section: str = "اقتصاد") -> None:
    assert (record.title, record.authors, record.place) == (TITLE, ("ليلى نصر",), "بيروت")
    assert (record.section, record.source, record.language) == (section, source, "ar")
    assert record.published.value == datetime(2017, 12, 21, 10, 15, tzinfo=UTC)
    assert record.notes == []


@pytest.mark.parametrize("values", [NINJS_1, NINJS_3])
@pytest.mark.parametrize(("reader", "wrap"), [(Ninjs(), "{}"), (JsonRecords(), "[{}]"), (JsonLines(), "{}\n")])
def test_ninjs_in_every_field_whatever_reads_it(values, reader, wrap):
    [record] = read_bytes(reader, wrap.replace("{}", ninjs(values)))
    check(record)
    assert (record.body, record.summary) == (f"<p>{PARAGRAPHS[0]}</p>", "موجز")
    assert (record.external_id, record.reader) == ("urn:wadi:1", reader.name)


def test_newsml_g2_in_every_field():
    [record] = read_bytes(NewsMLG2(), ITEM)
    check(record)
    assert record.body == (
        f'<p>{PARAGRAPHS[0]} <a href="http://x.example/?a=1&amp;b=2" rel="noopener nofollow">هنا</a></p>'
    )
    assert (record.summary, record.external_id, record.raw) == ("موجز", "urn:wadi:1", ITEM.encode())


def test_a_message_of_several_items_and_a_package():
    picture = ITEM.replace("ninat:text", "ninat:picture").replace("contentSet", "contentset")
    gone = ITEM.replace("stat:usable", "stat:canceled")
    package = '<packageItem guid="p"><itemMeta/></packageItem>'
    message = f"<newsMessage><header/><itemSet>{ITEM}{picture}{gone}{package}{ITEM[:900]}</itemSet></newsMessage>"
    found = read_bytes(NewsMLG2(), message)
    assert [getattr(one, "note", None) for one in found[:4]] == [
        None,
        Note("wire_not_text", {"kind": "picture"}),
        Note("wire_withdrawn"),
        Note("wire_not_text", {"kind": "package"}),
    ]
    assert (found[4].origin, found[4].title, note_codes(found[4])) == (
        "file:5",
        TITLE,
        ["xml_cut_short", "xml_ill_formed"],
    )


def test_newsml_1_in_every_field():
    [record] = read_bytes(NewsML1(), OLDER)
    check(record, section="")
    assert (record.body, record.summary, record.external_id) == (f"<p>{PARAGRAPHS[0]}</p>", "موجز", "urn:wadi:1")


@pytest.mark.parametrize("content", ["<![CDATA[<P>{}</P>]]>", "<p>{}</p>", "{}"])
def test_a_text_in_newsml_1_may_be_markup_or_written_so(content):
    begin, end = OLDER.index("<nitf>"), OLDER.index("</nitf>") + 7
    [record] = read_bytes(NewsML1(), OLDER[:begin] + content.replace("{}", PARAGRAPHS[0]) + OLDER[end:])
    assert record.body == f"<p>{PARAGRAPHS[0]}</p>"


def test_what_is_no_text_or_withdrawn_in_newsml_1_is_set_aside():
    picture = OLDER_ITEM.replace('FormalName="Text"', 'FormalName="Photo"')
    gone = OLDER_ITEM.replace("Usable", "Canceled")
    notes = [one.note for one in read_bytes(NewsML1(), OLDER.replace(OLDER_ITEM, picture + gone))]
    assert notes == [Note("wire_not_text", {"kind": "photo"}), Note("wire_withdrawn")]


def test_the_section_is_the_first_subject_that_is_called_something():
    codes = '<subject literal="topic id"/><subject><name>f</name></subject>'
    [record] = read_bytes(NewsMLG2(), ITEM.replace("<subject", f"{codes}<subject", 1))
    assert record.section == "اقتصاد"


@pytest.mark.parametrize("rights", ["الوادي. All rights reserved.", "الوادي، جميع الحقوق محفوظة"])
def test_a_source_is_called_without_its_rights(rights):
    [record] = read_bytes(
        Nitf(),
        NITF.replace('name="الوادي" ', "").replace("</docdata>", f'<doc.copyright holder="{rights}"/></docdata>'),
    )
    assert record.source == "الوادي"


def test_ninjs_with_a_word_behind_the_names_of_its_fields():
    values = {"uri": "x", "$standard": {"name": "ninjs"}, "body_main": PARAGRAPHS[0], "description_caption": "موجز"}
    [record] = read_bytes(Ninjs(), ninjs(values | {"headline_short": "قصير", "headline_main": TITLE}))
    assert (record.title, record.body, record.summary) == (TITLE, f"<p>{PARAGRAPHS[0]}</p>", "موجز")
    assert recognise(ninjs(values).encode(), "x").name == "ninjs"


@pytest.mark.parametrize("kind", [{"type": "event"}, {}])
def test_an_event_of_ninjs_is_no_text(kind):
    event = {"uri": "x", "title": TITLE, "eventDetails": {"dates": {"startDate": "2017-12-21"}}} | kind
    assert recognise(ninjs(event).encode(), "x").name == "ninjs"
    [found] = read_bytes(Ninjs(), ninjs(event))
    assert found.note == Note("wire_not_text", {"kind": "event"})


def test_nitf_in_every_field_alone_and_in_newsml():
    [record] = read_bytes(Nitf(), NITF)
    check(record, source="الوادي")
    body = f"<p>{PARAGRAPHS[0]}</p><h3>فصل</h3><p>{PARAGRAPHS[1]}</p>"
    assert record.body.replace("\n", "").replace(" </p>", "</p>").replace("<p></p>", "") == body
    assert (record.summary, record.external_id) == ("عنوان ثانوي", "n-1")
    start, end = ITEM.index("<html"), ITEM.index("</html>") + 7
    [within] = read_bytes(NewsMLG2(), ITEM[:start] + NITF[NITF.index("<nitf") :] + ITEM[end:])
    assert "<h3>فصل</h3>" in within.body


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pubstatus": "canceled"}, "wire_withdrawn"),
        ({"type": "picture", "body_text": "", "body_html": ""}, "wire_not_text"),
        ({"headline": "", "body_text": "", "body_html": ""}, "no_title_no_body"),
    ],
)
def test_what_is_no_article_of_a_wire_says_why(change, code):
    [found] = read_bytes(Ninjs(), ninjs(NINJS_1 | change))
    assert found.note.code == code


def test_an_embargo_that_ends_later_is_the_date():
    [record] = read_bytes(Ninjs(), ninjs(NINJS_1 | {"embargoed": "2017-12-23T10:00:00Z"}))
    assert record.published.value == datetime(2017, 12, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("content", ["", "<newsMessage/>", "<nitf", "<x/>"])
def test_documents_without_items_say_so(content):
    assert [one.note.code for one in read_bytes(NewsMLG2(), content)] == ["wire_empty"]


ENTITIES = {
    "laughs": '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">',
    "quadratic": f'<!ENTITY a "{"a" * 10_000}">',
    "external": '<!ENTITY a SYSTEM "file:///etc/passwd">',
}


@pytest.mark.parametrize("entities", ENTITIES.values(), ids=ENTITIES)
@pytest.mark.parametrize("reader", [NewsMLG2(), Nitf()])
def test_declared_entities_are_refused(reader, entities):
    [found] = read_bytes(reader, f"<!DOCTYPE nitf [{entities}]><nitf>&a;</nitf><newsItem>&a;</newsItem>")
    assert (type(found), found.note.code) == (Rejected, "xml_entities")


def test_each_is_recognised_by_content():
    names = {"newsml-g2": ITEM, "newsml": OLDER, "nitf": NITF, "ninjs": ninjs(NINJS_3)}
    assert {recognise(content.encode(), "x").name: content for content in names.values()} == names


@given(
    st.lists(
        st.sampled_from(
            [
                "<newsItem>",
                "<itemMeta>",
                "</itemMeta>",
                "<contentSet>",
                "<inlineXML>",
                "<p",
                ">",
                "&",
                "<nitf>",
                "<body>",
                "</nitf>",
                "<NewsComponent>",
                "<ContentItem>",
                "<DataContent>",
                "x",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_any_markup_is_read_or_set_aside(text):
    found = [found for reader in (NewsMLG2(), NewsML1(), Nitf()) for found in read_bytes(reader, text)]
    assert all(isinstance(one, Record | Rejected) for one in found)


@given(
    st.dictionaries(
        st.sampled_from([*NINJS_1, *NINJS_3]),
        st.recursive(
            st.text(max_size=5) | st.integers() | st.none(),
            lambda one: (
                st.lists(one, max_size=2)
                | st.dictionaries(st.sampled_from(["name", "value", "role", "contenttype"]), one, max_size=3)
            ),
            max_leaves=5,
        ),
    )
)
def test_any_values_of_ninjs_are_read_or_set_aside(values):
    found = read_bytes(Ninjs(), ninjs(values | {"uri": "x", "pubstatus": "usable"} | values))
    assert all(isinstance(one, Record | Rejected) for one in found)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_set_aside(data):
    for reader, beginning in ((NewsMLG2(), b"<newsItem>"), (Nitf(), b"<nitf>"), (Ninjs(), b'{"uri":"x"},')):
        reader.recognises(data, "x")
        found = [*read_bytes(reader, data), *read_bytes(reader, beginning + data)]
        assert all(isinstance(one, Record | Rejected) for one in found)

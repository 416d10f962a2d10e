import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.formats import recognise
from archive.ingest.readers.trec import Trec
from archive.ingest.records import Record, Rejected
from archive.text.html import plain_text
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, note_codes, read_bytes

DOC = f"""<DOC>
<DOCNO> WADI-1 </DOCNO>
<DATE>21/12/2017</DATE>
<HEADLINE>{TITLE} & غيره</HEADLINE>
<BYLINE>ليلى نصر</BYLINE>
<TEXT>
<P>{PARAGRAPHS[0]}</P>
<P>{PARAGRAPHS[1]}</P>
</TEXT>
</DOC>"""
LDC = f"""<DOC id="WADI_ARB_20171221.0001" type="story" >
<HEADLINE>
{TITLE}
</HEADLINE>
<DATELINE>
بيروت
</DATELINE>
<TEXT>
{PARAGRAPHS[0]}
{PARAGRAPHS[1]}
</TEXT>
</DOC>"""


def read(text: str | bytes) -> list:
    return read_bytes(Trec(), text)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1256", "utf-16"])
def test_many_documents_of_both_kinds(encoding):
    first, second = read(f"{DOC}\n\n{LDC}\n".encode(encoding))
    body = f"<p>{PARAGRAPHS[0]}</p>\n<p>{PARAGRAPHS[1]}</p>"
    assert (first.title, first.external_id, first.authors) == (f"{TITLE} & غيره", "WADI-1", ("ليلى نصر",))
    assert (first.published.value.isoformat(), first.body, first.notes) == ("2017-12-21T00:00:00", body, [])
    assert (second.title, second.external_id, second.place) == (TITLE, "WADI_ARB_20171221.0001", "بيروت")
    # The identity's date is no date of the article's.
    assert (second.published, second.body) == (None, body)


def test_the_capture_is_the_documents_own_bytes():
    assert [record.raw.decode() for record in read(f"{DOC}\n{LDC}")] == [DOC, LDC]


def test_a_body_around_headline_and_text_is_not_the_text():
    """The agencies' stories of the LDC."""
    [record] = read(
        f"<DOC>\n<DOCNO> 1 </DOCNO>\n<HEADER> عام </HEADER>\n<BODY>\n<HEADLINE> {TITLE} </HEADLINE>\n"
        f"<DATELINE> الرباط 1-12 (وكالة) - </DATELINE><TEXT>\n<P> {PARAGRAPHS[0]} </P>\n</TEXT>\n"
        "<FOOTER> تم </FOOTER>\n</BODY>\n<TRAILER> 131200 </TRAILER>\n</DOC>"
    )
    assert (record.title, record.place, record.notes) == (TITLE, "الرباط", [])
    assert plain_text(record.body) == PARAGRAPHS[0]


def test_a_body_with_nothing_around_it_is_the_text():
    [record] = read(f"<DOC><DOCNO>1</DOCNO><TITLE>{TITLE}</TITLE><BODY>{PARAGRAPHS[0]}</BODY></DOC>")
    assert (record.title, record.body) == (TITLE, f"<p>{PARAGRAPHS[0]}</p>")


def test_without_a_text_what_is_in_no_other_field_is_it():
    [record] = read(f"<DOC><DOCNO>1</DOCNO><TITLE>{TITLE}</TITLE>\n{PARAGRAPHS[0]}\n</DOC>")
    assert record.body == f"<p>{PARAGRAPHS[0]}</p>"


def test_closing_tags_left_out_and_an_end_too_early():
    found = read(f"<DOC><DOCNO>1<TITLE>{TITLE}<TEXT>{PARAGRAPHS[0]}\n</DOC><DOC><TITLE>آخر</TITLE><TEXT>نص")
    assert [(one.title, one.body) for one in found] == [(TITLE, f"<p>{PARAGRAPHS[0]}</p>"), ("آخر", "<p>نص</p>")]
    assert note_codes(found[1]) == ["xml_cut_short"]


def test_recognised_by_content():
    assert [recognise(text.encode(), "x").name for text in (DOC, LDC, f"<root>\n{DOC}")] == ["trec"] * 3
    assert not Trec().recognises(b"<html><doc>", "x")
    assert [one.note.code for one in read("x")] == ["trec_empty"]


@given(
    st.lists(
        st.sampled_from(["<DOC>", "</DOC>", "<TEXT>", "</TEXT>", "<DOCNO>", "<", ">", "x", "<TITLE "]), max_size=14
    ).map("".join)
)
def test_any_markup_is_read_or_set_aside(text):
    assert all(isinstance(one, Record | Rejected) for one in read(text))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_set_aside(data):
    assert all(isinstance(one, Record | Rejected) for one in [*read(data), *read(b"<DOC>" + data)])

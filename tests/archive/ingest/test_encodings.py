import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.encodings import decode
from archive.ingest.records import UnreadableInputError
from tests.archive.ingest.pages import PARAGRAPHS

TEXT = "\n".join(PARAGRAPHS).replace("،", ",")


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1256", "cp1256"),
        ("iso8859-6", "iso8859-6"),
    ],
)
def test_arabic_is_read_in_every_encoding(codec, name):
    assert decode(TEXT.encode(codec)) == (TEXT, name, [])


def test_vocalised_windows_1256():
    text = "إِنَّ الكِتَابَ مَفْتُوحٌ عَلَى الطَّاوِلَةِ"
    assert decode(text.encode("cp1256"))[:2] == (text, "cp1256")


def test_damaged_utf8_stays_utf8_and_is_told():
    data = TEXT.encode() + b"\xd8"
    decoded = decode(data)
    assert (decoded.text, [note.code for note in decoded.notes]) == (f"{TEXT}\ufffd", ["broken_bytes"])


def test_mojibake_is_named():
    assert [note.code for note in decode(TEXT.encode().decode("cp1252", "replace").encode()).notes][-1] == "mojibake"


def test_binary_data_is_no_text():
    with pytest.raises(UnreadableInputError) as caught:
        decode(bytes(range(256)) * 8)
    assert caught.value.note.code == "not_text"


@given(st.binary(max_size=300))
def test_only_one_error_is_ever_raised(data):
    try:
        decode(data)
    except UnreadableInputError as problem:
        assert problem.note.code == "not_text"

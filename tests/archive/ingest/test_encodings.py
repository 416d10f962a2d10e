import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.encodings import decode, decode_html, repair_mojibake
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
    assert decode(text.encode("cp1256")) == (text, "cp1256", [])


def test_damaged_utf8_stays_utf8_and_is_told():
    data = TEXT.encode() + b"\xd8"
    decoded = decode(data)
    assert (decoded.text, [note.code for note in decoded.notes]) == (f"{TEXT}\ufffd", ["broken_bytes"])


def test_mojibake_is_named():
    assert [note.code for note in decode(TEXT.encode().decode("cp1252", "replace").encode()).notes][-1] == "mojibake"


def _misread(text: str, encoding: str) -> str:
    """TEXT as a browser shows its UTF-8 when it is told that it is ENCODING."""
    return "".join(
        bytes([byte]).decode(encoding) if bytes([byte]).decode(encoding, "ignore") else chr(byte)
        for byte in text.encode()
    )


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("koi8-r", "Вчера совет рассмотрел план дорог и принял его после долгого спора"),
        ("windows-1255", "המועצה דנה אתמול בתוכנית הדרכים ואישרה אותה לאחר ויכוח ארוך מאוד"),
        (
            "euc-jp",
            "市議会は昨日、長い議論の末に道路計画を承認した。工事は来月に始まる予定である。市長が述べた。" * 2,
        ),
    ],
)
def test_what_is_in_no_arabic_encoding_is_named(codec, text):
    assert [note.code for note in decode(text.encode(codec)).notes if note.code != "broken_bytes"] == ["mojibake"]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1256"])
@pytest.mark.parametrize("times", [1, 2])
def test_text_read_in_the_wrong_encoding_before_is_put_right(encoding, times):
    spoilt = TEXT
    for _time in range(times):
        spoilt = _misread(spoilt, encoding)
    # A headline that was spared stays as it is.
    decoded = decode(f"نقابة المزارعين\n{spoilt}".encode())
    assert decoded.text == f"نقابة المزارعين\n{TEXT}"
    assert [note.code for note in decoded.notes] == ["mojibake_repaired"]


@pytest.mark.parametrize("text", [TEXT, "Ø§ ظ„ ط§", "naïve café — «نص»", "حفظ، لفظ؛ خط… «حظ»"])
def test_text_that_was_meant_so_is_left_alone(text):
    assert repair_mojibake(text) == (text, 0)


PAGE = "<html><head>{}<title>نقابة المزارعين</title>" + "<!-- x -->" * 9000 + "</head><body>{}</body></html>"


@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1", "windows-1256", "iso-8859-6", "nonsense", "utf-16"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256", "iso8859-6"])
def test_a_page_is_read_in_its_encoding_whatever_it_declares(codec, declared):
    page = PAGE.format(
        f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else "", TEXT
    )
    decoded = decode_html(page.encode(codec))
    assert decoded.text == page
    assert {note.code for note in decoded.notes} <= {"encoding_declared_wrongly"}


def test_what_the_server_says_decides_where_the_letters_do_not():
    page = "<p>Première page à lire</p>".encode("latin-1")
    assert decode_html(page, "iso-8859-1")[:2] == ("<p>Première page à lire</p>", "cp1252")


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

import pytest

from archive.ingest.leftovers import without_code, without_end
from archive.ingest.records import Dropped
from tests.archive.ingest.pages import PARAGRAPHS, read_lines

STYLE = "#vote ul { padding: 0; } .vote h4 { background: url(/a.png); color: #7b7a7a; }"
SCRIPT = "$(document).ready(function(){ $('#vote').html('انتظر'); return false; });"
FIRST, SECOND = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:2])


def test_styles_and_scripts_in_a_plain_text_are_left_out():
    text, dropped = without_code(f"ما رأيك؟. {STYLE} {SCRIPT} نعم. لا.")
    assert (text, dropped) == ("ما رأيك؟.  نعم. لا.", [Dropped("code", f"{STYLE} {SCRIPT}")])


@pytest.mark.parametrize(
    "text",
    [
        PARAGRAPHS[0],
        "قال: {الآية} وقال: {الآية الثانية} ثم {الثالثة}.",
        "The ministry said {sic} that it would pay; the union {which} asked for more. "
        + "Nobody has answered them. " * 9,
    ],
)
def test_braces_in_a_text_are_text(text):
    assert without_code(text) == (text, [])


@pytest.mark.parametrize(
    ("end", "marks"),
    [
        ("\n<p>// انتهى //</p>", ["// انتهى //"]),
        ("\n<p>***</p>\n<p>انتهى</p>", ["انتهى", "***"]),
        (
            '\n<p>ظهرت المقالة <a href="https://wadi.example/1">عنوان</a> أولاً على <a href="https://wadi.example">الوادي</a>.</p>',
            ["ظهرت المقالة عنوان أولاً على الوادي."],
        ),
        ("\n<p>The post x appeared first on y.</p>", ["The post x appeared first on y."]),
        ("\n<p>انتهى الاجتماع من دون اتفاق.</p>", []),
    ],
)
def test_marks_of_the_end_are_left_out(end, marks):
    body, dropped = without_end(f"{FIRST}{end}")
    assert [line.text for line in dropped] == marks
    assert (body == FIRST) is bool(marks)


def test_a_mark_within_the_last_paragraph():
    body, dropped = without_end(f"{FIRST}\n{SECOND[:-4]} // انتهى //</p>")
    assert (body, dropped) == (f"{FIRST}\n{SECOND}", [Dropped("end_mark", "// انتهى //")])


def test_what_is_all_there_is_stays():
    assert without_end("<p>انتهى</p>") == ("<p>انتهى</p>", [])


def test_a_record_without_leftovers():
    [record] = read_lines({"title": "عنوان", "body": f"{PARAGRAPHS[0]}\n{STYLE}\n// انتهى //"})
    assert record.body == FIRST
    assert [line.code for line in record.dropped] == ["code", "end_mark"]

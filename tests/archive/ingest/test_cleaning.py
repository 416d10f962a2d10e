import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.cleaning import (
    MAX_TITLE_CHARS,
    body_html,
    fitting_title,
    join_wrapped,
    left_out_markup,
    repair_text,
    single_line,
    title_from_text,
)
from archive.ingest.markup import MAX_LOST_CHARS
from archive.ingest.records import Dropped
from archive.text.html import clean_html
from tests.archive.ingest.pages import PARAGRAPHS


@pytest.mark.parametrize(
    ("received", "repaired"),
    [
        ("ﻻﺳﺘﺮﺍﺗﻴﺠﻲ", "لاستراتيجي"),
        ("محمد ﷺ", "محمد ﷺ"),
        ("كﹶتب", "كَتب"),
        ("\u202bإخراج\u202c \u200fنص\u200e", "إخراج نص"),
        ("1438ه\u200d.", "1438هـ."),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("سطر\x1a\x00 آخر", "سطر آخر"),
        ("نص\ud800 سليم", "نص سليم"),
        ("&quot;قول&quot; &amp;quot;آخر&amp;quot; &#1575;", '"قول" "آخر" ا'),
        ("R&D 5 < 6 & 7", "R&D 5 < 6 & 7"),
        ("سطر\u2028آخر\r\nثالث\xa0هنا", "سطر\nآخر\nثالث هنا"),
    ],
)
def test_characters_are_repaired(received, repaired):
    assert repair_text(received) == repaired


def test_lines_become_paragraphs_escaped():
    assert body_html("أول\n\n ثان <3 & \n") == "<p>أول</p>\n<p>ثان &lt;3 &amp;</p>"


def test_html_bodies_are_cleaned():
    received = (
        "<div>أول<script>alert(1)</script></div><div onclick='x'>ثان <b>مهم</b>&nbsp;&#8207;نص</div>ثالث<br><br>رابع"
    )
    assert body_html(received) == "<p>أول</p>\n<p>ثان <strong>مهم</strong> نص</p>\n<p>ثالث</p>\n<p>رابع</p>"


def test_escaped_html_is_html():
    assert body_html("&lt;p&gt;أول&lt;/p&gt;&lt;p&gt;ثان&lt;/p&gt;") == "<p>أول</p><p>ثان</p>".replace("><", ">\n<")


@pytest.mark.parametrize(
    ("received", "body"),
    [
        ("متر<sup>2</sup>", "<p>متر<sup>2</sup></p>"),
        ("<small>هامش</small>", "<p>هامش</p>"),
        ("<code>أول</code> ثان", "<p>أول ثان</p>"),
        ('قبل<frameset rows="*"><frame src="http://x.example"></frameset> بعد', "<p>قبل بعد</p>"),
        ("<math><mi>x</mi></math> نص", "<p>نص</p>"),
    ],
)
def test_any_element_is_markup_and_none_stands_in_the_text(received, body):
    assert body_html(received) == body


def test_what_cleaning_leaves_out_is_told():
    received = (
        "<div class='x'>أول <span>نص</span> <span>آخر</span><script>alert(1)</script><img src='http://wadi.example/1.jpg' alt='صورة'>"
        "</div><p style='color:red' onclick='x()'><a href='javascript:y()'>رابط</a></p><!-- ملاحظة --><iframe src='//v.example'>"
        "<p>بديل</p></iframe><br>"
    )
    assert left_out_markup(received) == [
        Dropped("element_with_text", "script ×1: alert(1)"),
        Dropped("element", "img ×1: http://wadi.example/1.jpg صورة"),
        Dropped("element_with_text", "iframe ×1: //v.example بديل"),
        Dropped("element", "span ×2"),
        Dropped("attribute", "class ×1, style ×1, onclick ×1, href ×1"),
        Dropped("markup_comment", "<!-- --> ×1: ملاحظة"),
    ]


@pytest.mark.parametrize("received", ["نص < نص & نص", "<p>أول</p><h1>ثان</h1><div>ثالث <b>مهم</b></div>"])
def test_what_is_kept_is_not_told(received):
    assert left_out_markup(received) == []


def test_long_losses_are_cut():
    [script] = left_out_markup(f"<p>نص</p><script>{'x' * 1000}</script>")
    assert script.text == f"script ×1: {'x' * MAX_LOST_CHARS}…"


def test_lists_and_tables_stay():
    html = "<ul><li>أول</li><li>ثان</li></ul>"
    assert body_html(html) == html


@given(st.text(max_size=200) | st.text(alphabet="<>/pdivb rscript&;='\"\n اب", max_size=200))
def test_bodies_come_out_clean_whatever_came(text):
    html = body_html(text)
    assert clean_html(html) == html.strip()


@pytest.mark.parametrize("width", [45, 60, 72, 100])
def test_wrapped_lines_are_joined(width):
    lines = []
    for paragraph in (" ".join(PARAGRAPHS), " ".join(reversed(PARAGRAPHS))):
        lines += [*textwrap.wrap(paragraph, width), ""]
    assert join_wrapped(lines) == [" ".join(PARAGRAPHS), " ".join(reversed(PARAGRAPHS))]


def test_lines_of_their_own_are_not_joined():
    assert join_wrapped(list(PARAGRAPHS)) == list(PARAGRAPHS)


def test_titles_are_single_lines_of_text():
    assert single_line(" <b>عنوان</b>\n &quot;آخر&quot; ") == 'عنوان "آخر"'


def test_a_missing_title_is_taken_from_the_text_and_told():
    title, body, notes = fitting_title("", f"<p>{PARAGRAPHS[0]} {PARAGRAPHS[1]}</p>")
    assert (title, [note.code for note in notes]) == (PARAGRAPHS[0].rstrip("."), ["title_from_text"])
    assert body == f"<p>{PARAGRAPHS[0]} {PARAGRAPHS[1]}</p>"


def test_a_long_first_line_is_cut_between_words():
    title = title_from_text("كلمة " * 100)
    assert (len(title) <= 120, title.endswith("كلمة…")) == (True, True)


def test_too_long_a_title_is_kept_whole_in_the_text():
    long_title = "كلمة " * 200
    title, body, notes = fitting_title(long_title.strip(), "<p>نص</p>")
    assert (len(title) <= MAX_TITLE_CHARS, [note.code for note in notes]) == (True, ["title_cut"])
    assert body == f"<p>{long_title.strip()}</p>\n<p>نص</p>"

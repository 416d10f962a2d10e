"""Article bodies: what may be in them, their plain text, and the way back from its offsets."""

import re
from html import unescape

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.text.html import ALLOWED_TAGS, Range, clean_html, paragraphs_html, plain_text, wrap_ranges
from tests.archive.text.strategies import arabic_text

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<p onclick=alert(1) style='x:expression(alert(1))'>",
    "<a href='javascript:alert(1)'>",
    "<a href=' java\nscript&colon;alert(1)'>",
    "<a href='&#106;avascript:alert(1)'>",
    "<a href='data:text/html,<script>alert(1)</script>'>",
    "<a href='vbscript:x'>",
    "<svg><style><a id='</style><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src onerror=alert(1)&gt;'>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<form action=//evil.example><button formaction=javascript:alert(1)>x</button></form>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<td background=javascript:alert(1)>",
    "<b <script>alert(1)</script>>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<a href='http://x.example/<table><img src=x onerror=alert(1)>'>",
    "<bdi lang='\"><img src=x onerror=alert(1)>'>",
    "<p title='</xmp><img src=x onerror=alert(1)>' lang=en>",
]
SAFE_ATTRIBUTES = {
    ("a", "href"),
    ("a", "rel"),
    ("bdi", "lang"),
    ("th", "scope"),
    *((cell, span) for cell in ("th", "td") for span in ("colspan", "rowspan")),
}


def elements(html):
    """Every element that a browser would make of HTML, with its attributes."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return [(element.tag, dict(element.attrib)) for element in tree.iter() if element is not tree]


def assert_harmless(html):
    for tag, attributes in elements(html):
        assert tag in ALLOWED_TAGS, html
        assert {(tag, name) for name in attributes} <= SAFE_ATTRIBUTES, html
        assert re.match(r"(?:https?:|mailto:|(?![a-z+.-]*:))", attributes.get("href", "").lower().strip()), html


# --- Cleaning ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_could_act_survives(hostile):
    for html in (hostile, f"<p>قبل{hostile}بعد</p>", f"<table><tr><td>{hostile}", f"<ul><li><a href='{hostile}'>نص"):
        assert_harmless(clean_html(html))


@given(st.lists(st.sampled_from(HOSTILE) | arabic_text(5) | st.sampled_from("<>&\"'=/ "), max_size=6).map("".join))
@settings(deadline=None, max_examples=150)
def test_no_mixture_of_tricks_survives(html):
    cleaned = clean_html(html)

    assert_harmless(cleaned)
    assert clean_html(cleaned) == cleaned


def test_the_vocabulary_is_kept_and_synonyms_are_translated():
    body = (
        "<h2>عنوان</h2><p>نص <strong>مهم</strong> و<em>مائل</em> H<sub>2</sub>O<br>سطر</p><hr>"
        "<blockquote><p>قول</p></blockquote><ul><li>أول</li></ul><ol><li>ثان</li></ol>"
        '<table><caption>جدول</caption><thead><tr><th scope="col" colspan="2">أ</th></tr></thead>'
        '<tbody><tr><td rowspan="2">ب</td><td>ج</td></tr></tbody></table>'
        '<figure><figcaption><a href="https://x.example/1.jpg" rel="noopener nofollow">صورة</a></figcaption></figure>'
    )

    assert clean_html(body) == body
    assert clean_html("<H1>أ</H1><b>ب</b><I>ج</I><h5>د</h5><B class=x>ه</B>") == (
        "<h2>أ</h2><strong>ب</strong><em>ج</em><h3>د</h3><strong>ه</strong>"
    )


def test_unknown_tags_go_and_their_text_stays():
    assert clean_html("<div><font color=red>نص</font> <span>آخر</span></div>") == "نص آخر"


def test_links_are_kept_where_they_lead_somewhere():
    assert clean_html('<a href="https://example.org/?a=1&amp;b=2" target="_blank">هنا</a>') == (
        '<a href="https://example.org/?a=1&amp;b=2" rel="noopener nofollow">هنا</a>'
    )
    assert (
        clean_html('<a href="/archive/2017/">هنا</a>') == '<a href="/archive/2017/" rel="noopener nofollow">هنا</a>'
    )


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ('<a href="ftp://example.org">هنا</a>', "هنا"),
        ('<a name="top">هنا</a> و<a href="/x">هناك</a>', 'هنا و<a href="/x" rel="noopener nofollow">هناك</a>'),
        ('<p><a title="> href=">أ</a></p>', "<p>أ</p>"),
        (
            '<a><table><tr><td><a href="/x">هناك</a></td></tr></table>هنا</a>',
            '<table><tbody><tr><td><a href="/x" rel="noopener nofollow">هناك</a></td></tr></tbody></table>هنا',
        ),
    ],
)
def test_links_that_lead_nowhere_go_and_their_text_stays(html, cleaned):
    assert clean_html(html) == cleaned
    assert clean_html(cleaned) == cleaned


def test_control_characters_and_broken_surrogates_go():
    assert clean_html("<p>أ\x00ب\x07ج\x1bد\x9fه\ud800و\udfffز</p>") == "<p>أبجدهوز</p>"


def test_an_angle_bracket_in_an_attribute_stays_escaped():
    """`archive.reading.body_html` wraps tables by their tag, which therefore must not occur inside an attribute."""
    assert clean_html('<a href="http://x.example/<table>">نص</a>').count("<table>") == 0


def test_deep_nesting_does_no_harm():
    assert plain_text(clean_html("<em>" * 20_000 + "نص")) == "نص"


# --- Plain text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>أول</p>\n<p>ثان</p>", "أول\nثان"),
        ("<p>  مسافات \n\t كثيرة&nbsp;هنا </p>", "مسافات كثيرة هنا"),
        ("<p>كلمة<strong>ملتصقة</strong></p>", "كلمةملتصقة"),
        ("<p>كلمة <strong> منفصلة </strong> هنا</p>", "كلمة منفصلة هنا"),
        ("أ<br>ب<hr>ج", "أ\nب\nج"),
        (
            "<table><tr><th>البلد</th><th>الذهب</th></tr><tr><td>مصر</td><td>٣</td></tr></table>",
            "البلد\tالذهب\nمصر\t٣",
        ),
        ("<ul><li>أول</li><li><p>ثان</p></li></ul>بعد", "أول\nثان\nبعد"),
        ("<p>&lt;script&gt; &amp;amp; &#1583;</p>", "<script> &amp; د"),
        ("<p></p><p> </p>", ""),
        ("", ""),
        ("نص بلا وسوم", "نص بلا وسوم"),
        ("<p>أ</p> \n <p><em>ب</em></p>", "أ\nب"),
        ("<figure><table><tr><td>أ</td></tr></table><figcaption>ب</figcaption></figure>ج", "أ\nب\nج"),
    ],
)
def test_blocks_stand_on_lines_of_their_own(html, text):
    assert plain_text(html) == text


def test_paragraphs_come_back_as_they_were():
    paragraphs = ["قال: «2 < 3 & 5 > 4».", '<b>ليس وسماً</b> "هنا"']

    assert plain_text(clean_html(paragraphs_html(paragraphs))) == "\n".join(paragraphs)


@given(st.recursive(arabic_text(4).map(lambda text: text.replace("<", "&lt;")), lambda inner: st.builds(
    lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
    st.sampled_from(["p", "em", "strong", "li", "ul", "td", "tr", "table", "blockquote", "figure", "figcaption", "a href='/x'", "h2"]),
    st.lists(inner, max_size=4),
), max_leaves=8))  # fmt: skip
@settings(deadline=None, max_examples=150)
def test_plain_text_holds_every_word_of_what_a_browser_shows(html):
    cleaned = clean_html(html)
    text = plain_text(cleaned)
    shown = "".join(html5lib.parseFragment(cleaned, namespaceHTMLElements=False).itertext())

    assert "".join(text.split()) == "".join(shown.split())
    assert text == text.strip("\n ")
    assert not re.search(r"  | \n|\n |\n\n|[^\S \n\t]", text)


# --- Ranges ------------------------------------------------------------------------------------------------------

MARK = ("<mark>", "</mark>")
BODY = (
    '<p>أعلن <strong>دي ميستورا</strong> أن &amp; <a href="/x">جولة جنيف</a> تبدأ.</p>\n'
    "<table><tr><td>سوريا</td><td>لبنان</td></tr></table><p>انتهى.</p>"
)


def range_of(text, words, opening="<mark>", closing="</mark>"):
    start = text.index(words)
    return Range(start, start + len(words), opening, closing)


def test_ranges_are_wrapped_where_they_stand():
    body = clean_html(BODY)
    text = plain_text(body)

    marked = wrap_ranges(body, [range_of(text, words) for words in ("لبنان", "ميستورا", "& ", "أعلن", "انتهى.")])

    assert marked == (
        "<p><mark>أعلن</mark> <strong>دي <mark>ميستورا</mark></strong> أن <mark>&amp; </mark>"
        '<a href="/x" rel="noopener nofollow">جولة جنيف</a> تبدأ.</p>'
        "<table><tbody><tr><td>سوريا</td><td><mark>لبنان</mark></td></tr></tbody></table><p><mark>انتهى.</mark></p>"
    )


@pytest.mark.parametrize(
    "words", ["جنيف", "أعلن دي", "دي ميستورا أن", "سوريا\tلبنان", "لبنان\nانتهى", "تبدأ.\nسوريا"]
)
def test_a_range_in_a_link_or_over_a_border_is_left_out(words):
    body = clean_html(BODY)

    assert wrap_ranges(body, [range_of(plain_text(body), words)]) == wrap_ranges(body, [])


def test_of_overlapping_ranges_the_first_and_longest_stands():
    assert wrap_ranges(
        "<p>الأمم المتحدة اليوم</p>", [Range(5, 18, *MARK), Range(0, 4, *MARK), Range(0, 12, *MARK)]
    ) == ("<p><mark>الأمم المتحد</mark>ة اليوم</p>")


@pytest.mark.parametrize("wrong", [(-3, 2), (40, 50), (2, 400), (3, 3), (4, 1)])
def test_offsets_outside_the_text_or_without_length_are_left_out(wrong):
    assert wrap_ranges("<p>نص قصير</p>", [Range(*wrong, *MARK)]) == "<p>نص قصير</p>"


@st.composite
def body_with_ranges(draw):
    inline = st.recursive(
        arabic_text(5).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
        lambda inner: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
            st.sampled_from(["em", "strong", "sub", "bdi lang='en'", "a href='/x?a=1&amp;b=2'"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=5,
    )
    blocks = st.builds(
        "{0}{1}{2}{1}{3}".format,
        st.sampled_from(["<p>", "<ul><li>", "<table><tr><td>", "<blockquote><p>", "<h2>", ""]),
        st.sampled_from(["", " ", "\n  "]),
        inline,
        st.sampled_from(["</p>", "</td><td>x</td></tr></table>", "<br>", "", "</ul>"]),
    )
    body = clean_html("".join(draw(st.lists(blocks, min_size=1, max_size=4))))
    length = len(plain_text(body))
    offsets = st.integers(-2, length + 3)
    return body, [Range(start, start + size, *MARK) for start, size in draw(
        st.lists(st.tuples(offsets, st.integers(-1, 12)), max_size=8))]  # fmt: skip


@given(body_with_ranges())
@settings(deadline=None, max_examples=100)
def test_wrapping_changes_no_text_and_breaks_no_nesting(case):
    body, ranges = case
    text = plain_text(body)
    marked = wrap_ranges(body, ranges)

    assert plain_text(marked) == text
    # A browser makes the same elements of it, and the marks besides.
    assert [found for found in elements(marked) if found[0] != "mark"] == elements(body)
    marks = re.findall(r"<mark>(.*?)</mark>", marked, re.DOTALL)
    assert len(marks) == marked.count("<mark>") == marked.count("</mark>")
    assert {unescape(mark) for mark in marks} <= {
        text[found.start : found.end] for found in ranges if found.start >= 0
    }
    assert re.sub("</?mark>", "", marked) == wrap_ranges(body, [])


@settings(max_examples=200)
@given(st.lists(st.tuples(arabic_text(), st.sampled_from(["", "\n", " \n"])), max_size=4))
def test_paragraphs_alone_have_the_text_that_the_parser_finds_in_them(paragraphs):
    html = "".join(paragraphs_html([text]) + between for text, between in paragraphs)
    # Markup without text, which no reading but the parser's understands.
    assert plain_text(html) == plain_text(html + "<em></em>")


def test_of_a_group_only_the_first_that_can_be_wrapped_is():
    body = '<h2>جنيف</h2>\n<p><a href="/x">جنيف</a> و«جنيف» وجنيف</p>'
    text = plain_text(body)
    places = [Range(found.start(), found.end(), *MARK, group=1) for found in re.finditer("جنيف", text)]

    marked = wrap_ranges(body, places, spared=frozenset({"a", "h2"}))

    assert marked == '<h2>جنيف</h2><p><a href="/x">جنيف</a> و«<mark>جنيف</mark>» وجنيف</p>'

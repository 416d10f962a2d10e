from html.parser import HTMLParser

import pytest

from archive.text.html import clean_html, plain_text
from archive.text.nesting import FEW_TAGS, MAX_DEPTH, shallow


class Depth(HTMLParser):
    """The greatest number of elements open at once in well-nested HTML."""

    deepest = depth = 0

    def handle_starttag(self, tag, attrs):
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag):
        self.depth -= 1


def depth_of(html: str) -> int:
    reader = Depth()
    reader.feed(html)
    return reader.deepest


@pytest.mark.parametrize(
    "repeated",
    [
        "<figure>x",
        "<span>x",
        "<blockquote><p>x</p>",
        "<div><table></div></table>x",
        "<blockquote><em></blockquote></x>x",
        '<blockquote title="</blockquote>">x',
        '<em "><blockquote>x</em><em ">',
        "<blockquote><!-- </blockquote> -->x",
        "<!--><blockquote>x",
        "<ul><li>x",
    ],
)
def test_no_way_of_opening_elements_nests_them_without_end(repeated):
    # Were it so, this would take hours.
    html = repeated * 100_000
    assert plain_text(clean_html(html)).count("x") == 100_000
    # A paragraph, an item and the like do not nest by themselves.
    assert depth_of(clean_html(repeated * (FEW_TAGS + 1))) <= 2 * MAX_DEPTH


def test_elements_that_are_closed_stay_whatever_their_number():
    table = "<table>" + "<tr><td>س<br>ع</td><td colspan=2>&lt;b&gt;</td></tr>" * 1_000 + "</table>"
    body = f"{table}<p>كتب<p>محمد<ul><li>أ<li>ب</ul><a href='https://wadi.example/?a=1&amp;b=2'>رابط</a>" * 20
    assert clean_html(shallow(body)) == clean_html(body)
    kept = clean_html(body)
    assert (kept.count("<td>س<br>ع</td>"), kept.count('<td colspan="2">&lt;b&gt;</td>')) == (20_000, 20_000)
    assert kept.count('href="https://wadi.example/?a=1&amp;b=2"') == 20


def test_what_stands_after_elements_that_nest_too_deep_is_not_in_them():
    html = "<blockquote>" * 5_000 + "x" + "</blockquote>" * 5_000 + "<h2>y</h2>"
    opening, closing = "<blockquote>" * MAX_DEPTH, "</blockquote>" * MAX_DEPTH
    assert clean_html(html).replace(" ", "") == f"{opening}x{closing}<h2>y</h2>"


def test_words_stay_apart_where_what_stood_between_them_is_left_out():
    html = "<blockquote>" * 5_000 + "<h2>أ</h2><div>ب</div><em>ت</em>ث"
    assert plain_text(clean_html(html)).split() == ["أ", "ب", "تث"]


def test_html_of_few_tags_is_left_as_it_is():
    html = "<blockquote>" * FEW_TAGS
    assert shallow(html) is html
    assert shallow(html + "<p>") != html + "<p>"

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.addresses import is_one_page, normalise_url


@pytest.mark.parametrize(
    "url",
    [
        "http://paper.example/خبر/١?q=نص",
        "HTTP://Paper.Example:80/%D8%AE%D8%A8%D8%B1/%d9%a1?q=%D9%86%D8%B5#top",
        " http://paper.example/خبر/١?utm_source=x&q=نص&fbclid=1&at_medium=RSS ",
    ],
)
def test_one_spelling_for_every_address(url):
    assert normalise_url(url) == "http://paper.example/خبر/١?q=نص"


def test_escapes_that_are_not_utf8_stay():
    assert normalise_url("http://paper.example/%e3%df%2f%41") == "http://paper.example/%E3%DF%2F%41"


def test_spaces_and_hidden_marks_are_escaped():
    assert normalise_url("http://paper.example/ال خبر\u200f") == "http://paper.example/ال%20خبر%E2%80%8F"


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "ftp://paper.example/x", "http://", "http://[::1", "/path", "http://user@paper.example/",
            "http://paper.example/" + "x" * 3000, "http://paper.example:99999/"]
)  # fmt: skip
def test_other_addresses_are_none(url):
    assert normalise_url(url) == ""


def test_a_front_page_is_not_one_page():
    assert [is_one_page(normalise_url(url)) for url in ("http://paper.example", "http://paper.example/?p=3")] == [
        False,
        True,
    ]


@given(st.text(max_size=80).map("http://paper.example/{}".format))
def test_normalising_twice_changes_nothing(url):
    once = normalise_url(url)
    assert normalise_url(once) == once

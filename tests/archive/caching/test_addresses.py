from types import SimpleNamespace

import pytest

from archive.caching.addresses import MAX_KEYS_CHARS, kinds_of, surrogate_keys


def match(name: str, **kwargs) -> SimpleNamespace:
    return SimpleNamespace(view_name=name, kwargs=kwargs)


@pytest.mark.parametrize(
    ("name", "has_query", "kinds"),
    [
        ("archive:front", False, {"chrome", "articles"}),
        ("archive:section-detail", False, {"chrome", "articles"}),
        ("archive:article-detail", False, {"chrome", "articles", "names"}),
        ("archive:entity-detail", False, {"chrome", "articles", "names"}),
        ("archive:entity-detail", True, {"chrome", "articles", "names", "search"}),
        ("archive:search", False, {"chrome", "articles", "names", "search"}),
        ("api:article", False, {"chrome", "articles", "names", "search"}),
        ("archive:statistics-detail", False, {"chrome", "articles", "statistics"}),
    ],
)
def test_pages_are_made_of_some_kinds(name, has_query, kinds):
    assert set(kinds_of(match(name), has_query=has_query)) == kinds


def test_a_page_is_known_by_all_that_it_leads_to():
    body = b'<a href="/article/12/x/">1</a> <a href="http://a.example/entity/7/y/">2</a> <a href="/story/3/z/">3</a>'
    keys = surrogate_keys(match("archive:article-detail", pk=5), body, ("chrome", "articles", "names"), [])
    assert keys == "all chrome article-5 article-12 entity-7 story-3"


def test_a_page_of_very_many_links_is_known_by_its_kinds_alone():
    body = b" ".join(b"/article/%d/x/" % number for number in range(10_000, 12_000))
    keys = surrogate_keys(match("archive:article-detail", pk=5), body, ("chrome", "articles"), [])
    assert keys == "all chrome articles"
    assert len(keys) <= MAX_KEYS_CHARS

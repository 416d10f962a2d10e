from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import resolve

from archive.caching import addresses as module
from archive.caching.addresses import MAX_KEYS_CHARS, kinds_of, surrogate_keys
from archive.page_cache import NO_PAGE
from archive.urls import urlpatterns
from tests.archive.test_visibility import addresses, newsroom  # noqa: F401 - the fixture


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
        ("api:datasets", True, {"chrome", "statistics"}),
        ("archive:statistics-index", False, {"chrome", "statistics"}),
        ("archive:statistics-csv", True, {"chrome", "statistics"}),
        ("archive:statistics-detail", False, {"chrome", "articles", "names", "search", "statistics"}),
        ("archive:statistics-detail", True, {"chrome", "articles", "names", "search", "statistics"}),
        ("archive:section-json", False, {"chrome", "articles"}),
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


def test_of_every_address_it_is_said_once_what_its_page_is_made_of_or_that_it_is_not_kept():
    said = [*(name for names in module.MADE_OF.values() for name in names), *module.NEVER_KEPT]
    assert sorted(said) == sorted(pattern.name for pattern in urlpatterns)


def test_those_that_are_not_kept_are_those_said_to_be(newsroom, db):  # noqa: F811
    reader = Client()
    kept = set()
    for walked in addresses(newsroom).values():
        for address in walked:
            response = reader.get(address)
            # A second is for what is gone or moved.
            if "s-maxage" in response.headers.get("Cache-Control", "").replace(NO_PAGE, ""):
                kept.add(resolve(response.wsgi_request.path).view_name)
    assert kept & {f"archive:{name}" for name in module.NEVER_KEPT} == set()

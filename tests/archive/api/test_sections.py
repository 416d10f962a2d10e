"""The API's sections and sources."""

import pytest

from tests.factories import ArticleFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db


def test_sections_in_order_with_what_is_published(client):
    second = SectionFactory(name="رياضة", slug="رياضة", position=2)
    first = SectionFactory(name="سياسة", name_latin="Politics", slug="سياسة", position=1)
    ArticleFactory(section=first)
    ArticleFactory(section=first, draft=True)
    answer = client.get("/api/v1/sections", headers={"Accept-Language": "en"}).json()
    assert answer == {
        "results": [
            {
                "slug": "سياسة",
                "name": "سياسة",
                "name_latin": "Politics",
                "description": "",
                "description_latin": "",
                "url": first.get_absolute_url(),
                "article_count": 1,
            },
            {
                "slug": "رياضة",
                "name": "رياضة",
                "name_latin": "",
                "description": "",
                "description_latin": "",
                "url": second.get_absolute_url(),
                "article_count": 0,
            },
        ]
    }


def test_sources_with_what_is_published(client):
    source = SourceFactory(name="الميناء", slug="الميناء", url="https://example.org/")
    ArticleFactory(source=source)
    ArticleFactory(source=source, draft=True)
    assert client.get("/api/v1/sources").json() == {
        "results": [
            {
                "slug": "الميناء",
                "name": "الميناء",
                "name_latin": "",
                "description": "",
                "description_latin": "",
                "website": "https://example.org/",
                "article_count": 1,
            }
        ]
    }


@pytest.mark.parametrize("address", ["/api/v1/sections", "/api/v1/sources"])
def test_the_same_number_of_queries_for_one_and_for_three(query_count, address):
    ArticleFactory()
    with_one = query_count(address)
    ArticleFactory.create_batch(2)
    assert query_count(address) == with_one

"""Structured data is what search engines want, on every kind of page; tests/archive/schema_org.py tells what that is."""

import json
import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import pytest

from archive.models import Dataset
from tests.archive.schema_org import faults
from tests.archive.views.html import Page
from tests.factories import ArticleFactory, MeasureFactory
from tests.factories.statistics import small_dataset

pytestmark = pytest.mark.django_db

LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
PAGES_OF_A_KIND = 4


def blocks(client, address: str) -> list[dict]:
    page = Page(client.get(address))
    return [json.loads(script.text) for script in page.all("script[@type='application/ld+json']")]


def locations(client, address: str) -> list[str]:
    root = ElementTree.fromstring(client.get(address).content)
    return [element.text for element in root.iter(LOCATION)]


def test_pages_of_every_kind_in_the_demo_have_what_search_engines_want(client, demo_archive):
    parts = locations(client, "/sitemap.xml")
    addresses = [address for part in parts for address in _some(locations(client, part))]
    found = {address: blocks(client, address) for address in addresses}
    kinds = {block["@type"] for page in found.values() for block in page}
    assert kinds >= {"WebSite", "NewsArticle", "BreadcrumbList", "CollectionPage", "ProfilePage", "Dataset", "Person"}
    wrong = {address: said for address, page in found.items() if (said := [*map(faults, page)]) != [[]] * len(page)}
    assert wrong == {}


def _some(addresses: list[str]) -> list[str]:
    """A few of ADDRESSES, from all over."""
    return addresses[:: max(1, len(addresses) // PAGES_OF_A_KIND)]


def dataset_block(client) -> dict:
    (block,) = [block for block in blocks(client, "/statistics/valley-fever/") if block["@type"] == "Dataset"]
    return block


def test_a_dataset_says_what_its_figures_are_of_where_editors_say_little(client):
    small_dataset()
    Dataset.objects.update(description="أرقام الوزارة.", source_name="وزارة الصحة", licence="بإذن")
    block = dataset_block(client)
    assert re.sub(r"\s", " ", block["description"]) == (
        "أرقام الوزارة. حمّى الوادي: الإصابات المؤكدة، الوفيات، يومًا بيوم في بلدين، ١–٥ أيار (مايو) ٢٠٢٠."
    )
    assert block["temporalCoverage"] == "2020-05-01/2020-05-05"
    assert block["license"] == {"@type": "CreativeWork", "name": "بإذن"}
    Dataset.objects.update(changed_at=datetime(2020, 5, 6, 12, tzinfo=UTC))
    assert faults(dataset_block(client)) == []


def test_a_dataset_without_figures_claims_none(client):
    MeasureFactory()
    block = dataset_block(client)
    assert (block["description"], "temporalCoverage" in block) == ("حمّى الوادي", False)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"headline": "و" * 111}, "NewsArticle: headline is"),
        ({"image": []}, "NewsArticle: image is"),
        ({"dateModified": "2020-01-01"}, "NewsArticle: dateModified is"),
        ({"author": {"@type": "Author"}}, "NewsArticle: author is"),
        ({"publisher": None}, "NewsArticle: publisher is"),
        ({"url": "/article/1/"}, "NewsArticle: url is"),
        ({"@context": "http://example.org"}, "no context"),
    ],
)
def test_the_checker_finds_what_is_wrong(client, wrong, said):
    [news, breadcrumbs] = blocks(client, ArticleFactory().get_absolute_url())
    assert [faults(news), faults(breadcrumbs)] == [[], []]
    assert [fault for fault in faults(news | wrong) if fault.startswith(said)]

"""A section's page under its present and former addresses."""

import pytest

from archive.models import Section
from tests.factories import SectionFactory

pytestmark = pytest.mark.django_db


def renamed(section: Section, slug: str) -> Section:
    section.slug = slug
    section.save()
    return section


def test_former_address_leads_to_the_present_one(client):
    section = renamed(SectionFactory(slug="politics"), "world")
    response = client.get("/section/politics/")
    assert (response.status_code, response.headers["Location"]) == (301, section.get_absolute_url())


def test_address_that_two_sections_had_leads_to_the_last(client):
    renamed(SectionFactory(slug="politics"), "world")
    last = renamed(SectionFactory(slug="politics"), "region")
    assert client.get("/section/politics/").headers["Location"] == last.get_absolute_url()


@pytest.mark.parametrize("address", ["/section/politics/", "/section/world/"])
def test_deleted_section_has_no_address(client, address):
    renamed(SectionFactory(slug="politics"), "world").delete()
    assert client.get(address).status_code == 404


def test_former_address_passes_over_a_deleted_section(client):
    kept = renamed(SectionFactory(slug="politics"), "world")
    renamed(SectionFactory(slug="politics"), "region").delete()
    assert client.get("/section/politics/").headers["Location"] == kept.get_absolute_url()

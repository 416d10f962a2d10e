"""A section's page: its present and former addresses, its years and months."""

from datetime import UTC, datetime

import pytest

from archive.models import Section
from tests.archive.views.html import with_class
from tests.factories import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


def renamed(section: Section, slug: str) -> Section:
    section.slug = slug
    section.save()
    return section


def test_menu_tells_the_section_that_one_is_in(see):
    """Of its own page it says "page", of those of its years and months that they are within it."""
    section = SectionFactory(name="سياسة", slug="سياسة")
    ArticleFactory(section=section, published_at=datetime(2017, 10, 3, tzinfo=UTC))
    ArticleFactory(section=SectionFactory(name="علوم", slug="علوم"))
    own = section.get_absolute_url()
    for address, said in ((own, "page"), (f"{own}2017/", "true"), (f"{own}2017/10/", "true"), ("/about/", None)):
        (menu,) = with_class(see(address).root, "masthead-sections")
        links = {link.get("href"): link.get("aria-current") for link in menu.iter("a")}
        assert links.pop(own) == said
        assert set(links.values()) == {None}


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


def at(year: int, month: int, **values) -> dict:
    return {"published_at": datetime(year, month, 15, 9, tzinfo=UTC), **values}


@pytest.fixture
def section():
    """A section with articles of two years; one of them is known to its year only."""
    section = SectionFactory(slug="politics", name="سياسة")
    for values in (at(2016, 3), at(2017, 3), at(2017, 12), at(2017, 1, date_precision="year")):
        ArticleFactory(section=section, **values)
    ArticleFactory(**at(2015, 1))
    return section


def listed(page) -> int:
    return len(page.texts("main//ol[@class='ledger']//h3"))


def bars(page) -> list[str]:
    return page.hrefs("main//ol[@class='histogram-bars']//a")


def test_section_leads_to_its_years(see, section):
    page = see(section.get_absolute_url())
    assert bars(page) == ["/section/politics/2016/", "/section/politics/2017/"]


def test_year_of_a_section_has_its_articles_and_leads_to_its_months(see, section):
    page = see("/section/politics/2017/")
    assert page.texts("main//h1") == ["سياسة: ٢٠١٧"]
    assert listed(page) == 3
    assert bars(page) == ["/section/politics/2017/3/", "/section/politics/2017/12/"]
    assert page.hrefs("main//nav[@class='archive-ways']/a") == ["/section/politics/2016/"]
    assert page.hrefs("main//nav[@class='breadcrumb']//a") == ["/section/politics/"]


def test_month_of_a_section_has_what_is_known_to_be_of_it(see, section):
    ArticleFactory(section=section, **at(2017, 1, date_precision="month"))
    page = see("/section/politics/2017/1/")
    assert (page.texts("main//h1"), listed(page)) == (["سياسة: كانون الثاني (يناير) ٢٠١٧"], 1)
    assert page.hrefs("main//nav[@class='breadcrumb']//a") == ["/section/politics/", "/section/politics/2017/"]


def test_only_year_of_a_section_shows_its_months(see):
    section = SectionFactory()
    for month in (3, 5):
        ArticleFactory(section=section, **at(2017, month))
    assert bars(see(section.get_absolute_url())) == [f"{section.get_absolute_url()}2017/{month}/" for month in (3, 5)]


@pytest.mark.parametrize("address", ["2015/", "2017/1/", "2017/13/", "0000/"])
def test_time_of_which_a_section_has_nothing_is_no_page(client, section, address):
    assert client.get(f"/section/politics/{address}").status_code == 404


def test_year_of_a_section_is_followed_to_its_end(see, section):
    ArticleFactory.create_batch(20, section=section, **at(2017, 6))
    first = see("/section/politics/2017/")
    (older,) = first.hrefs("main//nav[@class='pagination']//a")
    assert (listed(first), listed(see(f"/section/politics/2017/{older}"))) == (20, 3)

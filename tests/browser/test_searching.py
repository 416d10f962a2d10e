"""A reader searches: narrows, sorts and pages; is told what was not understood; does it by keyboard."""

from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.factories import ArticleFactory, EntityFactory, SectionFactory, SourceFactory

ROUNDS = 23
ON_A_PAGE = 20
ODD_QUERIES = [
    "؟!", '""', "«", "-", "-جنيف", "«جنيف", "جنيف | & ! ( ) :*", "'؛--", "%", "\\", "\u202e\u2066", "ـــ", "ﷺ",
    "<b>جنيف</b>", "😀", "و" * 1000, "جنيف " * 60,
]  # fmt: skip
ODD_PARAMETERS = [
    "page=-1", "page=0", "page=99999999999999999999", "section=nope", "entity=abc", "from=x", "from=2019&to=2018",
    "from=0001-01-01&to=9999-12-31", "sort=zz", "q=a%00b", "q=%ff%fe", "q=%d8", "page_size=x", "q=a&q=b",
]  # fmt: skip


@pytest.fixture
def archive(live_server, transactional_db, page, console_errors):
    """A browser at a site with rounds of talks, more than a page holds; its console must stay free of errors."""
    politics, culture = SectionFactory(name="سياسة", slug="سياسة"), SectionFactory(name="ثقافة", slug="ثقافة")
    source = SourceFactory()
    for day in range(1, ROUNDS + 1):
        section = culture if day <= 2 else politics
        at = datetime(2017, 1, day, 12, tzinfo=UTC)
        ArticleFactory(title=f"الجولة {day} في جنيف", section=section, source=source, published_at=at)
    EntityFactory(name="ستافان دي ميستورا")
    page.goto("/search/?q=جنيف")
    yield page
    assert console_errors == []


def titles(page) -> Locator:
    return page.locator(".ledger-title")


def rounds(first: int, last: int) -> list[str]:
    step = 1 if last >= first else -1
    return [f"الجولة {day} في جنيف" for day in range(first, last + step, step)]


def test_results_are_narrowed_sorted_and_paged(archive):
    status = archive.get_by_role("status")
    expect(status).to_have_text("٢٣ خبرًا")
    facet = archive.locator(".facet-value", has_text="ثقافة")
    facet.click()
    expect(status).to_have_text("خبران")
    expect(facet).to_have_attribute("aria-current", "true")
    archive.locator(".chips-item", has_text="ثقافة").click()
    expect(status).to_have_text("٢٣ خبرًا")

    archive.get_by_role("link", name="الأقدم").click()
    expect(titles(archive)).to_have_text(rounds(1, ON_A_PAGE))
    archive.get_by_role("link", name="الصفحة التالية").click()
    expect(titles(archive)).to_have_text(rounds(ON_A_PAGE + 1, ROUNDS))
    archive.get_by_role("link", name="الأحدث").click()
    expect(titles(archive)).to_have_text(rounds(ROUNDS, ROUNDS - ON_A_PAGE + 1))


def test_period_is_typed_and_a_bad_one_explained(archive):
    archive.get_by_label("من", exact=True).fill("٢٠١٧-٠١-٠٣")
    archive.get_by_label("حتى", exact=True).fill("2017-01-05")
    archive.get_by_role("button", name="اعرض هذه المدة").click()
    expect(titles(archive)).to_have_count(3)

    archive.get_by_label("من", exact=True).fill("أمس")
    archive.get_by_role("button", name="اعرض هذه المدة").click()
    expect(archive.locator(".notice")).to_contain_text("بداية المدة ليست تاريخًا")
    expect(archive.get_by_label("من", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(titles(archive)).to_have_count(5)


def test_nothing_found_leads_on(archive):
    archive.goto("/search/?q=جنيف&section=ثقافة&from=2017-01-20")
    archive.get_by_role("link", name="من غير التصفية «ثقافة»").click()
    expect(titles(archive)).to_have_count(ROUNDS - 19)

    archive.goto("/search/?q=ميستو")
    archive.get_by_role("link", name="ستافان دي ميستورا").click()
    expect(archive.locator("h1")).to_have_text("ستافان دي ميستورا")


def test_section_is_followed_to_its_older_articles_and_back(archive):
    archive.goto("/section/سياسة/")
    shown = archive.locator("main .ledger-title, main .card-title")
    expect(shown).to_have_text(rounds(ROUNDS, ROUNDS - ON_A_PAGE + 1))
    archive.get_by_role("link", name="أقدم").click()
    expect(shown).to_have_text(rounds(ROUNDS - ON_A_PAGE, 3))
    archive.get_by_role("link", name="أحدث").click()
    expect(shown).to_have_text(rounds(ROUNDS, ROUNDS - ON_A_PAGE + 1))
    expect(archive.get_by_role("link", name="أحدث")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "answers"), [("/search/", {200}), ("/search/feed/", {200}), ("/api/v1/articles", {200, 422})]
)
def test_odd_queries_are_answered(archive, path, answers):
    queries = [*(f"q={quote(typed)}" for typed in ODD_QUERIES), *ODD_PARAMETERS]
    statuses = {query: archive.request.get(f"{path}?{query}").status for query in queries}
    assert {query: status for query, status in statuses.items() if status not in answers} == {}


def test_search_works_by_keyboard(archive):
    archive.goto("/")
    archive.keyboard.press("Tab")
    skip_link = archive.get_by_role("link", name="إلى المحتوى")
    expect(skip_link).to_be_focused()
    expect(skip_link).to_be_in_viewport()
    archive.keyboard.press("Tab")
    archive.keyboard.press("Tab")
    expect(archive.locator("input[role=combobox]:visible")).to_be_focused()
    archive.keyboard.insert_text("جنيف")
    archive.keyboard.press("Enter")
    expect(titles(archive)).to_have_count(ON_A_PAGE)

    archive.keyboard.press("Tab")
    archive.keyboard.press("Enter")
    expect(archive.locator("main")).to_be_focused()
    archive.keyboard.press("Tab")
    expect(archive.locator("input[role=combobox]:visible")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_cross_that_empties_the_field_is_none_of_the_browsers_colour(live_server, transactional_db, page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto("/search/?q=جنيف")
    field = page.get_by_role("main").locator("input[role=combobox]:visible")
    field.focus()
    with Image.open(BytesIO(field.screenshot())) as picture:
        end = picture.convert("RGB").crop((4, 4, 60, picture.height - 4))
    colours = [colour for _count, colour in end.getcolors(maxcolors=10_000)]
    assert len(colours) > 1
    assert max(max(colour) - min(colour) for colour in colours) < 60

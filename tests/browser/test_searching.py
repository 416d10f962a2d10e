"""A reader searches: narrows, sorts and pages; is told what was not understood; does it by keyboard."""

import re
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from archive.search import limits
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
    status = archive.locator("[data-search-tells]")
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


@pytest.fixture
def same_document(archive):
    """Whether the browser still shows the document that it loaded first."""
    archive.evaluate("window.isTheFirst = true")
    return lambda: archive.evaluate("window.isTheFirst === true")


def said(page) -> Locator:
    return page.get_by_role("status")


def field(page) -> Locator:
    return page.get_by_role("main").get_by_role("combobox")


def test_the_page_changes_in_place_and_back_leads_back(archive, same_document):
    facet = archive.locator(".facet-value", has_text="ثقافة")
    facet.focus()
    archive.keyboard.press("Enter")
    expect(titles(archive)).to_have_count(2)
    expect(said(archive)).to_have_text("خبران")
    expect(facet).to_be_focused()
    expect(archive).to_have_title(re.compile("خبران"))
    assert (same_document(), "section=" in archive.url) == (True, True)
    # The field is a new one, with the filters that go with what is typed next, and completes as the first did.
    assert archive.locator(".search-box-large input[name=section]").input_value() == "ثقافة"
    expect(field(archive)).to_have_value("جنيف")

    archive.go_back()
    expect(titles(archive)).to_have_count(ON_A_PAGE)
    assert "section=" not in archive.url
    archive.go_forward()
    expect(titles(archive)).to_have_count(2)
    assert "section=" in archive.url


def test_what_stands_around_the_results_leads_to_what_is_shown(archive, same_document):
    """The form that changes the language, the address on paper, and what machines read."""
    archive.locator(".facet-value", has_text="ثقافة").click()
    expect(archive.locator("[data-search-tells]")).to_have_text("خبران")
    address = archive.evaluate("location.pathname + location.search")
    assert "section" in address
    expect(archive.locator(".footer [name=next]").first).to_have_value(address)
    expect(archive.locator(".print-record")).to_contain_text("section=")
    assert "section=" in archive.locator("link[type='application/rss+xml']").last.get_attribute("href")
    archive.locator(".footer [name=language]").click()
    expect(archive.locator("html")).to_have_attribute("lang", "en")
    expect(archive.locator("[data-search-tells]")).to_have_text("2 articles")


def test_what_is_being_typed_is_not_lost_to_an_answer(archive, console_errors):
    archive.route("**/search/?*section=*", lambda route: (archive.wait_for_timeout(300), route.continue_()))
    archive.locator(".facet-value", has_text="ثقافة").click()
    field(archive).press("End")
    field(archive).press_sequentially(" والسلام")
    archive.wait_for_timeout(600)
    expect(field(archive)).to_have_value("جنيف والسلام")
    # htmx tells the console that its question was broken off.
    console_errors.clear()


def test_what_leaves_the_list_is_no_part_of_it(archive, same_document):
    titles(archive).first.get_by_role("link").click()
    expect(archive.locator("h1")).to_have_text(re.compile("^الجولة"))
    assert not same_document()


def test_the_next_page_begins_at_its_beginning(archive, same_document):
    archive.get_by_role("link", name="الصفحة التالية").click()
    expect(titles(archive)).to_have_count(ROUNDS - ON_A_PAGE)
    results = archive.locator("#search-results")
    expect(results).to_be_focused()
    assert 0 <= results.bounding_box()["y"] < archive.viewport_size["height"]
    assert same_document()


def test_on_a_phone_the_filters_fold_away_and_the_results_are_seen(archive, same_document):
    archive.set_viewport_size({"width": 390, "height": 800})
    filters = archive.locator(".search-filters")
    filters.locator("summary").first.click()
    archive.locator(".facet-value", has_text="ثقافة").click()
    expect(titles(archive)).to_have_count(2)
    expect(filters).not_to_have_attribute("open", "")
    expect(titles(archive).first).to_be_in_viewport()
    assert same_document()


def test_an_order_that_finds_as_many_is_said_too(archive):
    archive.get_by_role("link", name="الأقدم").click()
    expect(said(archive)).to_have_text("٢٣ خبرًا")
    expect(archive.locator("#search-sort-oldest")).to_be_focused()


@pytest.mark.parametrize("answer", [None, {"status": 503, "body": "503"}, {"status": 200, "body": "<p>?</p>"}])
def test_where_the_page_cannot_be_had_in_place_the_link_is_followed(archive, same_document, console_errors, answer):
    def fail(route):
        if "hx-request" not in route.request.headers:
            route.continue_()
        elif answer:
            route.fulfill(**answer)
        else:
            route.abort()

    archive.route("**/search/**", fail)
    archive.locator(".facet-value", has_text="ثقافة").click()
    expect(titles(archive)).to_have_count(2)
    assert not same_document()
    console_errors.clear()


def test_a_search_that_is_given_up_is_told_in_place(archive, same_document, console_errors, monkeypatch):
    monkeypatch.setattr(limits, "MAX_SECONDS", 0)
    archive.get_by_role("link", name="الأقدم").click()
    expect(said(archive)).to_have_text("هذا البحث يطول أكثر مما ينبغي.")
    assert same_document()
    assert [error for error in console_errors if "status of 422" not in error] == []
    console_errors.clear()


@pytest.mark.parametrize("modifier", ["Shift", "ControlOrMeta"])
def test_a_link_opens_in_another_window_as_any_other(archive, modifier):
    with archive.context.expect_page() as opened:
        archive.locator(".facet-value", has_text="ثقافة").click(modifiers=[modifier])
    expect(titles(opened.value)).to_have_count(2)
    expect(titles(archive)).to_have_count(ON_A_PAGE)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_filters_are_links(archive):
    archive.locator(".facet-value", has_text="ثقافة").click()
    expect(titles(archive)).to_have_count(2)
    archive.go_back()
    expect(titles(archive)).to_have_count(ON_A_PAGE)


def test_period_is_typed_and_a_bad_one_explained(archive):
    archive.get_by_label("من", exact=True).fill("٢٠١٧-٠١-٠٣")
    archive.get_by_label("حتى", exact=True).fill("2017-01-05")
    archive.get_by_role("button", name="اعرض هذه المدة").click()
    expect(titles(archive)).to_have_count(3)

    archive.get_by_label("من", exact=True).fill("أمس")
    archive.get_by_role("button", name="اعرض هذه المدة").click()
    expect(archive.locator(".notice")).to_contain_text("بداية المدة ليست تاريخًا")
    expect(said(archive)).to_contain_text("بداية المدة ليست تاريخًا")
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

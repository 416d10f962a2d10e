"""Completion while a reader types: by keyboard, mouse and finger, said to screen readers, and changing nothing."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, expect

from tests.browser.faults import faults
from tests.factories import ArticleFactory, EntityFactory


@pytest.fixture
def archive(live_server, transactional_db, page, console_errors):
    """A browser at a site that can complete words, names and titles; its console must stay free of errors."""
    for day in (1, 2):
        at = datetime(2017, 1, day, 12, tzinfo=UTC)
        ArticleFactory(title=f"محادثات أستانة {day}", summary="", body="", published_at=at)
    EntityFactory(name="آستانة", name_latin="Astana", aliases=["Astana", "نور سلطان"])
    call_command("count_words")
    page.goto("/")
    yield page
    assert console_errors == []


@pytest.fixture
def field(archive) -> Locator:
    return archive.get_by_role("combobox", name="ابحث في الأرشيف")


def options(page) -> Locator:
    return page.locator("#suggestions").get_by_role("option")


def chosen(page) -> Locator:
    return page.locator("[role=option][aria-selected=true]")


def test_words_names_and_titles_are_offered_and_counted(archive, field):
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("استا")
    expect(options(archive)).to_have_text(["أستانة", "آستانة", "محادثات أستانة 2", "محادثات أستانة 1"])
    expect(field).to_have_attribute("aria-expanded", "true")
    for name, count in (("كلمات", 1), ("الأسماء", 1), ("الأخبار", 2)):
        expect(archive.get_by_role("group", name=name).get_by_role("option")).to_have_count(count)
    expect(archive.locator("[data-suggest-counts]")).to_have_text("٤ اقتراحات")


def test_the_spelling_that_begins_so_is_shown(archive, field):
    field.press_sequentially("سلط")
    expect(options(archive)).to_have_text(["آستانة نور سلطان"])


def test_arrows_walk_the_list_and_leave_the_text_alone(archive, field):
    field.press_sequentially("استا")
    expect(options(archive)).to_have_count(4)
    for name in ("أستانة", "آستانة", "محادثات أستانة 2", "محادثات أستانة 1"):
        field.press("ArrowDown")
        expect(chosen(archive)).to_have_text(name)
        expect(archive.locator(f"#{field.get_attribute('aria-activedescendant')}")).to_have_text(name)
    field.press("ArrowDown")
    expect(chosen(archive)).to_have_count(0)
    field.press("ArrowUp")
    expect(chosen(archive)).to_have_text("محادثات أستانة 1")
    field.press("Home")
    expect(chosen(archive)).to_have_count(0)
    field.press("ArrowDown")
    field.press("End")
    expect(chosen(archive)).to_have_count(0)
    assert field.get_attribute("aria-activedescendant") is None
    expect(field).to_have_value("استا")
    expect(field).to_be_focused()


def test_escape_closes_and_alt_with_an_arrow_opens(archive, field):
    field.press_sequentially("استا")
    expect(options(archive)).to_have_count(4)
    field.press("Escape")
    expect(options(archive)).to_have_count(0)
    expect(field).to_have_value("استا")
    field.press("Alt+ArrowDown")
    expect(options(archive)).to_have_count(4)
    expect(chosen(archive)).to_have_count(0)
    field.press("Alt+ArrowUp")
    expect(options(archive)).to_have_count(0)
    field.press("ArrowDown")
    expect(chosen(archive)).to_have_text("أستانة")
    field.press("Tab")
    expect(options(archive)).to_have_count(0)


def test_enter_with_nothing_chosen_searches_for_what_was_typed(archive, field):
    field.press_sequentially("استا")
    expect(options(archive)).to_have_count(4)
    field.press("Enter")
    expect(archive).to_have_url("/search/?q=%D8%A7%D8%B3%D8%AA%D8%A7")


def test_a_chosen_word_completes_the_query_and_searches(archive, field):
    field.press_sequentially("محادثات است")
    expect(options(archive).first).to_have_text("محادثات أستانة")
    field.press("ArrowDown")
    field.press("Enter")
    expect(archive).to_have_url(f"/search/?{urlencode({'q': 'محادثات أستانة'})}")
    expect(archive.locator("input[role=combobox]:visible")).to_have_value("محادثات أستانة")
    expect(options(archive)).to_have_count(0)
    expect(archive.locator(".ledger-title")).to_have_count(2)


def test_a_chosen_word_is_searched_for_within_the_filters(archive):
    archive.goto("/search/?q=محادثات&from=2017-01-02")
    field = archive.locator("input[role=combobox]:visible")
    field.fill("محادثات است")
    archive.get_by_role("group", name="كلمات").get_by_role("option").click()
    expect(archive).to_have_url(f"/search/?{urlencode({'q': 'محادثات أستانة', 'from': '2017-01-02'})}")
    expect(archive.locator(".ledger-title")).to_have_count(1)


def test_a_name_leads_to_its_page_and_a_title_to_its_article(archive, field):
    field.press_sequentially("استا")
    archive.get_by_role("group", name="الأسماء").get_by_role("option").click()
    expect(archive.locator("h1")).to_contain_text("آستانة")
    archive.locator("input[role=combobox]:visible").press_sequentially("استا")
    archive.get_by_role("option", name="محادثات أستانة 1").click()
    expect(archive.locator("h1")).to_have_text("محادثات أستانة 1")


def test_nothing_to_offer_is_said(archive, field):
    field.press_sequentially("زقزق")
    expect(archive.locator("[data-suggest-counts]")).to_have_text("لا اقتراحات")
    expect(options(archive)).to_have_count(0)
    field.fill("")
    expect(archive.locator("[data-suggest-counts]")).to_have_text("")


def test_without_an_answer_the_field_searches_as_ever(archive, field, console_errors):
    archive.route("**/api/v1/suggest*", lambda route: route.fulfill(status=500))
    with archive.expect_response("**/api/v1/suggest*"):
        field.press_sequentially("استا")
    field.press("Enter")
    expect(archive).to_have_url("/search/?q=%D8%A7%D8%B3%D8%AA%D8%A7")
    assert [error for error in console_errors if "500" not in error] == []
    console_errors.clear()


@pytest.mark.parametrize("address", ["/", "/search/?q=أستانة"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_list_has_no_serious_fault(archive, address, width, scheme):
    archive.emulate_media(color_scheme=scheme)
    archive.set_viewport_size({"width": width, "height": 700})
    archive.goto(address)
    field = archive.locator("input[role=combobox]:visible")
    field.fill("")
    field.press_sequentially("استا")
    expect(options(archive)).to_have_count(4)
    field.press("ArrowDown")
    expect(chosen(archive)).to_have_count(1)
    assert faults(archive) == []
    box, page_width = archive.locator("#suggestions").bounding_box(), archive.viewport_size["width"]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page_width


def test_a_finger_chooses(browser, live_server, archive):
    context = browser.new_context(base_url=live_server.url, has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto("/")
    field = page.locator("input[role=combobox]:visible")
    field.tap()
    field.press_sequentially("استا")
    options(page).first.tap()
    expect(page).to_have_url(f"{live_server.url}/search/?{urlencode({'q': 'أستانة'})}")
    expect(page.locator(".ledger-title")).to_have_count(2)
    context.close()


def test_without_javascript_the_field_is_as_before(browser, live_server, archive):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    field = page.get_by_role("searchbox", name="ابحث في الأرشيف")
    field.press_sequentially("استا")
    expect(page.get_by_role("listbox")).to_have_count(0)
    field.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/search/?q=%D8%A7%D8%B3%D8%AA%D8%A7")
    context.close()

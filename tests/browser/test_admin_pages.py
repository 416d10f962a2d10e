"""Every page of the admin: on a phone and on a desk, in light and dark, by keyboard, and without a word of English.

The addresses are those of tests/archive/admin/walk.py, which fails where a new one is missing.
"""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from archive.models import Article
from tests.archive.admin.latin import latin_words
from tests.archive.admin.test_arabic import DATA
from tests.archive.admin.walk import pages, rich_newsroom
from tests.browser.faults import COLOURS, faults, sideways, write_in_latin_letters
from tests.browser.test_keyboard import unseen_stops

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
ALIKE = ("_history", "_delete")
"""Pages that are the same for all models: those of articles stand for the others'."""


@pytest.fixture
def desk(live_server, transactional_db, page, console_errors) -> Page:
    """The page of a browser in which an administrator is logged in, among something of everything."""
    rich_newsroom()
    keeper = User.objects.create_superuser("keeper", password="x")
    client = Client()
    client.force_login(keeper)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.set_default_timeout(10_000)
    yield page
    assert console_errors == []


def walk() -> dict[str, str]:
    """The pages that an administrator may open: some may not be added or deleted by anybody."""
    client = Client()
    client.force_login(User.objects.get(username="keeper"))
    return {
        name: address
        for name, address in pages().items()
        if not name.endswith(ALIKE) or name.startswith("archive_article_")
        if client.get(address, follow=True).status_code == 200
    }


def test_every_page_is_clean_on_a_phone_and_on_a_desk(desk):
    found = []
    desk.emulate_media(color_scheme="light")
    for name, address in walk().items():
        desk.set_viewport_size(DESK)
        desk.goto(address)
        wrong = sideways(desk)
        desk.set_viewport_size(PHONE)
        wrong += faults(desk) + latin_words(desk.content(), DATA | {"keeper"}) + pale(desk)
        found += [f"{name}: {one}" for one in wrong]
    assert not found, "\n".join(found)


def test_every_page_is_readable_in_the_dark(desk):
    desk.emulate_media(color_scheme="dark")
    desk.set_viewport_size(DESK)
    found = []
    for name, address in walk().items():
        desk.goto(address)
        found += [f"{name}: {one}" for one in pale(desk)]
    assert not found, "\n".join(found)


def pale(page: Page) -> list:
    """Where letters stand out too little from their ground; the page is not readable afterwards."""
    write_in_latin_letters(page)
    return faults(page, *COLOURS)


@pytest.mark.parametrize("name", ["index", "archive_article_changelist", "archive_section_change", "account"])
def test_the_keyboard_is_seen_where_it_is_and_skips_what_stands_before(desk, name):
    desk.set_viewport_size(DESK)
    desk.goto(walk()[name])
    desk.keyboard.press("Tab")
    skip = desk.locator(":focus")
    expect(skip).to_have_attribute("href", "#content-start")
    expect(skip).to_be_in_viewport()
    desk.goto(walk()[name])
    assert unseen_stops(desk) == []


def test_an_article_is_found_and_corrected_by_keyboard_alone(desk):
    desk.goto(reverse("admin:archive_article_changelist"))
    desk.locator("#searchbar").focus()
    desk.keyboard.type("بلا تاريخ")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**q=*")
    desk.locator("#result_list tbody th a").first.focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/change/**")
    title = desk.get_by_label("العنوان:", exact=True)
    title.focus()
    desk.keyboard.press("Control+A")
    desk.keyboard.type("له عنوان جديد")
    desk.get_by_role("button", name="احفظ", exact=True).first.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".messagelist .success")).to_be_visible()
    assert Article.objects.filter(title="له عنوان جديد").exists()

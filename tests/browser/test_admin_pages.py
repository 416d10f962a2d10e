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
from tests.archive.admin.walk import pages, sent
from tests.browser.faults import (
    CHOOSE_BY_LOOK,
    COLOURS,
    bring_axe,
    faults,
    show_in,
    sideways,
    write_in_latin_letters,
)
from tests.browser.focus import unseen_by_tab

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
ALIKE = ("_history", "_delete")
"""Pages that are the same for all models: those of articles stand for the others'."""
PARTS = 8
"""So many that the last of them keeps nobody waiting."""

SEND = """([address, what]) => {
  const form = document.createElement("form");
  [form.method, form.action] = ["post", address];
  what.csrfmiddlewaretoken = document.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const [name, value] of Object.entries(what)) {
    const box = form.appendChild(document.createElement("textarea"));
    [box.name, box.value] = [name, value];
  }
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture
def rich_desk(live_server, transactional_db, page, console_errors) -> Page:
    """The page of a browser in which an administrator is logged in, among something of everything."""
    keeper = User.objects.create_superuser("keeper", password="x")
    client = Client()
    client.force_login(keeper)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    yield page
    assert console_errors == []


def walk(part: int) -> dict[str, str]:
    """A PART of the pages that an administrator may open: some may not be added or deleted by anybody."""
    client = Client()
    client.force_login(User.objects.get(username="keeper"))
    names = [name for name in pages() if not name.endswith(ALIKE) or name.startswith("archive_article_")]
    found = {name: pages()[name] for name in names[part::PARTS]}
    return {name: address for name, address in found.items() if client.get(address, follow=True).status_code == 200}


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_clean_on_a_phone_and_on_a_desk_in_light_and_in_the_dark(rich_desk, part):
    bring_axe(rich_desk)
    known, found = {}, []
    for name, address in walk(part).items():
        rich_desk.set_viewport_size(DESK)
        rich_desk.goto(address)
        found += [f"{name}: {one}" for one in wrong_with(rich_desk, known)]
    assert not found, "\n".join(found)


def wrong_with(page: Page, known: dict[str, list[str]]) -> list:
    """What is wrong with PAGE as it stands: on a desk, on a phone, in light and in the dark.

    What looks as something KNOWN has its colours asked no more; what is asked becomes known.
    """
    show_in(page, "light")
    wrong = sideways(page)
    page.set_viewport_size(PHONE)
    wrong += faults(page, but=COLOURS) + latin_words(page.content(), DATA | {"keeper"})
    write_in_latin_letters(page)
    wrong += faults_of_colours(page, known.setdefault("light", []))
    page.set_viewport_size(DESK)
    show_in(page, "dark")
    return wrong + faults_of_colours(page, known.setdefault("dark", []))


def faults_of_colours(page: Page, known: list[str]) -> list:
    looks = page.evaluate(CHOOSE_BY_LOOK, known)
    known += looks
    return faults(page, *COLOURS, only_chosen=True) if looks else sideways(page)


@pytest.mark.long
def test_what_only_answers_a_form_is_clean_too(rich_desk):
    """The preview of many changes, and the form that another has changed meanwhile."""
    client = Client()
    client.force_login(User.objects.get(username="keeper"))
    bring_axe(rich_desk)
    known, found = {}, []
    for name, (address, what) in sent(client).items():
        rich_desk.set_viewport_size(DESK)
        rich_desk.goto(reverse("admin:index"))
        with rich_desk.expect_navigation():
            rich_desk.evaluate(SEND, [address, what])
        found += [f"{name}: {one}" for one in wrong_with(rich_desk, known)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["index", "archive_article_changelist", "archive_section_change", "account"])
def test_the_keyboard_is_seen_where_it_is_and_skips_what_stands_before(rich_desk, name):
    rich_desk.set_viewport_size(DESK)
    rich_desk.goto(pages()[name])
    rich_desk.keyboard.press("Tab")
    skip = rich_desk.locator(":focus")
    expect(skip).to_have_attribute("href", "#content-start")
    expect(skip).to_be_in_viewport()
    rich_desk.goto(pages()[name])
    assert unseen_by_tab(rich_desk) == []


def test_an_article_is_found_and_corrected_by_keyboard_alone(rich_desk):
    rich_desk.goto(reverse("admin:archive_article_changelist"))
    rich_desk.locator("#searchbar").focus()
    rich_desk.keyboard.type("بلا تاريخ")
    rich_desk.keyboard.press("Enter")
    rich_desk.wait_for_url("**q=*")
    rich_desk.locator("#result_list tbody th a").first.focus()
    rich_desk.keyboard.press("Enter")
    rich_desk.wait_for_url("**/change/**")
    title = rich_desk.get_by_label("العنوان:", exact=True)
    title.focus()
    rich_desk.keyboard.press("Control+A")
    rich_desk.keyboard.type("له عنوان جديد")
    rich_desk.get_by_role("button", name="احفظ", exact=True).first.focus()
    rich_desk.keyboard.press("Enter")
    expect(rich_desk.locator(".messagelist .success")).to_be_visible()
    assert Article.objects.filter(title="له عنوان جديد").exists()

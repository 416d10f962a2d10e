"""Every public page and state, in both languages and all appearances, on a phone and on a desk."""

import pytest
from django.conf import settings
from django.utils.translation import override
from playwright.sync_api import Page, expect

from tests.browser.faults import (
    CHOOSE_BY_LOOK,
    CHOOSE_NEWLY_SHOWN,
    COLOURS,
    HIGH_CONTRAST,
    SMALL_TARGETS,
    bring_axe,
    faults,
    lost_when_spaced,
    sideways,
    write_in_latin_letters,
)
from tests.browser.focus import unseen
from tests.whole_site import EMPTY_PAGES, GROUPS, answers, pages, pages_of_errors

PHONE, DESK = 390, 1280
WIDTHS = (320, PHONE, 768, DESK)
"""The first is what a window of 1280 pixels shows at 400% (WCAG 1.4.10)."""

LIGHT = {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none", "reduced_motion": "reduce"}
# What else axe looks at is the same in every appearance.
APPEARANCES = {
    "light": (LIGHT, COLOURS),
    "dark": (LIGHT | {"color_scheme": "dark"}, COLOURS),
    "light, high contrast": (LIGHT | {"contrast": "more"}, HIGH_CONTRAST),
    "dark, high contrast": (LIGHT | {"contrast": "more", "color_scheme": "dark"}, HIGH_CONTRAST),
    "forced colours": (LIGHT | {"forced_colors": "active"}, COLOURS),
}
ON_A_PHONE = ("light", "dark")
"""What a phone shows otherwise than a desk is looked at in these; the others change the same colours in the same way."""

OF_ROOM = ("cat.keyboard", "cat.semantics", "cat.sensory-and-visual-cues")
"""Rules that ask how much room there is, and what is beside what: those of targets, landmarks and headings."""
OF_WORDS = (*OF_ROOM, "cat.language", "cat.text-alternatives")
"""Those, and rules whose answer may be another in another language."""
TARGET_WIDTHS = (PHONE, 768, DESK)
LEAST_TARGET_PIXELS = 24

MOVING = """most => [...document.querySelectorAll("*")].flatMap(element => [null, "::before", "::after"]
  .map(part => [element, getComputedStyle(element, part)]))
  .filter(([, style]) => `${style.animationName === "none" ? "" : style.animationDuration},${style.transitionDuration}`
    .split(",").some(seconds => parseFloat(seconds) > most))
  .map(([element]) => element.className || element.tagName)"""
MOST_SECONDS_OF_MOVEMENT = 0.01

LANGUAGES = {"answers": ["ar"]}
"""Of pages that differ from others in little but their words, which the HTML checker sees in both languages."""


def show(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})


def faults_of_layout(page: Page) -> dict[tuple, list]:
    """What does not fit, or is too small to press, and what moves for a reader who asked that nothing should.

    And where the focus is not seen.
    """
    found = {}
    for width in WIDTHS:
        show(page, width)
        found[width] = sideways(page)
        if width in TARGET_WIDTHS:
            found["small", width] = page.evaluate(SMALL_TARGETS, LEAST_TARGET_PIXELS)
        if width in (PHONE, DESK):
            found["spaced", width] = lost_when_spaced(page)
    found["focus", width] = unseen(page)
    found["moves"] = page.evaluate(MOVING, MOST_SECONDS_OF_MOVEMENT)
    return found


def faults_of_structure(page: Page) -> dict[tuple, list]:
    """By all rules but those of colours: on a desk of what a phone did not show, but where it is a question of room."""
    show(page, PHONE)
    found = {PHONE: faults(page, but=COLOURS)}
    page.evaluate(CHOOSE_NEWLY_SHOWN)
    show(page, DESK)
    found[DESK] = faults(page, kinds=OF_ROOM, but=COLOURS)
    if page.evaluate(CHOOSE_NEWLY_SHOWN):
        found["not on a phone", DESK] = faults(page, but=COLOURS, only_chosen=True)
    return found


def faults_of_colours(page: Page, known: dict[int, list[str]]) -> dict[tuple, list]:
    """In all appearances, of what looks like nothing KNOWN at its width; which it becomes by that."""
    found = {}
    write_in_latin_letters(page)
    for width in (DESK, PHONE):
        show(page, width)
        looks = page.evaluate(CHOOSE_BY_LOOK, known[width])
        known[width] += looks
        if not looks:
            continue
        for name, (media, rules) in APPEARANCES.items():
            if width == PHONE and name not in ON_A_PHONE:
                continue
            page.emulate_media(**media)
            found[name, width] = faults(page, *rules, only_chosen=True)
    return found


class Walk:
    """From page to page in one language. What pages have in common, as their heads and feet, has its colours asked once."""

    def __init__(self, page: Page, language: str):
        self._page = page
        self._language = language
        self._known: dict[int, list[str]] = {PHONE: [], DESK: []}
        bring_axe(page)

    def faults(self, address: str) -> dict[tuple, list]:
        """What is wrong with the page at ADDRESS, by where; colours do not go by the language.

        Where they are asked for in Latin letters, nothing more is found in Arabic ones.
        """
        page = self._page
        page.emulate_media(**LIGHT)
        page.goto(address)
        page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = true })")
        found = {("layout", where): wrong for where, wrong in faults_of_layout(page).items()}
        if self._language == "ar":
            found |= faults_of_structure(page) | faults_of_colours(page, self._known)
        else:
            # The same elements in another language.
            show(page, PHONE)
            found[PHONE] = faults(page, kinds=OF_WORDS, but=COLOURS)
        return {where: wrong for where, wrong in found.items() if wrong}


@pytest.fixture
def addresses(whole_site, group, language, live_server, client, django_user_model) -> dict[str, str]:
    """Of the group that the test names; the staff's for one who may see them."""
    if group == "staff":
        client.force_login(django_user_model.objects.create_superuser("editor"))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        whole_site.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
    found = pages().get(group, {})
    with override(language):
        made = {"answers": answers, "errors": pages_of_errors}.get(group, dict)()
    for name, html in made.items():
        found[name] = f"/made/{name}"
        whole_site.route(f"**/made/{name}", _answer(html))
    return found


def _answer(html: str):
    return lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.mark.long
@pytest.mark.parametrize(
    ("group", "language"), [(group, language) for group in GROUPS for language in LANGUAGES.get(group, ["ar", "en"])]
)
def test_pages_have_no_fault(whole_site, addresses, live_server, group, language):
    whole_site.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    walk, found = Walk(whole_site, language), {}
    for name, address in addresses.items():
        if wrong := walk.faults(address):
            found[name] = wrong
        if group != "errors":
            expect(whole_site.locator("html")).to_have_attribute("lang", language)
    assert found == {}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_pages_of_an_empty_archive_have_no_fault(empty_site, live_server, language):
    empty_site.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    walk = Walk(empty_site, language)
    found = {name: wrong for name, address in EMPTY_PAGES.items() if (wrong := walk.faults(address))}
    assert found == {}

"""Every public page and state, in both languages and all appearances, on a phone and on a desk."""

import pytest
from django.conf import settings
from django.utils.translation import override
from playwright.sync_api import Page, expect

from tests.browser.faults import (
    COLOURS,
    HIGH_CONTRAST,
    faults,
    lost_when_spaced,
    sideways,
    write_in_latin_letters,
)
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


def faults_of_layout(page: Page, *, at: tuple[int, ...], but: tuple[str, ...] = ()) -> dict[tuple, list]:
    """What is wrong, AT some widths by all rules BUT some, and what moves for a reader who asked that nothing should."""
    found = {}
    page.emulate_media(**LIGHT)
    for width in WIDTHS:
        show(page, width)
        found[width] = faults(page, but=but) if width in at else sideways(page)
        if width in (PHONE, DESK):
            found["spaced", width] = lost_when_spaced(page)
    found["moves"] = page.evaluate(MOVING, MOST_SECONDS_OF_MOVEMENT)
    return found


def faults_of_colours(page: Page) -> dict[tuple, list]:
    found = {}
    write_in_latin_letters(page)
    for width in (DESK, PHONE):
        show(page, width)
        for name, (media, rules) in APPEARANCES.items():
            if width == PHONE and name not in ON_A_PHONE:
                continue
            page.emulate_media(**media)
            found[name, width] = faults(page, *rules)
    return found


def faults_of(page: Page, language: str) -> dict[tuple, list]:
    """What is wrong with the page, by where; colours do not go by the language.

    Where they are asked for in Latin letters, nothing more is found in Arabic ones.
    """
    page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = true })")
    if language == "ar":
        found = faults_of_layout(page, at=(PHONE, DESK), but=COLOURS) | faults_of_colours(page)
    else:
        # The same elements in another language: what differs is how much room its words take.
        found = faults_of_layout(page, at=(PHONE,))
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
    found = {}
    for name, address in addresses.items():
        whole_site.goto(address)
        if group != "errors":
            expect(whole_site.locator("html")).to_have_attribute("lang", language)
        if wrong := faults_of(whole_site, language):
            found[name] = wrong
    assert found == {}


def test_pages_of_an_empty_archive_have_no_fault(empty_site):
    found = {}
    for name, address in EMPTY_PAGES.items():
        empty_site.goto(address)
        if wrong := faults_of(empty_site, "ar"):
            found[name] = wrong
    assert found == {}

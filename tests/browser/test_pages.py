"""Every kind of public page, in both languages and appearances, on a phone and on a desk."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from archive.models import Article, Entity

SIZES = ({"width": 320, "height": 700}, {"width": 1280, "height": 800})
SERIOUS = ("serious", "critical")
# What else axe looks at is the same in the dark.
RULES = {"Light": {}, "Dark": {"runOnly": ["color-contrast"]}}
NOT_FOUND = ("/nothing/", "/archive/2017/10/30/")
NOT_FOUND_ERROR = "Failed to load resource: the server responded with a status of 404 (Not Found)"


def addresses() -> list[str]:
    article = Article.objects.get(external_id="demo:astana-seventh-round-2017")
    entity = Entity.objects.get(name="ستافان دي ميستورا")
    return [
        "/",
        article.get_absolute_url(),
        article.section.get_absolute_url(),
        "/archive/",
        "/archive/2017/",
        "/archive/2017/10/",
        "/archive/2017/10/31/",
        "/archive/undated/",
        entity.get_absolute_url(),
        "/entity/",
        "/search/?q=جنيف",
        "/about/",
        *NOT_FOUND,
    ]


def faults(page: Page, theme: str) -> list:
    """What is wrong with the page as it stands: a way to scroll sideways, and what axe calls serious."""
    sideways = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    found = [f"scrolls sideways by {sideways}px"] if sideways > 0 else []
    options = {"resultTypes": ["violations"], **RULES[theme]}
    for violation in page.evaluate("options => axe.run(document, options)", options)["violations"]:
        if violation["impact"] in SERIOUS:
            found.append((violation["id"], [node["target"] for node in violation["nodes"]]))
    return found


def choose(page: Page, button: str) -> None:
    """Press a button of the footer and wait for the answer to its form."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name=button).click()


@pytest.mark.parametrize(
    ("language", "direction", "themes"),
    [("ar", "rtl", {"فاتح": "Light", "داكن": "Dark"}), ("en", "ltr", {"Light": "Light", "Dark": "Dark"})],
)
def test_pages_have_no_serious_fault_and_no_sideways_scroll(site, console_errors, language, direction, themes):
    if language == "en":
        choose(site, "English")
    expect(site.locator("html")).to_have_attribute("dir", direction)
    site.add_init_script(Axe().axe_script)
    found = {}
    for button, theme in themes.items():
        choose(site, button)
        for address in addresses():
            site.goto(address)
            expect(site.locator("html")).to_have_attribute("data-theme", theme.lower())
            for size in SIZES:
                site.set_viewport_size(size)
                if wrong := faults(site, theme):
                    found[address, theme, size["width"]] = wrong
            if address in NOT_FOUND:
                console_errors.remove(NOT_FOUND_ERROR)
    assert found == {}

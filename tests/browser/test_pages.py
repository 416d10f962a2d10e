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
        f"{article.section.get_absolute_url()}2017/",
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


# axe takes Arabic words for icons, because their letters join, and passes over their contrast: Latin ones stand in.
LATIN_LETTERS = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replace(/[\\u0600-\\u06FF]/g, "n");
  }
}"""


def sideways_pixels(page: Page) -> int:
    return max(0, page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth"))


def serious_faults(page: Page, theme: str) -> list[tuple[str, list]]:
    """What axe calls serious, with where it is."""
    options = {"resultTypes": ["violations"], **RULES[theme]}
    violations = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        (violation["id"], [node["target"] for node in violation["nodes"]])
        for violation in violations
        if violation["impact"] in SERIOUS
    ]


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
        site.goto("/")
        choose(site, button)
        for address in addresses():
            site.goto(address)
            expect(site.locator("html")).to_have_attribute("data-theme", theme.lower())
            for size in SIZES:
                site.set_viewport_size(size)
                if pixels := sideways_pixels(site):
                    found[address, theme, size["width"], "scrolls sideways"] = pixels
            site.evaluate(LATIN_LETTERS)
            for size in SIZES:
                site.set_viewport_size(size)
                if wrong := serious_faults(site, theme):
                    found[address, theme, size["width"]] = wrong
            if address in NOT_FOUND:
                console_errors.remove(NOT_FOUND_ERROR)
    assert found == {}

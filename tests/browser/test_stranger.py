"""A stranger reads an article, finds another and saves a third: with a finger on a phone, and by ear, from the keyboard.

The second knows the page as a screen reader tells it: roles and names, of Chromium's own tree of what is accessible.
"""

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

PHONE = {"width": 390, "height": 844}
MIN_TARGET_PIXELS = 24
MOST_STOPS = 120
SEARCH_FIELD = "ابحث في الأرشيف"
SAVE, SAVED, SHELF = "للقراءة لاحقًا", "حُفظ، ويُقرأ بلا اتصال.", "محفوظاتك"

pytestmark = pytest.mark.browser_context_args(service_workers="allow")


def tap(target: Locator) -> None:
    """Touch TARGET, which a finger can."""
    box = target.bounding_box()
    assert min(box["width"], box["height"]) >= MIN_TARGET_PIXELS, box
    target.tap()


def in_first_screen(target: Locator) -> bool:
    """Is TARGET seen whole before anything is scrolled, and the page as large as it was drawn?"""
    box = target.bounding_box()
    assert target.page.evaluate("visualViewport.scale") == 1
    return box["y"] >= 0 and box["y"] + box["height"] <= PHONE["height"]


@pytest.mark.browser_context_args(service_workers="allow", has_touch=True, is_mobile=True, viewport=PHONE)
def test_with_a_finger_on_a_phone(site):
    lead = site.locator("h1 a")
    headline = lead.inner_text()
    assert in_first_screen(lead)
    tap(lead)
    expect(site.locator("h1")).to_have_text(headline)
    assert in_first_screen(site.locator("h1"))
    paragraph = site.locator(".prose p").first
    paragraph.scroll_into_view_if_needed()
    assert len(paragraph.inner_text()) > 100

    field = site.get_by_role("combobox", name=SEARCH_FIELD)
    site.evaluate("scrollTo(0, 0)")
    assert in_first_screen(field)
    field.tap()
    field.press_sequentially("استانه")
    tap(site.get_by_role("search").get_by_role("button", name="ابحث"))
    site.wait_for_url("**/search/**")
    found = site.locator(".ledger-title a").first
    assert in_first_screen(found)
    second = found.inner_text()
    tap(found)
    expect(site.locator("h1")).to_have_text(second)

    further = site.locator("a[rel=prev]")
    third = further.locator(".previous-next-title").inner_text()
    further.scroll_into_view_if_needed()
    tap(further)
    expect(site.locator("h1")).to_have_text(third)
    tap(site.get_by_role("button", name=SAVE))
    expect(site.locator("[data-save-status]")).to_have_text(SAVED)
    tap(site.get_by_role("group").get_by_role("link", name=SHELF))
    expect(site.locator("[data-shelf-list=saved] a")).to_have_text(third)


class Told(NamedTuple):
    """What a screen reader tells of a place in the page."""

    role: str
    name: str
    states: dict[str, object]


def told(node: dict) -> Told:
    states = {state["name"]: state["value"].get("value") for state in node.get("properties", [])}
    return Told(node["role"]["value"], node.get("name", {}).get("value", ""), states)


class Ears:
    """Somebody who goes through PAGE with the keyboard, and knows of it what is told."""

    def __init__(self, page: Page):
        self.page = page
        self.devtools = page.context.new_cdp_session(page)

    def all(self) -> list[Told]:
        """What the page has, in its order."""
        nodes = self.devtools.send("Accessibility.getFullAXTree")["nodes"]
        return [told(node) for node in nodes if not node["ignored"]]

    def of_role(self, role: str) -> list[Told]:
        return [one for one in self.all() if one.role == role]

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def here(self) -> Told:
        """Where the focus is."""
        focused = self.devtools.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]
        asked = {"objectId": focused["objectId"], "fetchRelatives": False}
        return told(self.devtools.send("Accessibility.getPartialAXTree", asked)["nodes"][0])

    def go_on_to(self, role: str, name: str) -> Told:
        """Press Tab until that is told: ROLE with a name that matches NAME."""
        stops = []
        for _stop in range(MOST_STOPS):
            self.press("Tab")
            stops.append(here := self.here())
            if here.role == role and re.search(name, here.name):
                return here
        raise AssertionError(f"no {role} “{name}” on the way: {[(stop.role, stop.name) for stop in stops]}")

    def skip_to_content(self) -> None:
        """Go past what every page begins with: the first stop says how."""
        self.go_on_to("link", "^إلى المحتوى$")
        self.press("Enter")
        assert self.here().role == "main"

    def arrive(self, headline: str) -> None:
        """Be told of a new page: by its title first, then by its one heading of the first rank."""
        self.page.wait_for_function("wanted => document.title.includes(wanted)", arg=headline)
        [first] = [heading for heading in self.of_role("heading") if heading.states["level"] == 1]
        assert first.name == headline


def test_by_ear_and_from_the_keyboard(site):
    ears = Ears(site)
    ears.skip_to_content()
    [lead] = [heading for heading in ears.of_role("heading") if heading.states["level"] == 1]
    ears.go_on_to("link", f"^{re.escape(lead.name)}$")
    ears.press("Enter")
    ears.arrive(lead.name)
    assert sum(len(one.name) for one in ears.of_role("StaticText")) > 500

    ears.go_on_to("combobox", SEARCH_FIELD)
    site.keyboard.type("استانه")
    ears.press("Enter")
    site.wait_for_url("**/search/**")
    # How many there are is told with the title, and each is a heading.
    assert "٦ أخبار" in site.title()
    results = [heading.name for heading in ears.of_role("heading") if heading.states["level"] in (2, 3)]
    ears.skip_to_content()
    second = ears.go_on_to("link", "^(" + "|".join(map(re.escape, results)) + ")$").name
    ears.press("Enter")
    ears.arrive(second)

    ears.skip_to_content()
    third = ears.go_on_to("link", "^السابق (?!في القصة$)").name
    ears.press("Enter")
    site.wait_for_function("was => document.title !== was", arg=second)
    [headline] = [heading.name for heading in ears.of_role("heading") if heading.states["level"] == 1]
    assert headline in third
    ears.skip_to_content()
    ears.go_on_to("button", f"^{SAVE}$")
    ears.press("Space")
    expect(site.get_by_role("status").filter(has_text=SAVED)).to_have_count(1)
    assert ears.here().states["pressed"] == "true"
    ears.go_on_to("link", f"^{SHELF}$")
    ears.press("Enter")
    ears.arrive(SHELF)
    assert headline in [one.name for one in ears.of_role("link")]

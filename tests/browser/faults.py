"""What is wrong with a page as it stands in a browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")


def faults(page: Page, *rules: str) -> list:
    """A way to scroll sideways, and what axe calls serious: all its rules, or only RULES."""
    sideways = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    found = [f"scrolls sideways by {sideways}px"] if sideways > 0 else []
    # Not preloaded: axe would write the style sheets into the page, which its policy forbids.
    options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": list(rules)} if rules else {})
    for violation in Axe().run(page, options=options).response["violations"]:
        if violation["impact"] in SERIOUS:
            found.append((violation["id"], [node["target"] for node in violation["nodes"]]))
    return found

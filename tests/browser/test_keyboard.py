"""Whoever goes through a page by keyboard sees where they are, and goes on as they read.

Of all pages that is told without the key (tests/browser/test_pages.py).
"""

import pytest

from tests.browser.focus import unseen, unseen_by_tab
from tests.whole_site import pages

MAIN_PAGES = (
    ("lists", "front"), ("articles", "article-with-all"), ("lists", "section"), ("lists", "year"),
    ("searches", "search"), ("searches", "search-problems"), ("names", "entity"), ("names", "compare"),
    ("figures", "figures-compared"), ("own", "settings"), ("own", "saved"), ("own", "api"),
)  # fmt: skip


@pytest.mark.parametrize("width", [390, 1280])
def test_focus_is_seen_at_every_stop_of_the_main_pages(whole_site, width):
    whole_site.emulate_media(reduced_motion="reduce")
    whole_site.set_viewport_size({"width": width, "height": 800})
    groups, found = pages(), {}
    for group, name in MAIN_PAGES:
        whole_site.goto(groups[group][name])
        if wrong := unseen_by_tab(whole_site):
            found[name] = wrong
    assert found == {}


WRONG = """() => {
  const [bare, first, under] = ["bare", "first", "under"].map(className =>
    Object.assign(document.createElement("button"), { className }));
  const [box, over] = ["span", "span"].map(name => document.createElement(name));
  bare.style.outline = "none";
  first.tabIndex = 1;
  Object.assign(box.style, { position: "relative", display: "inline-block" });
  Object.assign(over.style, { position: "absolute", inset: 0 });
  box.append(under, over);
  document.querySelector("main").append(bare, first, box);
}"""


def test_what_is_wrong_is_told_without_the_key_too(empty_site):
    empty_site.emulate_media(reduced_motion="reduce")
    empty_site.goto("/")
    assert unseen(empty_site) == []
    empty_site.evaluate(WRONG)
    assert unseen(empty_site) == [
        "BUTTON.bare «»: no outline",
        "BUTTON.first «»: out of order",
        "BUTTON.under «»: covered",
    ]

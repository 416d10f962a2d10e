"""Whoever goes through a page by keyboard sees where they are, and goes on as they read."""

import pytest

from tests.whole_site import pages

MOST_STOPS = 400
MAIN_PAGES = (
    ("lists", "front"), ("articles", "article-with-all"), ("lists", "section"), ("lists", "year"),
    ("searches", "search"), ("searches", "search-problems"), ("names", "entity"), ("names", "compare"),
    ("figures", "figures-compared"), ("own", "settings"), ("own", "saved"), ("own", "api"),
)  # fmt: skip

# An outline of the element, or of what holds it: a field's box, a choice's label. Nothing may lie over all of it (WCAG
# 2.4.11): some point of it, at least, is at the top. The next stop is further on in the document. What stands in a
# drawing may lie under its neighbours there, and is told in a list beside it.
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  const outlined = element => {
    const style = element && getComputedStyle(element);
    return Boolean(style) && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const holders = [at, at.closest("label"), at.labels?.[0], at.closest(".search-box")];
  const box = at.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < window.innerHeight;
  const own = at.labels?.[0] ?? at;
  const points = [...(at.getClientRects().length ? at : own).getClientRects()].flatMap(line =>
    [0.1, 0.5, 0.9].map(part => [line.left + line.width * part, line.top + line.height / 2]));
  const uncovered = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (at.contains(top) || own.contains(top) || top.contains(at));
  });
  window.stops ??= [];
  const last = window.stops.at(-1);
  const back = last && !(last.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING);
  const known = window.stops.includes(at);
  window.stops.push(at);
  return {
    known,
    name: `${at.tagName}.${at.className?.baseVal ?? at.className} «${(at.textContent || at.name || "").trim().slice(0, 30)}»`,
    wrong: [
      !holders.some(outlined) && "no outline", !seen && "out of sight", back && "goes back",
      !uncovered && !at.closest("svg") && "covered",
    ].filter(Boolean).join(", "),
  };
}"""


def unseen_stops(page) -> list[str]:
    """The stops of the Tab key, from the first to the last, at which the focus is not seen, or not in its order."""
    wrong = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop["known"]:
            return wrong
        if stop["wrong"]:
            wrong.append(f"{stop['name']}: {stop['wrong']}")
    raise AssertionError("the last stop was never reached")


@pytest.mark.parametrize("width", [390, 1280])
def test_focus_is_seen_at_every_stop_of_the_main_pages(whole_site, width):
    whole_site.emulate_media(reduced_motion="reduce")
    whole_site.set_viewport_size({"width": width, "height": 800})
    groups, found = pages(), {}
    for group, name in MAIN_PAGES:
        whole_site.goto(groups[group][name])
        if wrong := unseen_stops(whole_site):
            found[name] = wrong
    assert found == {}

"""Where the focus goes as a page is gone through by keyboard, and whether it is seen there."""

from playwright.sync_api import Page

# An outline of the element, or of what holds it: a field's box, a choice's label. Nothing may lie over all of it (WCAG
# 2.4.11): some point of it, at least, is at the top. What stands in a drawing may lie under its neighbours there, and is
# told in a list beside it.
_LOOK = """
  const outlined = element => {
    const style = element && getComputedStyle(element);
    return Boolean(style) && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const name = at =>
    `${at.tagName}.${at.className?.baseVal ?? at.className} «${(at.textContent || at.name || "").trim().slice(0, 30)}»`;
  const wrong = at => {
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
    return [
      !holders.some(outlined) && "no outline", !seen && "out of sight", !uncovered && !at.closest("svg") && "covered",
    ].filter(Boolean);
  };
  // Of choices of which one is to be made the Tab key stops at one, and the arrows go to the others.
  const stops = () => [...document.querySelectorAll("*")].filter(element => element.tabIndex >= 0
    && !element.disabled && !element.closest("[inert]") && element.checkVisibility({ visibilityProperty: true }));
"""

# The next stop is further on in the document.
_FOCUSED = f"""() => {{
  {_LOOK}
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  window.stops ??= [];
  const last = window.stops.at(-1);
  const back = last && !(last.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING);
  const known = window.stops.includes(at);
  window.stops.push(at);
  return {{ known, name: name(at), wrong: [...wrong(at), ...(back ? ["goes back"] : [])].join(", ") }};
}}"""
_PASSED_BY = f"""() => {{
  {_LOOK}
  return stops().filter(element => element.type !== "radio" && !window.stops.includes(element)).map(name);
}}"""
# One after the other without a key, as the Tab key would: in the order of the document, unless an element has another.
_UNSEEN = f"""() => {{
  {_LOOK}
  const before = [...document.querySelectorAll("*")].map(element => [element, element.scrollLeft, element.scrollTop]);
  const found = stops().flatMap(at => {{
    at.focus();
    const faults = document.activeElement === at ? wrong(at) : ["takes no focus"];
    if (at.tabIndex > 0) faults.push("out of order");
    return faults.length ? [`${{name(at)}}: ${{faults.join(", ")}}`] : [];
  }});
  document.activeElement.blur();
  // What is asked next of the page is asked of it as it was.
  for (const [element, left, top] of before) {{
    if (element.scrollLeft !== left || element.scrollTop !== top) element.scrollTo({{ left, top, behavior: "instant" }});
  }}
  return found;
}}"""
_MOST_STOPS = 400


def unseen_by_tab(page: Page) -> list[str]:
    """The stops of the Tab key in PAGE, from the first to the last, at which the focus is not seen, or not in its order.

    So are those that it never comes to.
    """
    wrong = []
    for _stop in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUSED)
        if stop is None or stop["known"]:
            return wrong + [f"{one}: passed by" for one in page.evaluate(_PASSED_BY)]
        if stop["wrong"]:
            wrong.append(f"{stop['name']}: {stop['wrong']}")
    raise AssertionError("the last stop was never reached")


def unseen(page: Page) -> list[str]:
    """The same of whatever in PAGE takes the focus, told in two calls of the browser instead of two for each stop."""
    # Until a key is pressed, a browser may show no focus.
    page.keyboard.press("Tab")
    return page.evaluate(_UNSEEN)

"""What is wrong with a page as it stands in a browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEFT_OUT = ("color-contrast-enhanced", "identical-links-same-purpose")
"""Rules of level AAA, which WCAG 2.2 AA does not ask for; the first is asked for where a reader wants high contrast."""

COLOURS = ("color-contrast", "link-in-text-block")
"""Rules whose answer may be another in each appearance."""
HIGH_CONTRAST = ("color-contrast-enhanced", "link-in-text-block")
"""The same where a reader wants high contrast: the first finds all that "color-contrast" finds, and more."""

SPARED = {
    # WCAG 2.5.8 spares what has an equivalent: the same figures stand as a list or a calendar below the bars.
    "target-size": ".histogram-bar",
    # The style guide, and no other page, shows a component in each of its states, so that its landmarks have doubles.
    "landmark-unique": ".styleguide-specimen",
}
"""What a rule does not see the reason of, by a part of its selector."""

ALL_RULES = "leftOut => axe.getRules().map(rule => rule.ruleId).filter(id => !leftOut.includes(id))"
# Axe asks for what fills letters before it asks for their colour, and of forced colours Chromium tells only the second.
# No style here sets the first.
COLOUR_OF_LETTERS = """() => {
  const ask = CSSStyleDeclaration.prototype.getPropertyValue;
  CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
    return name === "-webkit-text-fill-color" ? "" : ask.call(this, name);
  };
}"""
END_TRANSITIONS = """() => document.getAnimations()
  .filter(animation => animation instanceof CSSTransition).forEach(animation => animation.finish())"""
SPACED_TEXT = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    " p { margin-block-end: 2em !important }"
)
"""What a reader may set without losing anything (WCAG 1.4.12): as a sheet that no policy of the page forbids."""
SPACE_TEXT = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = css ? [sheet] : [];
}"""
# Of each element with text of its own: whether some of it lies outside of a box that does not show what it cannot hold.
CUT_OFF = """() => {
  const cuts = overflow => ["hidden", "clip"].includes(overflow);
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, own = text.parentElement;
    if (!text.data.trim() || own.closest("svg, option, .visually-hidden, [aria-hidden=true]")) continue;
    if (!own.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const line = range.getBoundingClientRect();
    for (let box = own; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box), edge = box.getBoundingClientRect();
      const across = cuts(style.overflowX) && (line.left < edge.left - 1 || line.right > edge.right + 1);
      const along = cuts(style.overflowY) && (line.top < edge.top - 1 || line.bottom > edge.bottom + 1);
      if (across || along) found.add(`${box.className || box.tagName} «${text.data.trim().slice(0, 20)}»`);
    }
  }
  return [...found];
}"""
LATIN_LETTERS = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replace(/[\\u0600-\\u06FF]/g, "n");
  }
}"""


def show_in(page: Page, scheme: str) -> None:
    """Have PAGE in its light or dark colours: all at once, for some would change slowly and be measured halfway."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate(END_TRANSITIONS)


def faults(page: Page, *rules: str, but: tuple[str, ...] = ()) -> list:
    """A way to scroll sideways, and what axe finds by RULES, or by all BUT some, which are asked later."""
    found = sideways(page)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(COLOUR_OF_LETTERS)
        page.evaluate(Axe().axe_script)
    values = list(rules) or page.evaluate(ALL_RULES, [*LEFT_OUT, *but])
    # Not preloaded: axe would write the style sheets into the page, which its policy forbids.
    options = {"resultTypes": ["violations"], "preload": False, "runOnly": {"type": "rule", "values": values}}
    for violation in page.evaluate("options => axe.run(document, options)", options)["violations"]:
        targets = targets_of(violation)
        if spared := SPARED.get(violation["id"]):
            targets = [target for target in targets if spared not in str(target)]
        if targets:
            found.append((violation["id"], targets))
    return found


def targets_of(violation: dict) -> list[list[str]]:
    """The selectors of what is at fault: of landmarks that are alike the later ones, where axe names the first."""
    nodes = violation["nodes"]
    if violation["id"] == "landmark-unique":
        nodes = [double for node in nodes for check in node["any"] for double in check["relatedNodes"]]
    return [node["target"] for node in nodes]


def sideways(page: Page) -> list[str]:
    pixels = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    return [f"scrolls sideways by {pixels}px"] if pixels > 0 else []


def lost_when_spaced(page: Page) -> list[str]:
    """What PAGE cuts off, or needs more room for than there is, where a reader has text spaced further apart."""
    page.evaluate(SPACE_TEXT, SPACED_TEXT)
    found = sideways(page) + page.evaluate(CUT_OFF)
    page.evaluate(SPACE_TEXT, "")
    return found


def write_in_latin_letters(page: Page) -> None:
    """Have axe measure contrast: it takes Arabic words for icons, because their letters join, and passes over them."""
    page.evaluate(LATIN_LETTERS)

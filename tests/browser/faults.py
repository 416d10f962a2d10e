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
    # WCAG 2.5.8 spares what has an equivalent: the same figures stand as a list below the bars, or as the calendar of all
    # years (tests/archive/views/test_calendar.py).
    "target-size": ".histogram-bar",
    # The style guide, and no other page, shows a component in each of its states, so that its landmarks have doubles.
    "landmark-unique": ".styleguide-specimen",
}
"""What a rule does not see the reason of, by a part of its selector."""

SIDEWAYS = "() => document.documentElement.scrollWidth - window.innerWidth"
# By RULES, or by those of some KINDS that are not LEFT OUT; of the whole document, or ONLY of what was chosen before.
# Not preloaded: axe would write the style sheets into the page, which its policy forbids.
RUN = """async ({ rules, kinds, leftOut, only }) => {
  const asked = axe.getRules(kinds).map(rule => rule.ruleId).filter(id => !leftOut.includes(id));
  const context = only ? { include: window.chosen } : document;
  const runOnly = { type: "rule", values: rules.length ? rules : asked };
  return (await axe.run(context, { resultTypes: ["violations"], preload: false, runOnly })).violations;
}"""
# Chooses one element of each look that is not KNOWN, and returns those looks. A look is all that our style sheets and
# Django's ask for a colour: of what an element is and stands in the tags, attributes and turns of rows, and which of them
# have letters of their own. Ids with a number are of one among many.
CHOOSE_BY_LOOK = """known => {
  const valued = /^(id=\\D*|(class|dir|lang|role|rel|type|data-(state|theme|contrast|text-size)|aria-(current|pressed|selected|sort))=.*)$/s;
  const lettered = element => element.matches("input, select, textarea")
    || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const looks = new Map(), found = new Set(known);
  window.chosen = [...document.querySelectorAll("*")].filter(element => {
    const attributes = [...element.attributes].map(({ name, value }) =>
      valued.test(`${name}=${value}`) ? `${name}=${value}` : name).sort();
    const turn = [":nth-child(even)", ":checked", ":has(:checked)"].filter(state => element.matches(state)
      && (state !== ":nth-child(even)" || element.matches("tr"))).join("");
    const own = `${element.localName}${turn}[${attributes}]${lettered(element) ? "+" : ""}`;
    const look = `${looks.get(element.parentElement) ?? ""} ${own}`;
    looks.set(element, look);
    if (!look.endsWith("+") || found.has(look) || !element.checkVisibility({ visibilityProperty: true })) return false;
    return found.add(look);
  });
  return [...found].slice(known.length);
}"""
# Chooses what is shown and was not when this was last asked: each with what is in it.
CHOOSE_NEWLY_SHOWN = """() => {
  const before = window.shown ?? new Set();
  window.shown = new Set([...document.querySelectorAll("body, body *")].filter(element => element.checkVisibility()));
  window.chosen = [...window.shown].filter(element => !before.has(element) && before.has(element.parentElement));
  return window.chosen.length;
}"""
# Axe asks for what fills letters before it asks for their colour, and of forced colours Chromium tells only the second.
# No style here sets the first.
COLOUR_OF_LETTERS = """{
  const ask = CSSStyleDeclaration.prototype.getPropertyValue;
  CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
    return name === "-webkit-text-fill-color" ? "" : ask.call(this, name);
  };
}"""
AXE = f"{COLOUR_OF_LETTERS}\n{Axe().axe_script}"
END_TRANSITIONS = """() => document.getAnimations()
  .filter(animation => animation instanceof CSSTransition).forEach(animation => animation.finish())"""
SPACED_TEXT = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    " p { margin-block-end: 2em !important }"
)
"""What a reader may set without losing anything (WCAG 1.4.12): as a sheet that no policy of the page forbids."""
# Of each element with text of its own: whether some of it lies outside of a box that does not show what it cannot hold.
CUT_OFF_WHEN_SPACED = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
  const pixels = document.documentElement.scrollWidth - window.innerWidth;
  const cuts = overflow => ["hidden", "clip"].includes(overflow);
  const found = new Set(pixels > 0 ? [`scrolls sideways by ${pixels}px`] : []);
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
  document.adoptedStyleSheets = [];
  return [...found];
}"""
# A link within a line of text is as tall as its letters (WCAG 2.5.8 spares it); what is drawn has its own measure; a
# button to tick is pressed anywhere on the label around it.
SMALL_TARGETS = """least => [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select")]
  .filter(target => target.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
  .filter(target => !target.closest("p, li p, dd, svg, .prose, .ledger-title, .histogram-bars, .visually-hidden, .skip-link"))
  .map(target => target.matches("[type=radio], [type=checkbox]") ? target.closest("label") ?? target : target)
  .map(target => [target, target.getBoundingClientRect()])
  .filter(([target, box]) => box.width && (box.width < least - 0.5 || box.height < least - 0.5))
  .map(([target, box]) => `${target.className || target.tagName} «${target.textContent.trim().slice(0, 20)}» `
    + `${box.width.toFixed(1)} × ${box.height.toFixed(1)}`)"""
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


def bring_axe(page: Page) -> None:
    """Have each page that PAGE goes to from now on begin with axe, which need not be sent to it then."""
    page.add_init_script(AXE)


def faults(
    page: Page, *rules: str, kinds: tuple[str, ...] = (), but: tuple[str, ...] = (), only_chosen: bool = False
) -> list:
    """A way to scroll sideways, and what axe finds by RULES, or by all BUT some, which are asked later.

    KINDS are tags of rules; where they are given, all rules are those. ONLY of what was CHOSEN there, or of all.
    """
    found = sideways(page)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    asked = {"rules": rules, "kinds": kinds, "leftOut": [*LEFT_OUT, *but], "only": only_chosen}
    for violation in page.evaluate(RUN, asked):
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
    pixels = page.evaluate(SIDEWAYS)
    return [f"scrolls sideways by {pixels}px"] if pixels > 0 else []


def lost_when_spaced(page: Page) -> list[str]:
    """What PAGE cuts off, or needs more room for than there is, where a reader has text spaced further apart."""
    return page.evaluate(CUT_OFF_WHEN_SPACED, SPACED_TEXT)


def write_in_latin_letters(page: Page) -> None:
    """Have axe measure contrast: it takes Arabic words for icons, because their letters join, and passes over them."""
    page.evaluate(LATIN_LETTERS)

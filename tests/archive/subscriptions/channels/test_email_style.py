"""Mail as the common mail programs show it: what they leave out is not used, and it is readable in light and in dark.

What they understand is told by caniemail.com: Outlook on Windows draws with Word, and Gmail keeps one style sheet and
the styles of elements, but leaves out positions, variables and most ways of layout.
"""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from archive.models import Correction
from archive.search.filters import SearchFilters
from archive.subscriptions.matching import announce
from archive.subscriptions.saved_searches import save_search
from archive.views.styleguide import tokens
from tests.archive.subscriptions.channels.test_email import html_of, mail_of
from tests.factories import ArticleFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db

UNDERSTOOD = {
    *("background", "border", "border-top", "border-width", "color", "display", "font-family", "font-size"),
    *("font-weight", "line-height", "margin", "max-width", "padding", "text-align", "text-decoration", "width"),
}
"""Properties that every common program takes, or does no harm by leaving out: Word takes the width of the attribute."""

ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body"),
    *("table", "tr", "td", "a", "b", "p", "div", "br", "bdi", "mark", "time"),
}

DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(?P<rules>.*?\}\s*)\}", re.DOTALL)
RULE = re.compile(r"\.([\w-]+)\s*\{([^}]*)\}")
MAX_BYTES = 102_000
"""Gmail cuts off what is longer."""

MIN_CONTRAST, MIN_CONTRAST_OF_LARGE = 4.5, 3
LARGE_BOLD_PIXELS = 18.66
OF_MARK = {"background": "#ffff00", "color": "#000000"}
"""By every program's own style sheet."""


class Mail(HTMLParser):
    """What stands in HTML: its elements with their attributes, and each text with the colours of its place in DARK."""

    def __init__(self, html: str, *, dark: bool):
        super().__init__()
        self.sheet = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
        self.classes = {name: declarations(said) for name, said in RULE.findall(DARK.search(self.sheet)["rules"])}
        self.dark = dark
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, dict[str, str]]] = []
        self._open: list[tuple[str, dict[str, str]]] = [("", {"color": "#000000", "background": "#ffffff"})]
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append((tag, attributes))
        if tag in ("br", "meta"):
            return
        inherited = self._open[-1][1]
        own = (OF_MARK if tag == "mark" else {}) | declarations(attributes.get("style", ""))
        if self.dark:
            for name in attributes.get("class", "").split():
                own |= self.classes[name]
        self._open.append((tag, {**inherited, **own}))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, text):
        if text.strip() and not {"style", "title"} & {tag for tag, _style in self._open}:
            self.texts.append((text.strip(), self._open[-1][1]))


def declarations(style: str) -> dict[str, str]:
    parts = (part.partition(":") for part in style.replace("!important", "").split(";") if part.strip())
    return {name.strip(): value.strip() for name, _colon, value in parts}


@pytest.fixture(params=["article", "alert", "correction", "digest", "confirmation", "link", "new_address", "english"])
def html(request, publish, now) -> str:
    """The HTML of a mail of each kind."""
    article = ArticleFactory(kicker="عاجل", summary="وصلت السفينة صباحًا.")
    subscription = SubscriptionFactory(when="at_once")
    match request.param:
        case "article":
            return html_of(mail_of(article=article))
        case "english":
            english = SubscriptionFactory(when="at_once", subscriber=SubscriberFactory(language="en"))
            return html_of(mail_of(article=article, subscription=english))
        case "alert":
            search = save_search("السفينة", SearchFilters(), "q=السفينة")
            return html_of(mail_of(subscription=SubscriptionFactory(what="search", search=search, when="at_once")))
        case "correction":
            correction = Correction.objects.create(article=article, text="الصواب: ثلاث سفن.")
            return html_of(mail_of(article=article, kind="correction", version=correction.pk))
        case "digest":
            for _number in range(25):
                publish()
            announce(at=now)
            period = {"period_start": now - timedelta(days=1), "period_end": now, "digest": "daily-2020-06-15"}
            daily = SubscriptionFactory(when="daily", active_since=now - timedelta(days=1))
            return html_of(mail_of(subscription=daily, article=None, kind="digest", **period))
    data = {"subscription": subscription.pk, "when": "daily", "to": "new@example.org", "language": "ar"}
    return html_of(mail_of(subscription=subscription, article=None, kind=request.param, is_service=True, data=data))


def test_only_what_the_common_programs_take_is_used(html):
    mail = Mail(html, dark=False)
    used = {tag for tag, _attributes in mail.elements}
    assert used <= ELEMENTS
    assert html.count("<style") == 1
    assert html.index("<style") < html.index("</head>")
    styles = [attributes["style"] for _tag, attributes in mail.elements if "style" in attributes]
    assert {name for style in styles for name in declarations(style)} <= UNDERSTOOD
    assert {declarations(style).get("display") for style in styles} <= {None, "inline-block"}
    assert not re.search(r"var\(|calc\(|url\(|\brem\b|flex|grid|position|float", " ".join(styles))
    assert len(html.encode()) < MAX_BYTES
    # Tables that lay out are no tables to who listens.
    assert all(attributes["role"] == "presentation" for tag, attributes in mail.elements if tag == "table")


def test_the_style_sheet_tells_of_the_dark_and_of_nothing_else(html):
    mail = Mail(html, dark=True)
    named = {attributes.get("name"): attributes.get("content") for tag, attributes in mail.elements if tag == "meta"}
    assert (named["color-scheme"], named["supported-color-schemes"]) == ("light dark", "light dark")
    rest = DARK.sub("", mail.sheet).strip()
    assert rest == ":root { color-scheme: light dark; supported-color-schemes: light dark; }"
    rules = RULE.findall(DARK.search(mail.sheet)["rules"])
    assert all(part.endswith("!important") for _name, said in rules for part in said.split(";") if part.strip())
    # What an element says of colours, a class says of the dark.
    for tag, attributes in mail.elements:
        own = declarations(attributes.get("style", ""))
        dark = {name for one in attributes.get("class", "").split() for name in mail.classes[one]}
        assert {"color", "background"} & set(own) <= dark, (tag, attributes)


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_is_readable(html, dark):
    texts = Mail(html, dark=dark).texts
    assert len(texts) > 3
    for text, style in texts:
        large = (
            style.get("font-weight") == "bold" and float(style["font-size"].removesuffix("px")) >= LARGE_BOLD_PIXELS
        )
        contrast = tokens.contrast(style["color"], style["background"])
        assert contrast >= (MIN_CONTRAST_OF_LARGE if large else MIN_CONTRAST), (text, style, contrast)
    # The first is the site's name, on the paper that all stands on.
    assert (tokens.contrast(texts[0][1]["background"], "#ffffff") > 10) is dark

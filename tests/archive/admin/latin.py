"""Words in Latin letters on a page that is meant to be Arabic."""

import re
from html.parser import HTMLParser

WORD = re.compile(r"[A-Za-z]{2,}")
ISOLATED = re.compile("[\u2066-\u2068][^\u2069]*\u2069")
"""What a sentence keeps apart from its own direction: examples, keys, addresses."""

SPOKEN = ("title", "alt", "aria-label", "aria-description", "placeholder", "label")
"""Attributes that a reader sees or hears."""

VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"),
    *("path", "use"),
}
UNREAD = {"script", "style", "code", "template"}
"""What nobody reads, or what is no language."""

BUTTONS = ("submit", "button", "reset")

FORMATS = """
JSON Lines CSV TSV RSS Atom Feed HTML MHTML WARC NewsML NITF ninjs WordPress WXR TREC TOML HTTPS https http SVG PNG JPEG
WebP QR TOTP ISO UTC SHA LDAP
"""
NETWORKS = """
Wikidata Telegram WhatsApp YouTube Facebook Instagram LinkedIn TikTok Threads Bluesky Mastodon Snapchat Flipboard Nabd
"""
ALLOWED = frozenset((FORMATS + NETWORKS).split())
"""Formats and protocols, which Arabic calls by these names, and networks, which write themselves so."""


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        hidden = tag in UNREAD or self._is_aside() or _is_marked(tag, values)
        if not hidden or tag == "bdi":
            self._take(" ".join(values[name] or "" for name in SPOKEN if name in values))
            if tag == "input" and values.get("type") in BUTTONS:
                self._take(values.get("value") or "")
        if tag not in VOID:
            self._open.append((tag, hidden))

    def handle_endtag(self, tag):
        while self._open and any(tag == one for one, _hidden in self._open):
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data):
        if not self._is_aside():
            self._take(data)

    def _is_aside(self) -> bool:
        return bool(self._open and self._open[-1][1])

    def _take(self, text: str) -> None:
        self.found += WORD.findall(ISOLATED.sub("", text))


def _is_marked(tag: str, values: dict) -> bool:
    """Whether the page itself says that this is a piece of data, or in another language."""
    return tag in ("bdi", "textarea") or values.get("dir") == "ltr" or values.get("lang", "ar") != "ar"


def latin_words(html: str, data: frozenset[str] = frozenset()) -> list[str]:
    """The Latin words of HTML that are neither ALLOWED, nor of the DATA shown, nor marked as such by the page."""
    reader = _Reader()
    reader.feed(html)
    return sorted(set(reader.found) - ALLOWED - data)

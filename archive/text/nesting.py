"""HTML nested so deep that parsers of it slow down, made shallower.

A parser that follows the HTML standard looks through all open elements at many a tag, which for elements that are
opened again and again and never closed takes time by the square of their number.
"""

from html import escape
from html.parser import HTMLParser

# As browsers' own limit (Chromium, WebKit).
MAX_DEPTH = 512
# HTML of fewer tags costs no parser much, however they nest.
FEW_TAGS = 4 * MAX_DEPTH

_VOID_TAGS = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
}  # fmt: skip
# Each ends one before it, so that however many stand open in HTML, they do not nest by themselves.
_ENDING_EACH_OTHER = {
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup",
}  # fmt: skip

# Without their tags, the words around them are still those that they were; around others, two would become one.
_INLINE_TAGS = {
    "a", "abbr", "b", "bdi", "bdo", "big", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub",
    "sup", "tt", "u",
}  # fmt: skip


def shallow(html: str) -> str:
    """Return HTML whose elements nest no deeper than MAX_DEPTH; the tags beyond that go, their words stay.

    HTML of FEW_TAGS comes back as it is. Other HTML is written anew, each element closed where its parent is,
    without comments.
    """
    if html.count("<") <= FEW_TAGS:
        return html
    writer = _Writer()
    # Comments that are over as they begin, which not each Python's parser knows.
    writer.feed(html.replace("<!-->", "<!---->").replace("<!--->", "<!---->"))
    writer.close()
    return "".join(writer.written)


class _Writer(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._open: list[str] = []
        # How many of each name are open and written, and how many more were opened beyond the depth.
        self._count: dict[str, int] = {}
        self._beyond: dict[str, int] = {}

    def handle_starttag(self, tag, attrs):
        if tag not in _VOID_TAGS | _ENDING_EACH_OTHER:
            if len(self._open) >= MAX_DEPTH:
                self._beyond[tag] = self._beyond.get(tag, 0) + 1
                self._leave_out(tag)
                return
            self._open.append(tag)
            self._count[tag] = self._count.get(tag, 0) + 1
        told = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs if name.isalpha())
        self.written.append(f"<{tag}{told}>")

    def handle_startendtag(self, tag, attrs):
        # The slash means nothing in HTML.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag in _ENDING_EACH_OTHER:
            self.written.append(f"</{tag}>")
        elif self._beyond.get(tag):
            self._beyond[tag] -= 1
            self._leave_out(tag)
        elif self._count.get(tag):
            closed = None
            while closed != tag:
                closed = self._open.pop()
                self._count[closed] -= 1
                self.written.append(f"</{closed}>")

    def _leave_out(self, tag):
        if tag not in _INLINE_TAGS:
            self.written.append(" ")

    def handle_data(self, data):
        self.written.append(escape(data, quote=False))

"""The blocks of a page: paragraphs, headings, list entries, tables and captions, in the order of the page.

Each knows in which zones of the page it stands (a menu, the comments, what is shared), by the names that pages give
their elements. Whether a zone is one indeed is decided by what stands in it (`archive.ingest.web.zones`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import NamedTuple

from lxml import etree

from archive.ingest.cleaning import repair_characters
from archive.ingest.web.tables import is_data_table, table_html
from archive.ingest.web.tree import attribute

MAX_IMAGES = 200
SENTENCE_CHARS = 60

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "canvas",
        "video",
        "audio",
        "map",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "head",
        "link",
        "meta",
        "title",
        "datalist",
        "progress",
        "frame",
        "frameset",
        "applet",
        "rp",
        "rt",
        "param",
        "source",
        "track",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "sub": "sub", "sup": "sup"}
_WRAPS = frozenset({"ul", "ol", "blockquote"})
_ZONE_TAGS = {"nav": "navigation", "footer": "footer", "aside": "sidebar", "form": "form", "menu": "navigation"}

# Parts of class names and ids, by the code that tells what stands there. The first that is found says the code.
_ZONE_NAMES = tuple(
    (code, re.compile(rf"(?:^|[\s_.-])(?:{names})(?=$|[\s_.\d-])", re.IGNORECASE))
    for code, names in (
        (
            "turns",
            "(?:post|article|news|story)s?-?nav(?:igation)?|nav-?(?:links|below|single|previous|next)|next-?prev|prev-?next"
            "|(?:next|prev|previous)-?(?:and-?(?:next|prev|previous)-?)?(?:posts?|article|story|news)|post-?(?:next|prev|previous)",
        ),
        ("comments", "comments?|comments?(?:list|form|area|section|box)|disqus|respond|replies|fb-comments"),
        (
            "share",
            "share|shares|sharing|shareholder|social|socials|sharebox|sharebar|sharethis|addthis|addtoany|a2a|sharedaddy"
            "|social-?(?:media|share|icons|links|sharing)|share-?(?:buttons?|icons?|links?)|print-?(?:link|button|btn)",
        ),
        (
            "newsletter",
            "newsletter|subscribe|subscription|signup|sign-up|mailchimp|mailing-?list|follow|follow-(?:us|google)",
        ),
        (
            "related",
            "related|related-?(?:posts?|news|articles?|stories|content|topics|links)|recommended|recommendations?|read-?(?:also|more|next)"
            "|also-?read|see-?also|similar(?:-(?:posts|news))?|you-?may-?(?:also-?)?like|jp-relatedposts",
        ),
        (
            "advertisement",
            "ads?|advert(?:s|isement|isements|ising)?|adsbygoogle|ad-?(?:slot|unit|box|banner|container|wrapper)|banners?|sponsor(?:ed|s)?|dfp|gpt|promo(?:s|tion)?",
        ),
        ("tags", "tags|tag-?(?:s|list|cloud|links)|keywords|post-?tags|article-?tags|entry-?tags"),
        ("breadcrumb", "breadcrumbs?|bread-?crumbs?|crumbs?|bcrumb"),
        (
            "navigation",
            "more-?(?:news|stories|articles|posts|from)|most-?(?:read|popular|viewed|seen|commented)|popular(?:-posts)?|trending"
            "|latest(?:-(?:news|posts))?|taboola|outbrain|mgid|nav|navbar|navigation|menu|menus|main-?menu|sub-?menu|top-?(?:bar|menu|nav)|paginat(?:ion|or)|pager|toolbar|skip-?(?:link|nav|navigation)|ticker|news-?ticker|breaking(?:-?news)?",
        ),
        ("footer", "footer|site-?footer|page-?footer|copyrights?|colophon"),
        ("sidebar", "sidebar|side-?bar|widgets?|side-?(?:content|area|col|column)|aside|rail"),
        ("author_box", "author-?(?:box|bio|info|card|description)|about-?(?:the-?)?author|post-?author-?box"),
        (
            "notice",
            "cookies?|cookie-?(?:notice|bar|banner|consent)|gdpr|consent|popup|pop-?up|modal|lightbox|overlay|toast",
        ),
        ("hidden", "sr-only|visually-?hidden|screen-?reader-?text|hide-?span|print-?only"),
        ("login", "login|log-?in|paywall|register|registration"),
    )
)
# Not what is hidden on narrow screens only: hidden-xs, d-none d-md-block.
_HIDDEN_NAME = re.compile(
    r"(?:^|\s)(?:hidden|d-none|invisible)(?=\s|$)(?!.*\bd-\w+-(?:block|flex|inline|grid|table))", re.DOTALL
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CAPTION_NAME = re.compile(
    r"caption|img-?(?:desc|title|text)|image-?(?:desc|title|text|info)|photo-?(?:desc|title|text|credit)", re.I
)
_ROLES = {
    "navigation": "navigation",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "sidebar",
    "search": "form",
    "dialog": "notice",
    "alertdialog": "notice",
    "menu": "navigation",
    "menubar": "navigation",
}
# What pages call the parts of a line that say who wrote it, and where on the site it stands.
_TOLD_NAMES = tuple(
    (code, re.compile(rf"(?:^|[\s_-])(?:{names})(?=$|\s)", re.IGNORECASE))
    for code, names in (
        ("author", "author|author-?name|by-?line|writer|writer-?name|reporter|written-?by|write-?by|vcard|byauthor"),
        (
            "section",
            "cat|category|cat-?links?|category-?(?:name|label|title)|(?:post|entry|article|news|story)-?(?:cat|category|section)",
        ),
    )
)
_SPACES = re.compile(r"\s+")
# What `repair_characters` may have to do with a text that has no line ends.
_TO_REPAIR = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufb50-\ufeff\ufff9-\ufffb]"
)
_SENTENCE_ENDS = (".", "!", "?", "؟", "…", ":", "»", '"', "”")


class Zone(NamedTuple):
    """A part of the page with a purpose of its own: ELEMENT (its place among all elements), and what it is for."""

    number: int
    code: str


@dataclass(slots=True)
class Picture:
    url: str
    alternative_text: str
    element: etree._Element
    zones: tuple[Zone, ...]
    caption: str = ""
    place: int = 0
    """Before which block it stands."""


@dataclass(slots=True)
class Block:
    """One block: `html` is its content in the body's vocabulary, TEXT the same without markup."""

    tag: str
    pieces: list["_Piece"]
    text: str
    element: etree._Element
    wrap: etree._Element | None = None
    zones: tuple[Zone, ...] = ()
    link_chars: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    is_inside_heading_one: bool = False

    @property
    def html(self) -> str:
        return _html(self.pieces)

    @property
    def parts(self) -> list[str]:
        """Its text in the parts that elements within the line set apart."""
        parts: list[list[_Piece]] = [[]]
        for piece in self.pieces:
            if piece.kind in {"gap", "break"}:
                parts.append([])
            else:
                parts[-1].append(piece)
        return [text for part in parts if (text := _text(part))]

    @property
    def own_chars(self) -> int:
        """How much of it leads nowhere else."""
        return max(len(self.text) - self.link_chars, 0)

    @property
    def is_link(self) -> bool:
        return bool(self.links) and self.link_chars >= len(self.text) * 0.8


@lru_cache(maxsize=4096)
def _zone_of_name(name: str) -> str:
    return next((code for code, pattern in _ZONE_NAMES if pattern.search(name)), "")


def zone_code(element: etree._Element) -> str:
    """What the part of a page that ELEMENT holds is for, by its name, role and style; "" when they do not say."""
    tag = element.tag
    get = element.get
    if get("hidden") is not None or (get("aria-hidden") == "true" and tag != "span"):
        return "hidden"
    if (style := get("style")) and _HIDDEN_STYLE.search(style):
        return "hidden"
    if (role := get("role")) and role in _ROLES and tag != "header":
        return _ROLES[role]
    name, identity = get("class"), get("id")
    if name or identity:
        code = "hidden" if name and _HIDDEN_NAME.search(name) else _zone_of_name(f"{name or ''} {identity or ''}")
        if code and tag not in {"body", "html", "main", "h1"}:
            return code
    return _ZONE_TAGS.get(tag, "")


@lru_cache(maxsize=4096)
def _told_by(name: str, relation: str) -> str:
    """What an element with this class and `rel` tells of the article: "author", "section" or nothing, ""."""
    if relation and (kind := {"author": "author", "category": "section"}.get(relation.split()[0].lower())):
        return kind
    return next((code for code, pattern in _TOLD_NAMES if pattern.search(name)), "")


class Told(NamedTuple):
    """An element of a page that is named for what it tells of the article, before the block at PLACE or in it."""

    kind: str
    place: int
    element: etree._Element
    zones: tuple[Zone, ...]


class _Piece(NamedTuple):
    kind: str
    """One of "text", "open", "close", "break", "gap" and "markup"."""

    value: str
    tag: str = ""


_GAP = _Piece("gap", "")
"""Where an element within a line begins or ends: a page may set apart there what it writes in one line."""

_GAPS = frozenset({"span", "time", "small", "label", "abbr", "font", "cite", "ins"})


class BlockReader:
    """One walk over the elements of a page; `blocks`, `pictures` and `times` hold what was found.

    `dated` are the elements that are called published, as blogs do; `told` those that name an author or a section.

    IS_LINE tells whether a line among others in one block is no part of its text: a date, or the headline.
    `ranges` has, for every element that is a block, the places of the first block in it and of the first one after it.
    """

    def __init__(self, root: etree._Element, is_line: Callable[[str], bool] = lambda text: False):
        self._is_line = is_line
        self.blocks: list[Block] = []
        self.pictures: list[Picture] = []
        self._pieces: list[_Piece] = []
        self._inline: list[_Piece] = []
        self._zones: list[tuple[Zone, ...]] = [()]
        self._stack: list[etree._Element] = []
        self._wraps: list[etree._Element] = []
        self._links: list[tuple[str, str]] = []
        self._link: str | None = None
        self._link_text: list[str] = []
        self._link_chars = 0
        self._has_text = False
        self._preformatted = 0
        self._number = 0
        self.ranges: dict[etree._Element, tuple[int, int]] = {}
        self.times: list[tuple[int, etree._Element, tuple[Zone, ...]]] = []
        self.dated: list[tuple[int, etree._Element, tuple[Zone, ...]]] = []
        self.told: list[Told] = []
        self._begins: list[int] = []
        self._walk(root)

    def _walk(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if not isinstance(tag, str) or tag in SKIPPED:
                    walk.skip_subtree()
                    continue
                if tag == "table" and is_data_table(element):
                    self._flush()
                    self._add_table(element)
                    walk.skip_subtree()
                    continue
                self._start(element, tag)
                if element.text:
                    self._add_text(element.text)
            else:
                if isinstance(tag, str) and tag not in SKIPPED and self._stack and self._stack[-1] is element:
                    self._end(element, tag)
                if element.tail and element is not root:
                    self._add_text(element.tail)
        self._flush()

    def _start(self, element: etree._Element, tag: str) -> None:
        self._number += 1
        self._stack.append(element)
        if tag in _BLOCKS:
            self._flush()
            self._begins.append(len(self.blocks))
            code = zone_code(element)
            zones = self._zones[-1]
            self._zones.append((*zones, Zone(self._number, code)) if code and len(zones) < 20 else zones)
            if tag in _WRAPS:
                self._wraps.append(element)
            self._preformatted += tag == "pre"
            if tag == "hr":
                self._break()
        elif tag == "br":
            self._break()
        elif tag in {"img", "amp-img"}:
            self._add_picture(element)
        elif tag == "time":
            self._pieces.append(_GAP)
            self.times.append((len(self.blocks), element, self._zones[-1]))
        elif tag in _GAPS:
            self._pieces.append(_GAP)
            if (name := element.get("class")) and "published" in name:
                self.dated.append((len(self.blocks), element, self._zones[-1]))
            if tag == "span" and zone_code(element) == "hidden":
                # A word for those who do not see the icon.
                zones = self._zones[-1]
                self._flush()
                self._zones.append((*zones, Zone(self._number, "hidden")))
        elif tag == "a":
            if href := attribute(element, "href"):
                self._link, self._link_text = href, []
                self._open("a", f'<a href="{escape(href)}">')
        elif tag in _INLINE:
            self._open(_INLINE[tag], f"<{_INLINE[tag]}>")
        name, relation = element.get("class") or "", (element.get("rel") or "") if tag == "a" else ""
        if (name or relation) and (kind := _told_by(name, relation)):
            self.told.append(Told(kind, len(self.blocks), element, self._zones[-1]))

    def _end(self, element: etree._Element, tag: str) -> None:
        self._stack.pop()
        if tag in _BLOCKS:
            self._stack.append(element)
            self._flush()
            self._stack.pop()
            self._zones.pop()
            self._preformatted -= tag == "pre"
            self.ranges[element] = (self._begins.pop(), len(self.blocks))
            if tag in _WRAPS:
                self._wraps.pop()
        elif tag == "a":
            if self._link is not None:
                text = _SPACES.sub(" ", "".join(self._link_text)).strip()
                self._links.append((self._link, text))
                self._link = None
                self._close("a")
        elif tag in _INLINE:
            self._close(_INLINE[tag])
        elif tag in _GAPS:
            self._pieces.append(_GAP)
            if (name := element.get("class")) and "published" in name:
                self.dated.append((len(self.blocks), element, self._zones[-1]))
            if tag == "span" and zone_code(element) == "hidden":
                self._flush()
                self._zones.pop()

    def _open(self, tag: str, markup: str) -> None:
        piece = _Piece("open", markup, tag)
        self._inline.append(piece)
        self._pieces.append(piece)

    def _close(self, tag: str) -> None:
        for place in range(len(self._inline) - 1, -1, -1):
            if self._inline[place].tag == tag:
                del self._inline[place]
                self._pieces.append(_Piece("close", f"</{tag}>", tag))
                return

    def _break(self) -> None:
        """A line's end; two of them end a paragraph."""
        if not self._has_text:
            return
        for piece in reversed(self._pieces):
            if piece.kind == "text" and piece.value.strip():
                break
            if piece.kind == "break":
                self._flush()
                return
        self._pieces.append(_Piece("break", "<br>"))

    def _add_text(self, text: str) -> None:
        if self._preformatted and "\n" in text:
            first, *others = text.split("\n")
            self._add_text(first)
            for line in others:
                self._break()
                self._add_text(line)
            return
        if not text.isspace():
            self._has_text = True
        elif not self._has_text:
            return
        if self._link is not None:
            self._link_text.append(text)
            self._link_chars += len(text.strip())
        self._pieces.append(_Piece("text", text))

    def _add_picture(self, element: etree._Element) -> None:
        url = attribute(element, "data-src", "data-original", "data-lazy-src", "data-lazy", "src")
        if url and not url.startswith("data:") and len(self.pictures) < MAX_IMAGES:
            self.pictures.append(
                Picture(url, attribute(element, "alt"), element, self._zones[-1], place=len(self.blocks))
            )

    def _add_table(self, table: etree._Element) -> None:
        html, text = table_html(table)
        if text:
            zones = self._zones[-1]
            if code := zone_code(table):
                zones = (*zones, Zone(self._number + 1, code))
            self.blocks.append(Block("table", [_Piece("markup", html)], text, table, zones=zones))

    def _flush(self) -> None:
        """Make blocks of what was read since the last one; what is bold or linked across its end goes on."""
        if not self._has_text:
            if self._pieces:
                self._pieces, self._links, self._link_chars = list(self._inline), [], 0
            return
        pieces, self._pieces = self._pieces, list(self._inline)
        links, self._links = self._links, []
        link_chars, self._link_chars = self._link_chars, 0
        self._has_text = False
        if self._link is not None:
            # The link encloses blocks: its text so far belongs to this one.
            links.append((self._link, _SPACES.sub(" ", "".join(self._link_text)).strip()))
            self._link_text = []
        element = next((one for one in reversed(self._stack) if one.tag in _BLOCKS), None)
        if element is None:
            return
        tag = self._tag(element)
        wrap = self._wraps[-1] if self._wraps else None
        found = _paragraphs(pieces, self._is_line)
        in_heading = element.tag == "h1"
        for part, text in found:
            if len(found) > 1 and links:
                own = [link for link in links if link[1] and link[1] in text]
                chars = sum(len(link[1]) for link in own)
            else:
                own, chars = links, link_chars
            self.blocks.append(Block(tag, part, text, element, wrap, self._zones[-1], chars, own, in_heading))

    def _tag(self, element: etree._Element) -> str:
        if element.tag in _HEADINGS:
            return _HEADINGS[element.tag]
        for one in reversed(self._stack):
            if one.tag == "figcaption":
                return "figcaption"
            if one.tag in {"li", "td", "article", "section", "body"}:
                break
        if element.tag not in {"li", "ul", "ol"} and _CAPTION_NAME.search(element.get("class") or ""):
            return "figcaption"
        return "li" if self._wraps and self._wraps[-1].tag in {"ul", "ol"} else "p"


def _paragraphs(pieces: list[_Piece], is_line: Callable[[str], bool]) -> list[tuple[list[_Piece], str]]:
    """The pieces and the text of each paragraph in PIECES: lines that are whole sentences are paragraphs of their own.

    So are lines that IS_LINE knows to be no text.
    """
    lines: list[list[_Piece]] = [[]]
    opened: list[_Piece] = []
    for piece in pieces:
        if piece.kind == "break":
            lines.append(list(opened))
            continue
        lines[-1].append(piece)
        if piece.kind == "open":
            opened.append(piece)
        elif piece.kind == "close":
            for place in range(len(opened) - 1, -1, -1):
                if opened[place].tag == piece.tag:
                    del opened[place]
                    break
    told = [(line, text) for line in lines if (text := _text(line))]
    texts = [text for _, text in told]
    if len(told) < 2 or _are_paragraphs(texts) or any(map(is_line, texts)):
        return told
    return [(pieces, " ".join(texts))]


def _text(pieces: list[_Piece]) -> str:
    text = " ".join("".join([piece.value for piece in pieces if piece.kind == "text"]).split())
    return _repaired(text) if text else ""


def _repaired(text: str) -> str:
    return repair_characters(text).replace("\n", " ") if _TO_REPAIR.search(text) else text


def _are_paragraphs(lines: list[str]) -> bool:
    """Are the LINES of one block sentences, and not the lines of a poem, an address or a list?"""
    long = [line for line in lines if len(line) >= SENTENCE_CHARS]
    return sum(map(len, long)) >= 0.7 * sum(map(len, lines)) and all(
        line.rstrip().endswith(_SENTENCE_ENDS) or len(line) < SENTENCE_CHARS or len(line) > 2 * SENTENCE_CHARS
        for line in lines[:-1]
    )


def _html(pieces: list[_Piece]) -> str:
    """PIECES as HTML in which every tag is closed, in the order in which they were opened."""
    out: list[str] = []
    opened: list[str] = []
    for piece in pieces:
        if piece.kind == "text":
            out.append(escape(_repaired(_SPACES.sub(" ", piece.value)), quote=False))
        elif piece.kind == "open":
            opened.append(piece.tag)
            out.append(piece.value)
        elif piece.kind == "break":
            out.append("<br>")
        elif piece.kind == "markup":
            return piece.value
        elif piece.kind == "close" and piece.tag in opened:
            while (tag := opened.pop()) != piece.tag:
                out.append(f"</{tag}>")
            out.append(piece.value)
    out += [f"</{tag}>" for tag in reversed(opened)]
    html = _without_empty_tags("".join(out))
    return _BREAKS_AT_ENDS.sub("", _SPACES.sub(" ", html).strip()).strip()


_BREAKS_AT_ENDS = re.compile(r"^(?:\s*<br>\s*)+|(?:\s*<br>\s*)+$")
_EMPTY = re.compile(r"<(a|strong|em|sub|sup)\b[^>]*>(\s*)</\1>")


def _without_empty_tags(html: str) -> str:
    for _nesting in range(3):
        html, count = _EMPTY.subn(r"\2", html)
        if not count:
            break
    return html


def chain(element: etree._Element) -> Iterator[etree._Element]:
    """ELEMENT and what it stands in."""
    yield element
    yield from element.iterancestors()

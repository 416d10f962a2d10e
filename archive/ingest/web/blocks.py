"""The blocks of a page: paragraphs, headings, list entries, tables and captions, in the order of the page.

Each knows in which zones of the page it stands (a menu, the comments, what is shared), by the names that pages give
their elements. Whether a zone is one indeed is decided by what stands in it (`archive.ingest.web.zones`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from lxml import etree

from archive.ingest.web.names import names_caption, told_by, zone_code
from archive.ingest.web.pieces import BREAK, GAP, Piece, html_of_pieces, paragraphs, text_of_pieces
from archive.ingest.web.tables import is_data_table, table_html
from archive.ingest.web.tree import attribute

MAX_IMAGES = 200

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

_SPACES = re.compile(r"\s+")


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
    pieces: list[Piece]
    text: str
    element: etree._Element
    wrap: etree._Element | None = None
    zones: tuple[Zone, ...] = ()
    link_chars: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)
    is_inside_heading_one: bool = False

    @property
    def html(self) -> str:
        return html_of_pieces(self.pieces)

    @property
    def parts(self) -> list[str]:
        """Its text in the parts that elements within the line set apart."""
        parts: list[list[Piece]] = [[]]
        for piece in self.pieces:
            if piece.kind in {"gap", "break"}:
                parts.append([])
            else:
                parts[-1].append(piece)
        return [text for part in parts if (text := text_of_pieces(part))]

    @property
    def own_chars(self) -> int:
        """How much of it leads nowhere else."""
        return max(len(self.text) - self.link_chars, 0)

    @property
    def is_link(self) -> bool:
        return bool(self.links) and self.link_chars >= len(self.text) * 0.8


class Told(NamedTuple):
    """An element of a page that is named for what it tells of the article, before the block at PLACE or in it."""

    kind: str
    place: int
    element: etree._Element
    zones: tuple[Zone, ...]


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
        self._pieces: list[Piece] = []
        self._inline: list[Piece] = []
        self._zones: list[tuple[Zone, ...]] = [()]
        self._stack: list[etree._Element] = []
        self._open_blocks: list[etree._Element] = []
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
            self._open_blocks.append(element)
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
            self._pieces.append(GAP)
            self.times.append((len(self.blocks), element, self._zones[-1]))
        elif tag in _GAPS:
            self._pieces.append(GAP)
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
        if (name or relation) and (kind := told_by(name, relation)):
            self.told.append(Told(kind, len(self.blocks), element, self._zones[-1]))

    def _end(self, element: etree._Element, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
            self._open_blocks.pop()
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
            self._pieces.append(GAP)
            if (name := element.get("class")) and "published" in name:
                self.dated.append((len(self.blocks), element, self._zones[-1]))
            if tag == "span" and zone_code(element) == "hidden":
                self._flush()
                self._zones.pop()
        self._stack.pop()

    def _open(self, tag: str, markup: str) -> None:
        piece = Piece("open", markup, tag)
        self._inline.append(piece)
        self._pieces.append(piece)

    def _close(self, tag: str) -> None:
        for place in range(len(self._inline) - 1, -1, -1):
            if self._inline[place].tag == tag:
                del self._inline[place]
                self._pieces.append(Piece("close", f"</{tag}>", tag))
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
        self._pieces.append(BREAK)

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
        self._pieces.append(Piece("text", text))

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
            self.blocks.append(Block("table", [Piece("markup", html)], text, table, zones=zones))

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
        if not self._open_blocks:
            return
        element = self._open_blocks[-1]
        tag = self._tag(element)
        wrap = self._wraps[-1] if self._wraps else None
        found = paragraphs(pieces, self._is_line)
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
        if element.tag not in {"li", "ul", "ol"} and names_caption(element.get("class") or ""):
            return "figcaption"
        return "li" if self._wraps and self._wraps[-1].tag in {"ul", "ol"} else "p"


def chain(element: etree._Element) -> Iterator[etree._Element]:
    """ELEMENT and what it stands in."""
    yield element
    yield from element.iterancestors()

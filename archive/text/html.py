"""Article bodies: a small clean HTML vocabulary, the plain text derived from it, and the way back.

The plain text is the coordinate system: mentions, snippets and counts are character offsets in it, and
`wrap_ranges` maps them back into the HTML.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser
from typing import NamedTuple

import nh3

from archive.text.nesting import shallow

BLOCK_TAGS = {
    "p",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "blockquote",
    "figure",
    "figcaption",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
INLINE_TAGS = {"a", "strong", "em", "sub", "sup", "bdi"}
ALLOWED_TAGS = BLOCK_TAGS | INLINE_TAGS | {"br", "hr"}
ALLOWED_ATTRIBUTES = {
    # Said, because nh3 allows title and lang everywhere otherwise.
    "*": set(),
    "a": {"href"},
    "bdi": {"lang"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "form",
    "button",
}

URL_SCHEMES = {"http", "https", "mailto"}
# What a newspaper's editor, or an importer's page, uses for the same thing.
SYNONYMS = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}

LINKS = frozenset({"a"})
_LINK_TAG = re.compile(r'<(/?)a\b(?:"[^"]*"|[^">])*>')
_LINK_ADDRESS = re.compile(r'<a\b[^<>]*?\shref="([^"]*)"')
_VOID_TAGS = {"br", "hr"}
_PARAGRAPH = re.compile("<p>([^<&]*)</p>")
_PARAGRAPHS_ALONE = re.compile(rf"\s*(?:{_PARAGRAPH.pattern}\s*)*")
# An import asks for the text of each body again and again: of those of a batch, it is remembered.
REMEMBERED_BODIES = 256
REMEMBERED_CHARS = 20_000
_SYNONYM_TAG = re.compile(rf"<(/?)({'|'.join(SYNONYMS)})(?=[\s>/])", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
# Control characters, and halves of surrogate pairs, which are no text and no database takes.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Range(NamedTuple):
    """A stretch of the plain text with the markup to put around it; START and END are character offsets.

    Of those of a GROUP, only the first that can be wrapped is.
    """

    start: int
    end: int
    opening: str
    closing: str
    group: int | None = None


def clean_html(html: str) -> str:
    """Return HTML reduced to the body vocabulary: no script, style, attribute or address that could act.

    This is the only function whose output a template may print with `|safe`.
    """
    html = shallow(_FORBIDDEN.sub("", html))
    renamed = _SYNONYM_TAG.sub(lambda match: f"<{match[1]}{SYNONYMS[match[2].lower()]}", html)
    cleaned = nh3.clean(
        renamed,
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        clean_content_tags=DROPPED_WITH_CONTENT,
        url_schemes=URL_SCHEMES,
        link_rel="noopener nofollow",
    )
    return _without_dead_links(cleaned).strip()


def _without_dead_links(html: str) -> str:
    """HTML without the tags of links that lead nowhere; their text stays."""
    alive: list[bool] = []

    def kept(tag: re.Match) -> str:
        if not tag[1]:
            alive.append(" href=" in tag[0])
            return tag[0] if alive[-1] else ""
        return tag[0] if alive.pop() else ""

    return _LINK_TAG.sub(kept, html)


def linked_addresses(html: str) -> set[str]:
    """Return the addresses to which the links of clean HTML lead."""
    return {unescape(address) for address in _LINK_ADDRESS.findall(html)}


def paragraphs_html(paragraphs: Iterable[str]) -> str:
    """Return plain PARAGRAPHS as body HTML, escaped."""
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)


def plain_text(html: str) -> str:
    """Return the text of clean HTML: blocks on lines of their own, table cells apart, spaces single."""
    if _PARAGRAPHS_ALONE.fullmatch(html):
        # As most bodies are; the parser takes ten times as long to find nothing else in them.
        texts = (" ".join(text.split()) for text in _PARAGRAPH.findall(html))
        return "\n".join(filter(None, texts))
    return _parsed_text(html) if len(html) <= REMEMBERED_CHARS else _parsed_text.__wrapped__(html)


@lru_cache(maxsize=REMEMBERED_BODIES)
def _parsed_text(html: str) -> str:
    reader = _TextReader()
    reader.feed(html)
    reader.close()
    return "".join(piece.text for piece in reader.pieces())


def wrap_ranges(html: str, ranges: Iterable[Range], *, spared: frozenset[str] = LINKS) -> str:
    """Return clean HTML with the markup of RANGES put around their text.

    Ranges are of `plain_text(html)`; one that is empty, overlaps an earlier one, crosses a tag's border or lies
    inside one of the tags SPARED is left out, so the result nests properly.
    """
    reader = _TextReader(spared)
    reader.feed(html)
    reader.close()
    pending = sorted(ranges, key=lambda wanted: (wanted.start, -wanted.end))
    out, offset, next_range = [], 0, 0
    wrapped: set[int] = set()
    for piece in reader.pieces():
        start, offset = offset, offset + len(piece.text)
        if piece.markup is not None:
            out.append(piece.markup)
            continue
        position = start
        while next_range < len(pending) and pending[next_range].start < offset:
            wanted = pending[next_range]
            next_range += 1
            if not position <= wanted.start < wanted.end <= offset or piece.spared or wanted.group in wrapped:
                continue
            if wanted.group is not None:
                wrapped.add(wanted.group)
            out.append(escape(piece.text[position - start : wanted.start - start], quote=False))
            out.append(wanted.opening)
            out.append(escape(piece.text[wanted.start - start : wanted.end - start], quote=False))
            out.append(wanted.closing)
            position = wanted.end
        out.append(escape(piece.text[position - start :], quote=False))
    return "".join(out)


class _Piece(NamedTuple):
    """A run of text, or a tag (MARKUP) with the text it stands for: the line it begins, or nothing."""

    text: str
    markup: str | None
    spared: bool


class _TextReader(HTMLParser):
    """Splits clean HTML into tags and text, with spaces folded and breaks between blocks."""

    def __init__(self, spared: frozenset[str] = LINKS):
        super().__init__(convert_charrefs=True)
        self._raw: list[tuple[str, str | None, bool]] = []
        self._spared = spared
        self._spared_depth = 0

    def handle_starttag(self, tag, attrs):
        if tag in self._spared:
            self._spared_depth += 1
        self._raw.append((self._break(tag), self.get_starttag_text(), False))

    def handle_startendtag(self, tag, attrs):
        self._raw.append((self._break(tag), self.get_starttag_text(), False))

    def handle_endtag(self, tag):
        if tag in self._spared:
            self._spared_depth -= 1
        self._raw.append((self._break(tag), f"</{tag}>", False))

    def handle_data(self, data):
        self._raw.append((_SPACES.sub(" ", data.replace("\n", " ")), None, self._spared_depth > 0))

    @staticmethod
    def _break(tag: str) -> str:
        if tag in {"td", "th"}:
            return "\t"
        return "\n" if tag in BLOCK_TAGS or tag in _VOID_TAGS else ""

    def pieces(self) -> list[_Piece]:
        """The pieces in order. A run of breaks becomes one, the strongest; spaces beside a break vanish."""
        pieces: list[_Piece] = []
        pending = "\n"
        last_text = ""
        for text, markup, spared in self._raw:
            if markup is not None:
                pieces.append(_Piece("", markup, False))
                if text:
                    pending = "\n" if "\n" in (pending, text) else text
                continue
            stripped = text.lstrip() if pending or last_text.endswith(" ") else text
            if not stripped:
                continue
            if pending:
                if last_text:
                    # The break belongs to the tag before the text: it is in the coordinates, not in the HTML.
                    _trim_last_text(pieces)
                    pieces[-1] = pieces[-1]._replace(text=pending)
                pending = ""
            pieces.append(_Piece(stripped, None, spared))
            last_text = stripped
        _trim_last_text(pieces)
        return pieces


def _trim_last_text(pieces: list[_Piece]) -> None:
    for index in range(len(pieces) - 1, -1, -1):
        if pieces[index].markup is None:
            pieces[index] = pieces[index]._replace(text=pieces[index].text.rstrip())
            return

"""From the text of a page to a tree of elements, whatever the text is."""

import re

from lxml import etree

from archive.ingest.records import Note, UnreadableInputError

MAX_PAGE_BYTES = 16 * 1024 * 1024
MAX_TEXT_CHARS = 4_000_000
"""Without the pictures written into it."""

MAX_TAGS = 100_000
"""A tree takes some hundred bytes a tag, whatever a page's size."""

MAX_TAG_CHARS = 5000
"""The parser's time grows with the square of the attributes in one tag."""

# Pictures written into the page; no text, and by far the most of a page saved whole.
_EMBEDDED = re.compile(r"data:[a-z]+/[^\"'()<>\s]{100,}", re.IGNORECASE)
_WHOLE_TAG = re.compile(r"</?[A-Za-z][^\s/>]*+(?:[\s/]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+|[^\s/>=]++)*+>")
_OPENS_NO_TAG = ("<!", "<?")
_CONTROLS_AS_SPACES = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))


def parse(text: str) -> etree._Element:
    """Return the root of the page in TEXT; elements that are nested too deeply end it.

    Raises UnreadableInputError when it is no page, or larger than one may be.
    """
    if "data:" in text:
        text = _EMBEDDED.sub("", text)
    if len(text) > MAX_TEXT_CHARS:
        raise UnreadableInputError(Note("page_too_large", {"limit_bytes": MAX_TEXT_CHARS}))
    if text.count("<") > MAX_TAGS:
        raise UnreadableInputError(Note("page_too_many_tags", {"limit": MAX_TAGS}))
    text = _with_ends(text)
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace").translate(_CONTROLS_AS_SPACES), parser)
    except etree.LxmlError:
        root = None
    if root is None:
        raise UnreadableInputError(Note("no_title_no_body"))
    return root


def _with_ends(text: str) -> str:
    """TEXT in which no tag has attributes without end."""
    pieces = text.split("<")
    if max(map(len, pieces)) < MAX_TAG_CHARS:
        return text
    return "<".join(_with_end(f"<{piece}")[1:] if len(piece) >= MAX_TAG_CHARS else piece for piece in pieces)


def _with_end(piece: str) -> str:
    found = _WHOLE_TAG.match(piece, 0, MAX_TAG_CHARS)
    if found or piece.startswith(_OPENS_NO_TAG):
        return piece
    # Within quotes it is a sign like others, and the value ends where it did.
    return ">".join(piece[place : place + MAX_TAG_CHARS] for place in range(0, len(piece), MAX_TAG_CHARS))


def attribute(element: etree._Element, *names: str) -> str:
    """The first of the attributes NAMES that says something."""
    for name in names:
        if (value := element.get(name)) and (value := value.strip()):
            return value
    return ""


def text_of(element: etree._Element) -> str:
    """All text in ELEMENT as one line."""
    return " ".join(" ".join(element.itertext()).split())

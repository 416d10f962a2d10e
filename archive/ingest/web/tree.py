"""From the text of a page to a tree of elements, whatever the text is."""

import re

from lxml import etree

from archive.ingest.records import Note, UnreadableInputError

MAX_PAGE_BYTES = 16 * 1024 * 1024
MAX_TAGS = 300_000
"""A tree takes some hundred bytes a tag, whatever a page's size."""

# Pictures written into the page; no text, and by far the most of a page saved whole.
_EMBEDDED = re.compile(r"data:[a-z]+/[^\"'()<>\s]{100,}", re.IGNORECASE)
_CONTROLS_AS_SPACES = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))


def parse(text: str) -> etree._Element:
    """Return the root of the page in TEXT; elements that are nested too deeply end it.

    Raises UnreadableInputError when it is no page, or larger than one may be.
    """
    if text.count("<") > MAX_TAGS:
        raise UnreadableInputError(Note("page_too_many_tags", {"limit": MAX_TAGS}))
    if "data:" in text:
        text = _EMBEDDED.sub("", text)
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


def attribute(element: etree._Element, *names: str) -> str:
    """The first of the attributes NAMES that says something."""
    for name in names:
        if (value := element.get(name)) and (value := value.strip()):
            return value
    return ""


def text_of(element: etree._Element) -> str:
    """All text in ELEMENT as one line."""
    return " ".join(" ".join(element.itertext()).split())

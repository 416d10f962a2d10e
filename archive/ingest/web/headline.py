"""Which line of a page is the headline of its article, and where it is printed."""

import re
from itertools import islice
from urllib.parse import urlsplit

from archive.ingest.cleaning import single_line
from archive.ingest.web.reading import MAX_HEAD_CHARS, TITLE_PARTS, Reading, body_of
from archive.ingest.web.titles import choose_title
from archive.ingest.web.tree import text_of
from archive.text.normalize import words

MIN_TITLE_WORDS, MAX_TITLE_WORDS = 2, 30
MAX_TITLE_ELEMENTS = 5
MAX_PRINTED_BLOCKS = 100
MIN_PRINTED_WORDS = 4
MAX_MARKS = 60
"""By how many characters (tashkeel, punctuation) two spellings of one headline may differ."""

_TITLE_NAME = re.compile(r"(?:title|headline|subject|heading)(?!s?[_-]?(?:bar|box|list|nav))", re.IGNORECASE)


def find_headline(reading: Reading) -> None:
    """The title, without the site's name, and its place among the blocks: -1 where it is not printed."""
    headings = list(
        dict.fromkeys(
            single_line(block.text)
            for block in reading.blocks
            if block.is_inside_heading_one and not {zone.code for zone in block.zones} & {"comments", "hidden"}
        )
    )[:5]
    if not headings and not reading.metadata.titles:
        headings = _lesser_headings(reading) or _named_headings(reading)
    head = next((single_line(text_of(title)[:MAX_HEAD_CHARS]) for title in reading.root.iter("title")), "")
    host = urlsplit(reading.address).hostname or ""
    sites = [
        *reading.metadata.sites,
        *(part for part in host.split(".") if len(part) > 3),
        host.removeprefix("www."),
    ]
    printed = (
        block.text
        for block in reading.blocks[:MAX_PRINTED_BLOCKS]
        if not block.zones and MIN_PRINTED_WORDS <= len(block.text.split()) <= MAX_TITLE_WORDS
    )
    reading.page.title = choose_title(reading.metadata.titles, headings, head, sites, reading.repeated, printed)
    key = words(reading.page.title)
    shortest, longest = len(key), len(reading.page.title) + MAX_MARKS
    places = [
        place
        for place, block in enumerate(reading.blocks)
        if key and shortest <= len(block.text) <= longest and words(block.text) == key
    ]
    free = [place for place in places if not reading.blocks[place].zones] or places
    top = [place for place in free if reading.blocks[place].is_inside_heading_one]
    heads = [place for place in free if reading.blocks[place].tag in {"h2", "h3"}]
    reading.title_place = next(iter(top or heads or free), -1)


def _lesser_headings(reading: Reading) -> list[str]:
    """Headings of the second rank that say what the page's <title> says."""
    printed = [text_of(title)[:MAX_HEAD_CHARS] for title in list(reading.root.iter("title"))[:1]]
    known = {words(part) for title in printed for part in [title, *TITLE_PARTS.split(title)]}
    heads = (block.text for block in reading.blocks if block.tag in {"h2", "h3"} and not block.zones)
    return [single_line(text) for text in heads if words(text) in known and len(text.split()) > MIN_TITLE_WORDS][:1]


def _named_headings(reading: Reading) -> list[str]:
    """What pages without headings call a title in the names of their elements."""
    found = []
    for element in body_of(reading.root).iter("span", "div", "td", "p", "h2", "h3", "b", "font"):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (
            not _TITLE_NAME.search(name)
            or len(list(islice(element.iter(), MAX_TITLE_ELEMENTS + 1))) > MAX_TITLE_ELEMENTS
        ):
            continue
        text = text_of(element)
        if MIN_TITLE_WORDS < len(text.split()) <= MAX_TITLE_WORDS and element.find(".//a") is None:
            found.append(single_line(text))
    return found[:3]

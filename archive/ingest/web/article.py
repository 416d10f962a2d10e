"""Which blocks of a page are its article, and what around them tells of it."""

import re

from lxml import etree

from archive.ingest.furniture import OpeningLine, PageLines, RepeatedLines, keys_of, known_furniture, line_key
from archive.ingest.languages import language_of
from archive.ingest.lines import Line, paragraphs_of
from archive.ingest.records import Dropped, ReadDate
from archive.ingest.web.blocks import BlockReader
from archive.ingest.web.body import body_html
from archive.ingest.web.bylines import breadcrumb, take_authors, told_section
from archive.ingest.web.dates import take_date
from archive.ingest.web.headline import find_headline
from archive.ingest.web.links import take_links
from archive.ingest.web.pictures import take_pictures
from archive.ingest.web.printed import read_printed_lines
from archive.ingest.web.reading import TITLE_PARTS, Reading, WebPage, body_of, plain
from archive.ingest.web.refusing import refuse_no_article
from archive.ingest.web.tree import text_of
from archive.ingest.web.zones import in_no_zone
from archive.text.normalize import words

MAX_DROPPED = 100
MAX_SITE_CHARS = 60

_LANGUAGE = re.compile("[A-Za-z]{2,3}")
_DROPPED_CODES = {"turns": "navigation", "sidebar": "navigation", "form": "navigation", "login": "navigation"}


def read_web_page(
    root: etree._Element,
    repeated: RepeatedLines,
    *,
    address: str = "",
    chosen: bool = False,
    collected: ReadDate | None = None,
) -> WebPage:
    """Return the article on the page under ROOT, saved from ADDRESS at the time COLLECTED, as far as they are known.

    Raises UnreadableInputError when the page is none of an article; CHOSEN: nor is it refused for its language.
    """
    reading = Reading(root, repeated, address, collected=collected)
    page = reading.page
    find_headline(reading)
    reading.find_text()
    printed = read_printed_lines(reading)
    refuse_no_article(reading, chosen=chosen)
    take_authors(reading, printed)
    take_date(reading, printed)
    take_links(reading, printed)
    take_pictures(reading)
    page.body = body_html(reading)
    page.section = reading.metadata.section or printed.section or breadcrumb(reading) or told_section(reading)
    page.site = _site_name(reading.metadata.site)
    page.place = page.place or printed.place
    page.language = _language(reading)
    page.url = reading.address
    page.dropped = _dropped(reading)
    page.notes += [note for note in printed.notes if note.code == "repeats_kept"]
    return page


def page_lines_of(root: etree._Element) -> PageLines | None:
    """Return what is counted of a page to learn its source's furniture; None when it has no text."""
    reader = BlockReader(body_of(root))
    told = [block for block in in_no_zone(reader.blocks) if block.text]
    lines = [Line(text, 0, known_furniture(text)) for text in (plain(block.text) for block in told) if text]
    if not lines:
        return None
    for line in lines:
        line.key = line_key(line.text)
    paragraphs = set(paragraphs_of(lines))
    opening = []
    for place, line in enumerate(lines):
        opening.append(OpeningLine(line.key, len(line.text), place in paragraphs))
        if place in paragraphs:
            break
    titles = [part for title in root.iter("title") for part in TITLE_PARTS.split(text_of(title))]
    prose = {line.key: line.word_count for line in lines if line.is_prose}
    return PageLines(keys_of([*(line.text for line in lines), *titles]), tuple(opening), prose)


def _language(reading: Reading) -> str:
    text = " ".join(block.text for block in reading.kept()) or reading.page.title
    declared = _LANGUAGE.match(reading.metadata.language.strip())
    return language_of(text, declared[0] if declared else "")


def _dropped(reading: Reading) -> list[Dropped]:
    """What was left out in the article's own place; the menus and columns around it are not told of."""
    dropped = [
        Dropped(line.code, line.text)
        for line, place in reading.placed_lines()
        if place >= 0 and line.code not in {"", "title"}
    ]
    for place in range(reading.start, reading.end):
        if (zones := reading.blocks[place].zones) and len(dropped) < MAX_DROPPED:
            dropped.append(
                Dropped(_DROPPED_CODES.get(zones[0].code, zones[0].code), reading.blocks[place].text[:500])
            )
    return dropped[:MAX_DROPPED]


def _site_name(name: str) -> str:
    """The NAME of a site without its motto: «جريدة الوادي - أخبار اليوم لحظة بلحظة»."""
    parts = [part.strip() for part in TITLE_PARTS.split(name)]
    first = next(filter(words, parts), "")
    return first if len(first) <= MAX_SITE_CHARS else ""

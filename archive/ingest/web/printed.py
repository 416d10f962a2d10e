"""What is printed from the headline to the end of the article, as a page's lines; which of them are not the article's."""

import re
from collections import Counter

from archive.ingest.bylines import author_of_line
from archive.ingest.dates import read_date_line
from archive.ingest.furniture import known_furniture, line_key
from archive.ingest.lines import Line, turn
from archive.ingest.page import read_lines
from archive.ingest.page_lines import Page
from archive.ingest.records import RecordLink
from archive.ingest.web.blocks import Block
from archive.ingest.web.reading import LABEL_ALONE, MAX_LABEL_WORDS, MAX_LINE_CHARS, MAX_TAIL_BLOCKS, Reading, plain
from archive.text.normalize import words

MAX_HEAD_BLOCKS = 25
MAX_HEADING_WORDS = 6
_POLICY = re.compile(r"privacy|terms|guideline|conditions|policy|policies|cookie", re.IGNORECASE)


def read_printed_lines(reading: Reading) -> Page:
    """Read the blocks from the headline to the end of the article, and the links below it, as a page's lines."""
    head = [
        place
        for place in range(max(reading.title_place + 1, reading.start - MAX_HEAD_BLOCKS), reading.start)
        if reading.title_place >= 0 and not reading.blocks[place].zones and not reading.blocks[place].is_link
    ]
    inside = [place for place in range(reading.start, reading.end) if not reading.blocks[place].zones]
    tail = [
        place
        for place in range(reading.end, min(reading.end + MAX_TAIL_BLOCKS, len(reading.blocks)))
        if {zone.code for zone in reading.blocks[place].zones} == {"turns"}
        or (not reading.blocks[place].zones and turn(Line(reading.blocks[place].text, 0, "")))
    ]
    reading.inside = frozenset(inside)
    title = Line(reading.page.title or "\u2014", line_key(reading.page.title), "")
    reading.lines = [title]
    reading.places = [-1]
    for place in [*head, *inside, *tail]:
        block = reading.blocks[place]
        text = plain(block.text)
        if not text or block.tag == "figcaption":
            continue
        if place < reading.start + 4 and (parts := _parts(reading, block, text)):
            for part in parts:
                reading.lines.append(Line(part, line_key(part), known_furniture(part)))
                reading.places.append(place)
            continue
        furniture = "" if block.tag == "table" else known_furniture(text)
        if not furniture and sum(1 for href, _ in block.links if _POLICY.search(href)) > 1:
            furniture = "notice"
        reading.lines.append(Line(text, line_key(text), furniture))
        reading.places.append(place)
    printed = read_lines(reading.lines, 0, reading.repeated)
    times = Counter(reading.places)
    reading.in_parts = frozenset(place for place, count in times.items() if count > 1)
    for line, place in reading.placed_lines():
        if place >= 0 and not line.code:
            _mark_by_markup(reading, line, place)
    _mark_bare_headings(reading)
    return printed


def _mark_bare_headings(reading: Reading) -> None:
    """Headings of what is not the article's: of a list of links, or with nothing below them."""
    is_bare = True
    for line, place in zip(reversed(reading.lines), reversed(reading.places), strict=True):
        if place < 0 or place not in reading.inside:
            continue
        if line.code:
            is_bare = is_bare or line.code == "link"
            continue
        block = reading.blocks[place]
        is_heading = block.tag in {"h2", "h3"} or re.fullmatch(r"<strong>[^<]*</strong>", block.html) is not None
        if is_bare and is_heading and line.word_count <= MAX_HEADING_WORDS and not line.text.endswith("."):
            line.code = "navigation"
            continue
        is_bare = False


def _parts(reading: Reading, block: Block, text: str) -> list[str]:
    """What a line above the text says in several parts, when one of them is a date, or names the author."""
    if len(text) > MAX_LINE_CHARS or block.tag == "table" or author_of_line(text):
        return []
    if (found := read_date_line(text)) and not found.rest:
        return []
    parts = [plain(part) for part in block.parts]
    parts = [part for part in parts if words(part)]
    return parts if len(parts) > 1 and any(read_date_line(part) or author_of_line(part) for part in parts) else []


def _mark_by_markup(reading: Reading, line: Line, place: int) -> None:
    block = reading.blocks[place]
    is_above = bool(reading.prose) and place < reading.prose[0]
    is_label = is_above and block.tag == "li" and line.word_count <= MAX_LABEL_WORDS
    if place in reading.in_parts or is_label or (is_above and LABEL_ALONE.match(words(line.text))):
        line.code = "header"
    elif place not in reading.inside:
        # Between the headline and the text: an introduction, or what the site says there.
        if place >= reading.end or not (line.is_prose or (block.tag in {"h2", "h3"} and line.word_count >= 4)):
            line.code = "header" if place < reading.start else "footer"
    elif (
        block.is_link
        and (block.wrap is None or _is_link_list(reading, block))
        and line.word_count >= 4
        and reading.leads_to_article(block.links[0][0])
    ):
        line.code = "link"
        reading.page.links = (
            *reading.page.links,
            RecordLink("related", line.text, reading.link_url(block.links[0][0])),
        )


def _is_link_list(reading: Reading, block: Block) -> bool:
    """Is the list around BLOCK one of links to other articles, and nothing else?"""
    start, end = reading.reader.ranges.get(block.wrap, (0, 0))
    return block.wrap.tag in {"ul", "ol"} and all(
        one.is_link and len(one.text.split()) >= 4 and reading.leads_to_article(one.links[0][0])
        for one in reading.blocks[start:end]
    )

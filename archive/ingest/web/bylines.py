"""Who wrote an article, and in which section it stands."""

import re
from collections.abc import Iterator

from archive.ingest.bylines import MAX_AUTHOR_CHARS, read_author_field
from archive.ingest.cleaning import single_line
from archive.ingest.dates import read_date_line
from archive.ingest.page_lines import Page
from archive.ingest.web.reading import MAX_LABEL_WORDS, MAX_LINE_CHARS, Reading
from archive.ingest.web.tree import text_of
from archive.text.normalize import words

NEAR_BLOCKS = 6
"""How many blocks above the headline, as those below it, may tell of its author and section."""

MAX_BYLINE_WORDS = 8
_BETWEEN_NAMES = re.compile(r"\s+[|/–—-]\s+")


def take_authors(reading: Reading, printed: Page) -> None:
    names: dict[str, None] = {}
    for text in reading.metadata.authors[:5]:
        if len(text) > MAX_AUTHOR_CHARS or words(text) in {words(site) for site in reading.metadata.sites}:
            continue
        byline = read_author_field(text)
        names.update(dict.fromkeys(byline.names))
        reading.page.place = reading.page.place or byline.place
    reading.page.authors = tuple(names) or tuple(dict.fromkeys(printed.authors)) or _told_authors(reading)


def _told_around(reading: Reading, kind: str, last: int) -> Iterator[str]:
    """What elements near the headline tell that are called an author's, or a section's; up to the block LAST."""
    for told in reading.reader.told:
        is_elsewhere = reading.is_elsewhere(told.zones, but="author_box")
        if told.kind == kind and reading.title_place - NEAR_BLOCKS <= told.place <= last and not is_elsewhere:
            yield single_line(text_of(told.element)[:MAX_LINE_CHARS])


def _told_authors(reading: Reading) -> tuple[str, ...]:
    sites = {words(site) for site in reading.metadata.sites}
    for told in _told_around(reading, "author", reading.end):
        parts = [part for part in _BETWEEN_NAMES.split(told) if not any(words(part) in site for site in sites)]
        text = " - ".join(parts)
        if not 2 <= len(text.split()) <= MAX_BYLINE_WORDS or read_date_line(text):
            continue
        byline = read_author_field(text)
        if byline.names and not byline.strange:
            reading.page.place = reading.page.place or byline.place
            return byline.names
    return ()


def told_section(reading: Reading) -> str:
    texts = _told_around(reading, "section", max(reading.start, reading.title_place + 2))
    return next(
        (
            text
            for text in texts
            if 0 < len(text.split()) <= MAX_LABEL_WORDS and words(text) and not any(map(str.isdigit, text))
        ),
        "",
    )


def breadcrumb(reading: Reading) -> str:
    entries = [
        single_line(block.text)
        for block in reading.blocks[: max(reading.title_place, 0) + 1]
        if any(zone.code == "breadcrumb" for zone in block.zones)
    ]
    entries = [
        piece.strip()
        for entry in entries
        for piece in re.split(r"\s*[»›>/\\|←⟩]\s*", entry)
        if words(piece) and words(piece) != words(reading.page.title)
    ]
    if len(entries) >= 2 and words(entries[0]) in {
        "الرءيسيه",
        "الصفحه الرءيسيه",
        "home",
        *map(words, reading.metadata.sites),
    }:
        return entries[-1] if len(entries[-1].split()) <= 5 else ""
    return ""

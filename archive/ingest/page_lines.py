"""The lines of a saved page, with what each of them is by itself: the ground of reading the page (`page.py`)."""

import re
from dataclasses import dataclass, field

from archive.ingest.bylines import author_of_line, dateline, is_agency, is_place
from archive.ingest.dates import DateLine, read_date_line
from archive.ingest.furniture import ENDS_THE_ARTICLE, RELATED_HEADINGS, RepeatedLines, known_furniture
from archive.ingest.lines import MAX_SIGN_CHARS, Line, turn
from archive.ingest.records import Dropped, Note, ReadDate, RecordLink
from archive.text.normalize import words

HEADLINE_WORDS = 5
SITE_NAME_WORDS = 6

_SITE_NAME_MARK = re.compile(r"\s+[|•·»«–—-]\s+|\s*\|\s*")


@dataclass(slots=True)
class Page:
    """What a page says of its article."""

    title: str = ""
    paragraphs: list[str] = field(default_factory=list)
    authors: tuple[str, ...] = ()
    place: str = ""
    section: str = ""
    published: ReadDate | None = None
    links: list[RecordLink] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


class PageLines:
    """The lines of one page, and what has been read of it so far."""

    def __init__(self, lines: list[Line], repeated: RepeatedLines):
        self.lines = lines
        self.repeated = repeated
        self.page = Page()
        self.title_place = -1
        self.title: Line | None = None
        self.is_article = False
        """The lines are those of the article's own place on the page: what follows a heading in it is text again."""

    def _is_title(self, line: Line) -> bool:
        return self.title is not None and line.key == self.title.key

    def _is_decorated(self, line: Line, title: Line) -> bool:
        """Is LINE the headline TITLE with the site's name beside it?"""
        if line.key == title.key or not len(title.text) < len(line.text) <= MAX_SIGN_CHARS * 2:
            return False
        pieces = [words(piece) for piece in _SITE_NAME_MARK.split(line.text)]
        title_words = words(title.text)
        if title_words in pieces and len(pieces) > 1:
            return len(words(line.text).split()) - len(title_words.split()) <= SITE_NAME_WORDS
        return False

    def _is_related_heading(self, line: Line) -> bool:
        return line.word_count <= HEADLINE_WORDS and RELATED_HEADINGS.match(words(line.text)) is not None

    def _ends_article(self, line: Line) -> bool:
        return line.furniture in ENDS_THE_ARTICLE or self._is_related_heading(line)

    def _is_link_title(self, place: int) -> bool:
        line = self.lines[place]
        return not (line.code or line.furniture or line.is_paragraph or turn(line) or self._is_related_heading(line))

    def _date_of(self, line: Line) -> DateLine | None:
        """LINE as a date of the page, when whatever else it says is an author, a place or an agency."""
        found = read_date_line(line.text)
        if not found or any(self._rest_kind(piece) is None for piece in found.rest):
            return None
        return found

    @staticmethod
    def _rest_kind(piece: str) -> tuple[str, str] | None:
        if name := author_of_line(piece):
            return "author", name
        if is_place(piece):
            return "place", piece
        if is_agency(piece):
            return "author", piece
        if found := dateline(piece):
            return "place", found[0]
        return ("", "") if known_furniture(piece) else None

    def _metadata(self, line: Line) -> str | None:
        if self._date_of(line):
            return "date"
        if author_of_line(line.text):
            return "author"
        return "place" if dateline(line.text) else None

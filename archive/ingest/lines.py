"""The lines of a saved page, and what each of them is by itself: a paragraph, or a way to another article."""

import re
from collections import Counter
from dataclasses import dataclass

from archive.ingest.cleaning import repair_text, was_broken, wrap_width
from archive.ingest.dates import read_date_line
from archive.ingest.furniture import OpeningLine, PageLines, keys_of, known_furniture, line_key

LONG_LINE_WORDS = 20
SENTENCE_WORDS = 8
PROSE_WORDS = 12
MAX_LINK_WORDS = 30
MAX_SIGN_CHARS = 400
"""No line that is longer says what a page's parts are: it is text."""

OPENING_PARAGRAPHS = 4
"""Among how many first paragraphs the site's own are looked for."""

_TURN_LABEL = re.compile(
    r"^[\W_]*(?:(?:المقالة|المقال|الخبر|الموضوع|التدوينة|الصفحة|الماد[ةه])\s+)?"
    r"(?:(?P<previous>السابق[ةه]?|previous(?: article| post)?|prev)|(?P<next>التالي[ةه]?|التالى|اللاحق|next(?: article| post)?))"
    r"(?![\w])\s*(?:[:\-–—|←→⇐⇒<>]+|[»«](?=\s))*\s*(?P<title>.*)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Line:
    text: str
    key: int
    furniture: str
    code: str = ""
    """Why it is no part of the text; empty while it is."""

    @property
    def word_count(self) -> int:
        return len(self.text.split())

    @property
    def is_paragraph(self) -> bool:
        """Long, or a sentence with its full stop; a headline may ask or exclaim."""
        if self.furniture or turn(self):
            return False
        count = self.word_count
        return count >= LONG_LINE_WORDS or (count >= SENTENCE_WORDS and self.text.rstrip('»”") ').endswith("."))

    @property
    def is_prose(self) -> bool:
        """A paragraph, or so long a line that it tells something without a full stop."""
        return self.is_paragraph or (self.word_count >= PROSE_WORDS and not self.furniture and turn(self) is None)


def split_lines(text: str) -> list[Line]:
    """Return the lines of TEXT, repaired, hard-wrapped ones joined, empty ones left out."""
    rows = [row.strip() for row in repair_text(text).split("\n")]
    found = {row: known_furniture(row) for row in rows if row}
    times = Counter(rows)
    apart = {row for row, code in found.items() if code or times[row] > 1}
    width = wrap_width(["" if row in apart else row for row in rows])
    lines: list[Line] = []
    last_row = ""
    for row in rows:
        may_join = row and last_row and not {row, last_row} & apart and not (_leads_on(row) and _leads_on(last_row))
        if may_join and was_broken(last_row, row, width):
            lines[-1].text += f" {row}"
        elif row:
            lines.append(Line(row, 0, found[row]))
        last_row = row
    for line in lines:
        line.key = line_key(line.text)
    return lines


def _leads_on(row: str) -> bool:
    return _TURN_LABEL.match(row[:MAX_SIGN_CHARS]) is not None


def page_lines(text: str) -> PageLines:
    """Return what is counted of a page to learn its source's furniture."""
    lines = split_lines(text)
    paragraphs = paragraphs_of(lines)
    end = paragraphs[OPENING_PARAGRAPHS - 1] + 1 if len(paragraphs) >= OPENING_PARAGRAPHS else len(lines)
    opening = (
        OpeningLine(line.key, len(line.text), place in paragraphs)
        for place, line in enumerate(lines[:end])
        if not line.furniture and not read_date_line(line.text)
    )
    prose = {line.key: line.word_count for line in lines if line.is_prose}
    return PageLines(keys_of(line.text for line in lines), tuple(opening), prose)


def turn(line: Line) -> tuple[str, str] | None:
    """Return ("previous" or "next", title) of a LINE that leads to another article; the title may be empty."""
    if len(line.text) > MAX_SIGN_CHARS or line.word_count > MAX_LINK_WORDS or line.text.endswith("."):
        return None
    match = _TURN_LABEL.match(line.text)
    if not match:
        return None
    return ("previous" if match["previous"] else "next"), match["title"].rstrip(" »›>→←|")


def paragraphs_of(lines: list[Line]) -> list[int]:
    """The places of the paragraphs; what is printed more than once is a long headline."""
    times = Counter(line.key for line in lines)
    return [place for place, line in enumerate(lines) if line.is_paragraph and times[line.key] == 1]

"""Understanding the lines of a saved page: its headline, its text, and what around them belongs to the site.

A paragraph is never dropped for what it looks like: only lines that say what a site says (`known_furniture`), lines
that other pages of the source carry too, and short lines below the last paragraph after the site has begun to speak.
"""

import re
from collections import deque
from collections.abc import Iterable

from archive.ingest.bylines import author_of_line, dateline
from archive.ingest.dates import DateLine
from archive.ingest.furniture import (
    ENDS_THE_ARTICLE,
    SHARE_OF_PAGES,
    RepeatedLines,
)
from archive.ingest.headline import BREADCRUMB, HOME, HeadlineFinding
from archive.ingest.lines import (
    MAX_LINK_WORDS,
    MAX_SIGN_CHARS,
    Line,
    split_lines,
    turn,
)
from archive.ingest.page_lines import SITE_NAME_WORDS, Page
from archive.ingest.records import Dropped, Note, RecordLink
from archive.text.normalize import words

MAX_LINKS = 30
TURN_LINES = 3
"""Within how many lines the links to the previous and the next article stand: their labels may be above them."""

# A line on two pages is the site's where only the site's lines are expected; amid paragraphs, or when it is a
# sentence (papers repeat their background paragraphs), it must stand on many of the pages.
PAGES_AT_EDGE = 2
PAGES_AMID_TEXT = 3
SHARE_AMID_TEXT = 0.5

_RELATED_LABEL = re.compile(
    r"^[\W_]*(?:[إا]قر[أا](?:وا|ؤوا)?\s+[أا]يض[اًا]*ً?|شاهد\s+[أا]يض[اًا]*ً?|طالع\s+[أا]يض[اًا]*ً?|مواضيع? ذات صلة|[أا]خبار ذات صلة)(?![ء-ي\u064b-\u0652])"
    r"\s*[:：\-–—|.…]*\s*(?P<title>\S.*)$"
)


def read_page(text: str, repeated: RepeatedLines) -> Page:
    """Return the article in the TEXT of a saved page; its title is empty when the page has none."""
    return _PageReading(split_lines(text), repeated).read()


def read_lines(lines: list[Line], title_place: int, repeated: RepeatedLines) -> Page:
    """Return the article in LINES, whose headline is known; every line that is not its text gets its code."""
    return _PageReading(lines, repeated).read_below(title_place)


def _word_count(lines: Iterable[Line]) -> int:
    return sum(line.word_count for line in lines)


class _PageReading(HeadlineFinding):
    """One pass over the lines of one page; every step marks lines with the code that takes them out of the text."""

    def read(self) -> Page:
        self._find_title()
        return self._understand()

    def read_below(self, title_place: int) -> Page:
        self.title_place, self.title = title_place, self.lines[title_place]
        self.is_article = True
        self.page.title = self.title.text
        return self._understand()

    def _understand(self) -> Page:
        self._find_zones()
        self._mark_head()
        self._mark_repeated()
        # The site's own sentences, known now, are neither its first paragraph nor its last.
        self._find_zones()
        self._mark_dates_and_authors()
        self._mark_links()
        self._mark_known_furniture()
        self._mark_footer()
        self.page.paragraphs = [line.text for line in self.lines if not line.code]
        self._find_dropped()
        return self.page

    # --- Where the article is ---

    def _find_zones(self) -> None:
        """The head is above the first paragraph, the tail below the last one."""
        after_title = [place for place in range(self.title_place + 1, len(self.lines)) if not self.lines[place].code]
        paragraphs = [
            place for place in after_title if self.lines[place].is_paragraph and not self._is_title(self.lines[place])
        ]
        paragraphs = self._without_comments(paragraphs)
        if paragraphs:
            self.first_paragraph, self.last_paragraph = paragraphs[0], paragraphs[-1]
            return
        texts = [
            place
            for place in after_title
            if not self.lines[place].furniture
            and not self._is_title(self.lines[place])
            and not turn(self.lines[place])
            and self._metadata(self.lines[place]) is None
        ]
        self.first_paragraph = texts[0] if texts else len(self.lines)
        self.last_paragraph = self.first_paragraph
        for place in texts[1:]:
            between = self.lines[self.last_paragraph + 1 : place]
            if any(self._ends_article(line) or turn(line) for line in between):
                break
            self.last_paragraph = place

    def _without_comments(self, paragraphs: list[int]) -> list[int]:
        """Leave out what stands below the comments, the related or the neighbouring articles, when it is the lesser part."""
        before, all_chars = 0, sum(len(self.lines[place].text) for place in paragraphs)
        waiting = deque(paragraphs)
        for place, line in enumerate(self.lines):
            while waiting and waiting[0] < place:
                before += len(self.lines[waiting.popleft()].text)
            is_end = line.furniture == "comments" or (
                not self.is_article
                and (line.furniture == "copyright" or self._is_related_heading(line) or self._begins_turns(place))
            )
            if is_end and before and before * 2 >= all_chars:
                return [at for at in paragraphs if at < place]
        return paragraphs

    def _begins_turns(self, place: int) -> bool:
        """Does the line at PLACE lead to the previous or next article, and one just below it to the other?"""
        first = turn(self.lines[place])
        below = self.lines[place + 1 : place + TURN_LINES] if first else []
        return any(found and found[0] != first[0] for found in map(turn, below))

    def _in_head(self, place: int) -> bool:
        return place < self.first_paragraph

    def _in_tail(self, place: int) -> bool:
        return place > self.last_paragraph

    # --- Marking ---

    def _mark(self, place: int, code: str) -> None:
        self.lines[place].code = self.lines[place].code or code

    def _open_lines(self):
        return [(place, line) for place, line in enumerate(self.lines) if not line.code]

    def _mark_head(self) -> None:
        if self.title:
            self.title.code = "title"
        for place, line in self._open_lines():
            if self._in_head(place) and self._breadcrumb(line):
                line.code = "breadcrumb"
            elif self.title and (self._is_title(line) or self._is_decorated(line, self.title)):
                line.code = "title_repeated"

    def _breadcrumb(self, line: Line) -> bool:
        pieces = [piece for piece in BREADCRUMB.split(line.text[:MAX_SIGN_CHARS]) if words(piece)]
        if len(pieces) < 2 or words(pieces[0]) not in HOME:
            return False
        is_menu = "|" in line.text and len(pieces) > 2 and words(pieces[-1]) != words(self.page.title)
        is_title = words(pieces[1]) == words(self.page.title)
        if not is_menu and not is_title and len(pieces[1].split()) <= SITE_NAME_WORDS:
            self.page.section = pieces[1].strip()
        return True

    def _mark_repeated(self) -> None:
        own = [
            place
            for place, line in self._open_lines()
            if line.is_paragraph and place > self.title_place and self.repeated.count(line.key) == 1
        ]
        for place, line in self._open_lines():
            count = self.repeated.count(line.key)
            if count < PAGES_AT_EDGE or place < self.title_place or self._is_below_label(place):
                continue
            share = count / max(self.repeated.pages, 1)
            if own and own[0] < place < own[-1]:
                is_site = count >= PAGES_AMID_TEXT and share >= SHARE_AMID_TEXT
            elif line.is_paragraph:
                is_site = count >= PAGES_AMID_TEXT and share >= SHARE_OF_PAGES
            else:
                is_site = not self._metadata(line) and not turn(line)
            if is_site:
                line.code = line.furniture or "repeated"
        self._keep_most_of_text()

    def _keep_most_of_text(self) -> None:
        """A page that says little but what others say too is not emptied, unless that is the site's beyond doubt."""
        prose = [
            line
            for place, line in enumerate(self.lines)
            if place > self.title_place and line.is_prose and line.code in {"", "repeated"}
        ]
        lost = [line for line in prose if line.code and not self.repeated.is_sites(line.key)]
        own = [line for line in prose if not line.code]
        if lost and _word_count(lost) > _word_count(own):
            for line in lost:
                line.code = ""
            self._note_once(Note("repeats_kept"))

    def _is_below_label(self, place: int) -> bool:
        """Is it the title of the previous or the next article, which stands on that article's own page too?"""
        if not self.repeated.may_be_headline(self.lines[place].key) or not self._is_link_title(place):
            return False
        label = turn(self.lines[place - 1]) if place else None
        return label is not None and not label[1]

    def _mark_dates_and_authors(self) -> None:
        dates: list[tuple[int, DateLine]] = []
        amid_text = any(
            self._date_of(line) and not self._in_head(place) and not self._in_tail(place)
            for place, line in self._open_lines()
        )
        for place, line in self._open_lines():
            if not (self._in_head(place) or self._in_tail(place)):
                continue
            if found := self._date_of(line):
                if not found.prefixed and found.published and (amid_text or self._in_tail(place)):
                    # Among headings that are dates, the first is one of them too.
                    if place > self.title_place and not self._in_tail(place):
                        self._note_once(Note("several_dates"))
                    continue
                dates.append((place, found))
            elif name := author_of_line(line.text):
                if self._in_head(place) or ":" in line.text:
                    self.page.authors += (name,)
                    line.code = "author"
            elif self._in_head(place) and place > self.title_place and (found_place := dateline(line.text)):
                self._take_dateline(*found_place)
                line.code = "place"
        self._choose_date(dates)

    def _choose_date(self, dates: list[tuple[int, DateLine]]) -> None:
        """Take the line that says it is the publication's; else the one line with a date below the headline."""
        published = [(place, found) for place, found in dates if found.published]
        chosen = [(place, found) for place, found in published if found.prefixed and place > self.title_place]
        chosen = chosen or [(place, found) for place, found in published if place > self.title_place]
        chosen = chosen or [(place, found) for place, found in published if found.prefixed]
        values = {found.reading.date and found.reading.date.value.date() for _, found in chosen}
        for place, found in dates:
            is_chosen = (place, found) in chosen
            self._mark(place, "date" if is_chosen and len(values) == 1 and found.reading.date else "date_line")
            if is_chosen and found.reading.note:
                self._note_once(found.reading.note)
            for piece in found.rest if is_chosen else ():
                self._take_rest(piece)
        if len(values) > 1:
            self._note_once(Note("several_dates"))
        elif chosen:
            readings = [found.reading.date for _, found in chosen if found.reading.date]
            self.page.published = max(readings, key=lambda date: date.precision == "minute", default=None)

    def _take_rest(self, piece: str) -> None:
        kind, value = self._rest_kind(piece) or ("", "")
        if kind == "author":
            self.page.authors += (value,)
        elif kind == "place":
            self.page.place = self.page.place or value

    def _take_dateline(self, place: str, author: str) -> None:
        self.page.place = self.page.place or place
        if author:
            self.page.authors += (author,)

    def _note_once(self, note: Note) -> None:
        if note not in self.page.notes:
            self.page.notes.append(note)

    def _mark_links(self) -> None:
        for place, line in self._open_lines():
            if line.code:
                continue
            outside = self._in_head(place) or self._in_tail(place)
            if outside and (found := turn(line)):
                kind, title = found
                if not title and place + 1 < len(self.lines) and self._is_link_title(place + 1):
                    title = self.lines[place + 1].text
                    self._mark(place + 1, "link")
                self._mark(place, "link" if title else "navigation")
                self._add_link(kind, title)
            elif line.word_count <= MAX_LINK_WORDS and (found := _RELATED_LABEL.match(line.text[:MAX_SIGN_CHARS])):
                self._add_link("related", found["title"].strip())
                line.code = "link"
            elif self._is_related_heading(line):
                self._mark_related_list(place)

    def _mark_related_list(self, heading: int) -> None:
        """The lines under «اقرأ أيضا»: a list below the article, one line amid its text."""
        line = self.lines[heading]
        if self._in_head(heading) and heading < self.title_place:
            return
        line.furniture = line.code = "navigation"
        limit = MAX_LINKS if self._in_tail(heading) else 1
        for place in range(heading + 1, min(heading + 1 + limit, len(self.lines))):
            if not self._is_link_title(place) or self._metadata(self.lines[place]):
                break
            self._mark(place, "link")
            self._add_link("related", self.lines[place].text)
        line.furniture = "related_heading"

    def _add_link(self, kind: str, title: str) -> None:
        key = words(title)
        known = {(link.kind, words(link.title)) for link in self.page.links}
        if key and key != words(self.page.title) and (kind, key) not in known and len(known) < MAX_LINKS:
            self.page.links.append(RecordLink(kind, title))

    def _mark_known_furniture(self) -> None:
        for place, line in self._open_lines():
            if place < self.title_place:
                line.code = line.furniture or "header"
            elif line.furniture and line.furniture != "related_heading":
                line.code = line.furniture

    def _mark_footer(self) -> None:
        """Below the last paragraph, what comes after the site's own closing lines is the site's too."""
        ended = False
        for place, line in enumerate(self.lines):
            if not self._in_tail(place):
                continue
            ended = ended or line.furniture in ENDS_THE_ARTICLE or line.code == "link"
            if ended and not line.code:
                line.code = "footer"

    def _find_dropped(self) -> None:
        self.page.dropped = [Dropped(line.code, line.text) for line in self.lines if line.code not in {"", "title"}]

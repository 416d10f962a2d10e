"""Finding the headline of a saved page among its lines."""

import re
from collections import Counter
from itertools import islice, pairwise

from archive.ingest.bylines import author_of_line, dateline
from archive.ingest.cleaning import MAX_TITLE_CHARS
from archive.ingest.furniture import HEADLINE_PAGES
from archive.ingest.lines import OPENING_PARAGRAPHS, Line, paragraphs_of, turn
from archive.ingest.page_lines import HEADLINE_WORDS, PageLines
from archive.search.terms import forms
from archive.text.normalize import words
from archive.text.stop_words import is_stop_word

MAX_HEADLINE_WORDS = 25
MIN_MENU_ENTRIES = 3
MAX_MENU_WORDS = 3
MAX_TITLE_CANDIDATES = 40
TELLING_PARAGRAPHS = 8
MIN_COMMON_WORDS = 2
COMMON_SHARE = 1 / 3
"""So many words, and such a part of them, has a headline in common with the paragraphs that tell of its subject."""

BREADCRUMB = re.compile(r"\s*[»›>/\\|←⟩]\s*|\s+-\s+")
HOME = frozenset({"الرءيسيه", "الصفحه الرءيسيه", "home"})
_MENU = re.compile(r"\s*[|•·]\s*")


class HeadlineFinding(PageLines):
    def _find_title(self) -> None:
        paragraphs = paragraphs_of(self.lines)
        end = self._end_of_head(paragraphs)
        places = (place for place in range(end) if place not in paragraphs and self._may_be_title(self.lines[place]))
        candidates = list(islice(places, MAX_TITLE_CANDIDATES))
        if not candidates:
            # A headline that is long or ends with a full stop: the first line, when there is more than one.
            contents = [place for place, line in enumerate(self.lines) if not line.furniture and not turn(line)]
            if len(contents) < 2 or self.lines[contents[0]].word_count > MAX_HEADLINE_WORDS:
                return
            candidates = contents[:1]
        times = Counter(line.key for line in self.lines)
        near = [self.lines[place] for place in candidates]
        text = [self.lines[place].text for place in paragraphs if not self.repeated.is_common(self.lines[place].key)]
        told = _subject(" ".join(text[:TELLING_PARAGRAPHS]))
        place = min(candidates, key=lambda place: self._unlikeness(place, times, near, told))
        self.title_place, self.title = place, self.lines[place]
        self.page.title = self.title.text

    def _end_of_head(self, paragraphs: list[int]) -> int:
        """Where the text begins: the site may open with a sentence, on every page, or above a repeated headline."""
        ends = [place for place in paragraphs if not self.repeated.is_common(self.lines[place].key)]
        ends = [*ends[:OPENING_PARAGRAPHS], len(self.lines)]
        for begin, end in pairwise([0, *ends]):
            keys = Counter(line.key for line in self.lines[begin:end] if self._may_be_title(line))
            if any(count > 1 for count in keys.values()):
                return end
        return ends[0]

    def _may_be_title(self, line: Line) -> bool:
        return not (
            line.furniture
            or line.word_count > MAX_HEADLINE_WORDS * 2
            or len(line.text) > MAX_TITLE_CHARS
            or not words(line.text)
            or turn(line)
            or self._is_related_heading(line)
            or author_of_line(line.text)
            or dateline(line.text)
            or self._date_of(line)
            or words(BREADCRUMB.split(line.text)[0]) in HOME
            or self._is_menu(line)
        )

    @staticmethod
    def _is_menu(line: Line) -> bool:
        entries = _MENU.split(line.text)
        return len(entries) >= MIN_MENU_ENTRIES and all(len(entry.split()) <= MAX_MENU_WORDS for entry in entries)

    def _unlikeness(self, place: int, times: Counter, near: list[Line], told: frozenset[str]) -> tuple:
        line = self.lines[place]
        is_repeated = times[line.key] > 1 or any(self._is_decorated(other, line) for other in near)
        few_words = 0 if line.word_count >= HEADLINE_WORDS else 1 if line.word_count >= 3 else 2
        decorated = any(self._is_decorated(line, other) for other in near)
        return (
            few_words == 2,
            self._is_elsewhere(line, near),
            not is_repeated,
            not self._is_about(line, told),
            decorated,
            few_words,
            place,
        )

    @staticmethod
    def _is_about(line: Line, told: frozenset[str]) -> bool:
        """Does LINE speak of what the text tells? A slogan and the headlines of other articles do not."""
        subject = _subject(line.text)
        common = len(subject & told)
        return common >= MIN_COMMON_WORDS and common >= len(subject) * COMMON_SHARE

    def _is_elsewhere(self, line: Line, near: list[Line]) -> bool:
        """Does LINE stand on other pages as no headline does? The articles before and after name a headline."""
        if self.repeated.count(line.key) == 1:
            return False
        # On a few pages, a line of the site's stands on no more of them than a headline.
        is_told_apart = self.repeated.pages > HEADLINE_PAGES or any(self._is_longest_part(line, of) for of in near)
        return not (is_told_apart and self.repeated.may_be_headline(line.key))

    def _is_longest_part(self, line: Line, other: Line) -> bool:
        """Is LINE what OTHER says beside the site's name? That name is another part of it, and shorter."""
        return self._is_decorated(other, line) and len(line.text) * 2 > len(other.text)


def _subject(text: str) -> frozenset[str]:
    """The stems of the words that tell what TEXT is about."""
    return frozenset(form.stem for form in forms(text) if not is_stop_word(form.typed))

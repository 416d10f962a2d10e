"""Snippets and marked titles for one page of results: escaped first, then marked, always around whole words."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from archive.search.query import Query
from archive.text.normalize import is_plain, spelling_pattern, spellings
from archive.text.tokenize import ALLAH, run_around, runs, stem, tokenize

SNIPPET_CHARS = 240
ELLIPSIS = "…"


class Hit(NamedTuple):
    """A word of a text that a query asks for: as it is SPELT there, its STEM, and its place as character offsets.

    IN_PHRASE where it stands beside others as they were asked for.
    """

    spelt: str
    stem: str
    start: int
    end: int
    in_phrase: bool = False


class HitFinder:
    """Finds the words whose stem is in STEMS, or that stand beside each other as in one of PHRASES of stems.

    And those whose stem begins with one of BEGINNINGS. Of stems that are in SPELT, only words that are spelt so.
    Those that stand beside each other as in one of ASKED are told from others.
    """

    def __init__(
        self,
        stems: Collection[str],
        phrases: Collection[tuple[str, ...]] = (),
        beginnings: Collection[str] = (),
        spelt: Mapping[str, Collection[str]] = MappingProxyType({}),
        asked: Collection[tuple[str, ...]] = (),
    ):
        self._stems = frozenset(stems)
        self._phrases = tuple(phrases)
        self._beginnings = tuple(beginnings)
        self._spelt = spelt
        self._asked = tuple(asked)
        self._known = self._stems.union(*self._phrases)
        contained = sorted({*self._known, *self._beginnings})
        patterns = (spelling_pattern("لله" if stem == ALLAH else stem) for stem in contained)
        self._contains_stem = re.compile("|".join(patterns) or "(?!)")

    @classmethod
    def of(cls, query: Query) -> "HitFinder":
        """What finds the words that QUERY asks for."""
        return cls(
            query.wanted_stems, query.other_phrases, query.stems_begun, query.only_as_typed, query.phrase_stems
        )

    def find(self, text: str) -> list[Hit]:
        """Return the words of TEXT that are sought, in order."""
        known = [
            Hit(spelt, found, run.start() + start, run.start() + end)
            for run in self._likely_runs(text)
            for spelt, found, start, end in _words_of_run(run[0])
            if (found in self._known or found.startswith(self._beginnings)) and self._is_spelt_so(found, spelt)
        ]
        together, asked = _places(self._phrases, known, text), _places(self._asked, known, text)
        return [
            hit._replace(in_phrase=place in asked)
            for place, hit in enumerate(known)
            if place in together or hit.stem in self._stems or hit.stem.startswith(self._beginnings)
        ]

    def _is_spelt_so(self, stem: str, spelt: str) -> bool:
        return stem not in self._spelt or not self._spelt[stem].isdisjoint(spellings(spelt).split())

    def _likely_runs(self, text: str) -> Iterator[re.Match]:
        """The runs that may hold a stem: analysing each of them would take most of the time of a page."""
        if not is_plain(text):
            yield from runs(text)
            return
        end = 0
        for match in self._contains_stem.finditer(text):
            if match.start() >= end:
                run = run_around(text, match.start())
                end = run.end()
                yield run


@lru_cache(maxsize=50_000)
def _words_of_run(run: str) -> tuple[tuple[str, str, int, int], ...]:
    """The words of a RUN, which stands in many texts: as in Hit. Plain tuples, which garbage collection passes by."""
    return tuple((run[start:end], stem(word), start, end) for word, start, end in tokenize(run))


def _places(phrases: Iterable[tuple[str, ...]], hits: Sequence[Hit], text: str) -> set[int]:
    """The places in HITS at which the words of one of PHRASES stand together."""
    return {
        place
        for phrase in phrases
        for start in range(len(hits) - len(phrase) + 1)
        if _is_phrase(phrase, hits[start : start + len(phrase)], text)
        for place in range(start, start + len(phrase))
    }


def _is_phrase(phrase: tuple[str, ...], hits: Sequence[Hit], text: str) -> bool:
    """Have HITS the stems of PHRASE, and no other words of TEXT between them?"""
    return phrase == tuple(hit.stem for hit in hits) and not any(
        any(tokenize(text[left.end : right.start])) for left, right in pairwise(hits)
    )


def mark_words(text: str, hits: Sequence[Hit]) -> SafeString:
    """Return TEXT escaped, with each of its HITS inside `<mark>`; neighbours share one mark."""
    spans: list[list[int]] = []
    for hit in hits:
        if spans and not text[spans[-1][1] : hit.start].strip(" "):
            spans[-1][1] = max(spans[-1][1], hit.end)
        else:
            spans.append([hit.start, hit.end])
    borders = [0, *(border for span in spans for border in span), len(text)]
    pieces = [
        f"<mark>{escape(text[left:right])}</mark>" if number % 2 else escape(text[left:right])
        for number, (left, right) in enumerate(pairwise(borders))
    ]
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped


def snippet(text: str, hits: Sequence[Hit], *, max_chars: int = SNIPPET_CHARS) -> SafeString:
    """Return the densest window of TEXT with its HITS marked, safe for a page.

    The densest window holds the most words of phrases, then the most different stems, then the most marks; it begins
    and ends between words and says with an ellipsis where the text goes on. The beginning of TEXT serves when there
    are none.
    """
    start, end = _densest(hits, max_chars) if hits else (0, 0)
    start, end = _window(text, start, end, max_chars)
    inside = [
        hit._replace(start=hit.start - start, end=hit.end - start)
        for hit in hits
        if start <= hit.start and hit.end <= end
    ]
    marked = mark_words(text[start:end], inside)
    return mark_safe(  # noqa: S308 - mark_words escapes
        f"{ELLIPSIS if start > 0 else ''}{marked}{ELLIPSIS if end < len(text.rstrip()) else ''}"
    )


def _densest(hits: Sequence[Hit], max_chars: int) -> tuple[int, int]:
    best, best_score = (hits[0].start, hits[0].end), (0, 0, 0)
    first = 0
    for last in range(len(hits)):
        while hits[last].end - hits[first].start > max_chars and first < last:
            first += 1
        inside = hits[first : last + 1]
        together = {hit.stem for hit in inside if hit.in_phrase}
        score = (len(together), len({hit.stem for hit in inside}), len(inside))
        if score > best_score:
            best, best_score = (hits[first].start, hits[last].end), score
    return best


def _window(text: str, start: int, end: int, max_chars: int) -> tuple[int, int]:
    """Widen START..END to about MAX_CHARS of TEXT, a quarter of the room before it, without cutting a word."""
    room = max(0, max_chars - (end - start))
    start = max(0, start - room // 4)
    end = min(len(text), start + max(max_chars, end - start))
    start = max(0, min(start, end - max_chars)) if end == len(text) else start
    if start > 0:
        space = next((i for i in range(start, min(end, start + 40)) if text[i].isspace()), None)
        start = start if space is None else space + 1
    if end < len(text):
        space = next((i for i in range(end, max(start, end - 40), -1) if text[i].isspace()), None)
        end = end if space is None else space
    return start, end

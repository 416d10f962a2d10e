"""The phrases of a text that name days, such as «أول من أمس» or «أواخر تشرين الأول الماضي», and which days they mean.

The day of writing is always given, and never the clock's: without it such phrases mean nothing, and only what names
its own year is a date. «اليوم» alone is none: it says as little as «now».
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from archive.text import date_days as days
from archive.text import date_grammar as grammar
from archive.text import date_hijri as hijri
from archive.text import date_periods as periods
from archive.text.date_place import Place, Span
from archive.text.date_words import (
    AMOUNTS,
    DECADES,
    HIJRI_MONTHS,
    MANY_UNITS,
    MONTH_NUMBERS,
    ORDINALS,
    PAIRS_OF_UNITS,
    SEASONS,
    SINGLE_UNITS,
    WEEKDAY_NUMBERS,
)
from archive.text.folded import FoldedText
from archive.text.reckoning import Reference
from archive.text.tokenize import runs

MAX_PHRASE_CHARS = 120

_FIRST_WORDS = frozenset(
    phrase.split()[0]
    for phrase in (
        *grammar.PARTS,
        *grammar.RELATIVE_DAYS,
        *grammar.DAY_PARTS,
        *WEEKDAY_NUMBERS,
        *MONTH_NUMBERS,
        *ORDINALS,
        *SEASONS,
        *(f"ال{word}" for word in (*SEASONS, *SINGLE_UNITS, *MANY_UNITS, *PAIRS_OF_UNITS)),
        *(f"ال{amount}" for amount in AMOUNTS),
        *(f"{decade}{end}" for decade in DECADES for end in ("ات", "يات")),
        *(f"ال{decade}{end}" for decade in DECADES for end in ("ات", "يات")),
        *(month.replace("(?:ال)?", "").split("(")[0] or "ذو" for month in HIJRI_MONTHS),
        *("المحرم", "جمادي", "ذي", "ذا", "القعده", "الحجه"),
        *("يوم", "يومي", "الساعه", "هذا", "هذه", "شهر", "عام", "سنه"),
        *("قبل", "منذ", "بعد", "خلال", "غضون", "الربع"),
    )
)
"""With one of these, or a digit, every phrase begins."""


_READERS: tuple[tuple[re.Pattern, Callable[[Place], Span | None]], ...] = (
    (grammar.DAY, days.read_day),
    (grammar.NUMERIC, days.read_numeric),
    (grammar.DAY_OF_MONTH, days.read_day_of_month),
    (grammar.HIJRI_DAY, hijri.read_hijri_day),
    (grammar.HIJRI_NUMERIC, hijri.read_hijri_numeric),
    (grammar.HIJRI_MONTH, hijri.read_hijri_month),
    (grammar.HIJRI_YEAR, hijri.read_hijri_year),
    (grammar.MONTH, periods.read_month),
    (grammar.UNIT, periods.read_unit),
    (grammar.YEAR, periods.read_year),
    (grammar.SEASON, periods.read_season),
    (grammar.QUARTER, periods.read_quarter),
    (grammar.DECADE, periods.read_decade),
    (grammar.DISTANCE, periods.read_distance),
    (grammar.STRETCH, periods.read_stretch),
)


class FoundPhrase(NamedTuple):
    """A phrase at character offsets in a text, and what it means."""

    start: int
    end: int
    span: Span


def read_phrase(text: str, reference: date) -> Span | None:
    """Return what the phrase TEXT means when it was written on the day REFERENCE; None when it names no time."""
    folded = FoldedText(text[:MAX_PHRASE_CHARS])
    found = next(_find(folded, Reference(reference), alone=True), None)
    return found.span if found else None


def find_phrases(text: str, reference: Reference | None) -> Iterator[FoundPhrase]:
    """Yield what names days in TEXT, in order, never overlapping; REFERENCE, when it was written, may be unknown."""
    return _find(FoldedText(text), reference, alone=False)


def _find(folded: FoldedText, reference: Reference | None, *, alone: bool) -> Iterator[FoundPhrase]:
    done = 0
    for run in runs(folded.folded):
        start = run.start() + _before_trigger(run[0])
        if start < max(done, run.start()):
            continue
        if best := _longest(folded.folded, start, reference, alone=alone):
            done, span = best
            yield FoundPhrase(*folded.place(start, done), span)


def _before_trigger(word: str) -> int:
    """How many letters of particles stand in WORD before what may begin a phrase; -1 when there is no such thing."""
    if word in _FIRST_WORDS or word[0].isdigit():
        return 0
    if word[0] in "وفبل" and len(word) > 1:
        rest = word[1:]
        if rest in _FIRST_WORDS or rest[0].isdigit() or (rest[0] == "ل" and f"ا{rest}" in _FIRST_WORDS):
            return 1
    if word[0] in "وف" and word[1:2] == "ل" and f"ال{word[3:]}" in _FIRST_WORDS and word[2:3] == "ل":
        return 2
    return -1


def _longest(text: str, start: int, reference: Reference | None, *, alone: bool) -> tuple[int, Span] | None:
    best = None
    for pattern, read in _READERS:
        match = pattern.match(text, start)
        if not match or (best and match.end() <= best[0]):
            continue
        if span := read(Place(text, match, reference, alone)):
            best = match.end(), span
    return best

"""A place in a text where a pattern of `date_grammar` matched, with what its meaning depends on.

What depends on the day of writing needs that as closely as the phrase counts: «الشهر المقبل» needs the month.
"""

import re
from datetime import date, time
from typing import NamedTuple

from archive.text.date_grammar import DIRECTIONS
from archive.text.date_words import ORDINALS
from archive.text.reckoning import Reference

CONTEXT_CHARS = 120
WEIGHT_ALONE = 2
WEIGHT_OF_WHAT_WAS = 4
WEIGHT_OF_WHAT_COMES = 0.1
_AHEAD = re.compile(
    r"(?<![ء-ي])(?:[وف]?س(?:ي|ت|ن)(?!ار|اس|اح|اد|اق|ان|د[اه]?(?![ء-ي])|ره?(?![ء-ي])|طر|ناء|نما|ون|ين|وان|راتيج|افان)[ء-ي]{2,}"
    r"|سوف|(?:ال)?(?:مقرر|مزمع|مرتقب|منتظر|متوقع)[ء-ي]{0,3}|[يت]عتزم|[يت]نوي|غدا)(?![ء-ي])"
)
_CLAUSE_START = re.compile(r"[.؟!\n]|(?<![ء-ي])(?:التي|الذي|الذين|منذ|كان|كانت)(?![ء-ي])")
_LAST_WORD = re.compile(r"([ء-ي]+)[ («\"]*$")

PREPOSITIONS = frozenset({"في", "منذ", "خلال", "حتي", "الي", "من", "بين", "وفي", "ومنذ", "وحتي", "لغايه"})


class Span(NamedTuple):
    """The days FIRST to LAST, at AT of the first where that is said; not SURE when another time may be meant."""

    first: date
    last: date
    at: time | None = None
    sure: bool = True


class Place(NamedTuple):
    """Where a pattern matched: in the folded TEXT, as written on REFERENCE; ALONE when the text is the phrase."""

    text: str
    match: re.Match
    reference: Reference | None
    alone: bool

    def __getitem__(self, group: str) -> str | None:
        return self.match[group]

    def knows(self, unit: str) -> bool:
        return self.reference is not None and self.reference.knows(unit)

    @property
    def today(self) -> date:
        return self.reference.day

    def ahead(self) -> bool:
        """Does its clause tell, before it, of what is still to come?"""
        if self.alone:
            return False
        before = self.text[max(0, self.match.start() - CONTEXT_CHARS) : self.match.start()]
        return bool(_AHEAD.search(_CLAUSE_START.split(before)[-1]))

    def weight_ahead(self) -> float:
        """How much farther a day without its year lies when it is ahead: papers rather tell what was."""
        if self.alone:
            return WEIGHT_ALONE
        return WEIGHT_OF_WHAT_COMES if self.ahead() else WEIGHT_OF_WHAT_WAS

    def word_before(self) -> str:
        word = _LAST_WORD.search(self.text, max(0, self.match.start() - 30), self.match.start())
        return word[1] if word else ""

    def followed_by(self, pattern: re.Pattern) -> bool:
        return bool(pattern.match(self.text, self.match.end()))


def ordinal(name: str) -> int:
    """The number that a day is called by, in digits or as a word."""
    return int(name) if name.isdigit() else ORDINALS[" ".join(name.split())]


def direction_of(word: str | None) -> int:
    """-1 for «الماضي», 1 for «المقبل», 0 for «الجاري» and nothing."""
    return DIRECTIONS[word] if word else 0


def day_span(day: date | None, **more) -> Span | None:
    """The span of one DAY, if it is one."""
    return Span(day, day, **more) if day else None


def span_of(days: tuple[date, date] | None) -> Span | None:
    """The span from the first to the last of DAYS, if there are any."""
    return Span(*days) if days else None

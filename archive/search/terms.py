"""A word of a query at every level of analysis."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from archive.text.normalize import spellings, words
from archive.text.tokenize import skeleton, stem, without_prefix, without_suffix

LEVEL_WEIGHTS = {"s": 1.0, "p": 0.6, "e": 0.4, "k": 0.4}
"""What agreement is worth, by level: the stem, the word without prefix, the whole word, the skeleton of consonants.

They add up: a word as it was typed counts 2.4 times one of which only the stem agrees. Measured in docs/search.md.
"""


class LevelTerm(NamedTuple):
    """A word at a LEVEL of LEVEL_WEIGHTS."""

    level: str
    word: str

    @property
    def indexed_as(self) -> tuple[tuple[str, str], ...]:
        """The levels and words under which an article that has it may hold it.

        The index holds a word at a level only where it is another than at the level before: as typed ("x"), folded,
        without prefix, stem, skeleton. So a stem is found under itself, and where it has no suffix to lose, under
        the words without prefix that are it; and so on.
        """
        changes, before = _LEVELS[self.level]
        same = LevelTerm(before, self.word).indexed_as if before and changes(self.word) == self.word else ()
        return ((self.level, self.word), *same)


_LEVELS: dict[str, tuple[Callable[[str], str], str]] = {
    "x": (str, ""),
    "e": (words, "x"),
    "p": (without_prefix, "e"),
    "s": (without_suffix, "p"),
    "k": (skeleton, "s"),
}
"""What makes a word of each level from one of the level before."""


MAX_TERM_COUNT = 8
"""The most occurrences of a word that a code of the index tells apart."""

OTHER_WORD_WEIGHT = 0.2
"""What another word of the same meaning is worth, of what its stem would be worth as typed."""


@dataclass(frozen=True)
class Forms:
    """A word as it was TYPED (tashkeel aside), FOLDED, BARE of prefixes, its STEM, and the stem's SKELETON."""

    typed: str
    folded: str
    bare: str
    stem: str
    skeleton: str

    @property
    def stem_term(self) -> LevelTerm:
        return LevelTerm("s", self.stem)

    @property
    def bare_term(self) -> LevelTerm:
        return LevelTerm("p", self.bare)

    @property
    def folded_term(self) -> LevelTerm:
        return LevelTerm("e", self.folded)

    @property
    def terms(self) -> list[LevelTerm]:
        """The word at each level by which articles are ranked, the stem first."""
        return [
            self.stem_term,
            self.bare_term,
            self.folded_term,
            LevelTerm("k", self.skeleton),
        ]


def codes(numbers: Iterable[int]) -> list[int]:
    """Return the codes by which `article_entries_v3` says that an article has words of NUMBERS, however often."""
    return sorted({number << 3 | count for number in numbers for count in range(MAX_TERM_COUNT)})


def forms(text: str) -> list[Forms]:
    """Return the words of TEXT in order (several for a ligature such as ﷺ)."""
    return [_forms(typed, folded) for typed, folded in zip(spellings(text).split(), words(text).split(), strict=True)]


@lru_cache(maxsize=20_000)
def _forms(typed: str, folded: str) -> Forms:
    return Forms(typed, folded, without_prefix(folded), stem(folded), skeleton(stem(folded)))

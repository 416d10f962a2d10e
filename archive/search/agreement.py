"""How closely an article agrees with the words of a query: the reason to tell why it was found."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache

from archive.search.query import Query
from archive.search.terms import Forms, forms


class Agreement(IntEnum):
    """From the closest to the loosest: as typed, spelt otherwise, in another form, by another name, another word."""

    EXACT = 0
    SPELLING = 1
    FORM = 2
    NAME = 3
    MEANING = 4


def agreement(spellings: Iterable[str], query: Query) -> Agreement:
    """Return how an article that holds SPELLINGS agrees with the word of QUERY that it agrees with least.

    Words that it lacks do not count.
    """
    found = _Found([form for spelling in set(spellings) for form in _forms(spelling)])
    levels = (found.closest(word, query.others.get(word, ()), is_name=word in query.names) for word in query.words)
    return max((level for level in levels if level is not None), default=Agreement.EXACT)


@lru_cache(maxsize=50_000)
def _forms(spelling: str) -> tuple[Forms, ...]:
    """As `forms`, of a SPELLING, which stands in many articles."""
    return tuple(forms(spelling))


class _Found:
    """The words that an article holds, at each level."""

    def __init__(self, words: Sequence[Forms]) -> None:
        self._typed = {word.typed for word in words}
        self._folded = {word.folded for word in words}
        self._stems = {word.stem for word in words}

    def closest(self, word: Forms, others: tuple[Forms, ...], *, is_name: bool) -> Agreement | None:
        if word.typed in self._typed:
            return Agreement.EXACT
        if word.folded in self._folded:
            return Agreement.SPELLING
        if word.stem in self._stems:
            return Agreement.FORM
        if any(other.stem in self._stems for other in others):
            return Agreement.NAME if is_name else Agreement.MEANING
        return None

"""How closely an article agrees with the words of a query: the reason to tell why it was found."""

from collections.abc import Iterable
from enum import IntEnum

from archive.search.query import Query
from archive.search.terms import Forms, forms


class Agreement(IntEnum):
    """From the closest to the loosest: as typed, spelt otherwise, in another form, another word of its meaning."""

    EXACT = 0
    SPELLING = 1
    FORM = 2
    MEANING = 3


def agreement(spellings: Iterable[str], query: Query) -> Agreement:
    """Return how an article that holds SPELLINGS agrees with the word of QUERY that it agrees with least.

    Words that it lacks do not count.
    """
    found = {form for spelling in set(spellings) for form in forms(spelling)}
    levels = (_closest(word, query.others.get(word, ()), found) for word in query.words)
    return max((level for level in levels if level is not None), default=Agreement.EXACT)


def _closest(word: Forms, others: tuple[Forms, ...], found: set[Forms]) -> Agreement | None:
    if any(form.typed == word.typed for form in found):
        return Agreement.EXACT
    if any(form.folded == word.folded for form in found):
        return Agreement.SPELLING
    if any(form.stem == word.stem for form in found):
        return Agreement.FORM
    if {form.stem for form in found} & {other.stem for other in others}:
        return Agreement.MEANING
    return None

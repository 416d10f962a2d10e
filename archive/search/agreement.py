"""How closely an article agrees with the words of a query: the reason to tell why it was found."""

from collections.abc import Iterable
from enum import IntEnum

from archive.search.query import Query
from archive.search.terms import Forms, forms
from archive.text.tokenize import run_stems, runs


class Agreement(IntEnum):
    """From the closest to the loosest: as typed, spelt otherwise, in another form, another word of its meaning."""

    EXACT = 0
    SPELLING = 1
    FORM = 2
    MEANING = 3


def agreement(texts: Iterable[str], query: Query) -> Agreement:
    """Return how TEXTS agree with the word of QUERY that they agree with least; words that they lack do not count."""
    wanted = query.wanted_stems
    found = {
        form
        for text in texts
        for spelling in {run[0] for run in runs(text)}
        if not run_stems(spelling).isdisjoint(wanted)
        for form in forms(spelling)
    }
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

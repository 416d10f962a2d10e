"""How likely a word was typed for another: a cost for every edit, by keyboard, sound and shape of letters.

Costs are natural logarithms of how rare an edit is. To leave out a letter or to swap two can happen in as many ways
as a word has letters; a letter too many, or a wrong one, could be any of the alphabet, so each single one is rarer,
except for those at hand.
"""

from functools import cache
from itertools import combinations, pairwise

MISSING = 3.3
SWAPPED = 3.3
EXTRA = 6.2
WRONG = 6.3
EASILY_MISSING = 2.8
DOUBLED = 4.5
CONFUSED = 5.5
AT_THE_START = 0.4
"""Readers look at the first letter most."""

_WEAK_LETTERS = frozenset("اويء")
# The Arabic keyboard, folded: a key touches its neighbours in the row and the two below.
_KEYBOARD = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ءءءرلايهوزظ")
# By ear, and by eye: letters that only dots tell apart.
_ALIKE = (
    "تط", "سص", "ذزظ", "ضظ", "دض", "قك", "ثس", "حه", "اع", "جغ", "قغ", "ثت", "دذ", "ءع", "ءا",
    "بتثني", "جحخ", "رز", "سش", "صض", "طظ", "عغ", "فق", "رو", "كل", "هت", "يا", "وا",
)  # fmt: skip


def edit_cost(typed: str, meant: str) -> float:
    """Return how unlikely it is that who meant MEANT typed TYPED, both folded; 0 for the same word."""
    # Only what lies between a common beginning and a common end is compared: little, in words that are near.
    head = _common_letters(typed, meant)
    tail = min(_common_letters(typed[::-1], meant[::-1]), len(typed) - head, len(meant) - head)
    columns, rows = range(head, len(typed) - tail), range(head, len(meant) - tail)
    before_last: list[float] = []
    last = [0.0]
    for column in columns:
        last.append(last[-1] + _extra(typed, column))
    for row in rows:
        current = [last[0] + _missing(meant, row)]
        for number, column in enumerate(columns, 1):
            cost = min(
                last[number - 1] + _wrong(typed, column, meant, row),
                current[number - 1] + _extra(typed, column),
                last[number] + _missing(meant, row),
            )
            if number > 1 and row > head and typed[column - 1 : column + 1] == meant[row] + meant[row - 1]:
                cost = min(cost, before_last[number - 2] + SWAPPED)
            current.append(cost)
        before_last, last = last, current
    return last[-1]


def _common_letters(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _missing(meant: str, place: int) -> float:
    easily = meant[place] in _WEAK_LETTERS or meant[place - 1 : place] == meant[place]
    return (EASILY_MISSING if easily else MISSING) + AT_THE_START * (place == 0)


def _extra(typed: str, place: int) -> float:
    before, letter = typed[place - 1 : place], typed[place]
    if letter == before:
        return DOUBLED
    return (CONFUSED if (before, letter) in _confused() else EXTRA) + AT_THE_START * (place == 0)


def _wrong(typed: str, column: int, meant: str, row: int) -> float:
    letter, wanted = typed[column], meant[row]
    if letter == wanted:
        return 0
    return (CONFUSED if (letter, wanted) in _confused() else WRONG) + AT_THE_START * (column == 0)


@cache
def _confused() -> frozenset[tuple[str, str]]:
    """Pairs of letters that are typed for each other, both ways."""
    pairs = [pair for row in _KEYBOARD for pair in pairwise(row)]
    for above, below in pairwise(_KEYBOARD):
        pairs += zip(above, below, strict=False)
        pairs += zip(above[1:], below, strict=False)
    pairs += [pair for letters in _ALIKE for pair in combinations(letters, 2)]
    return frozenset(pairs) | {(second, first) for first, second in pairs}

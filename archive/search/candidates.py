"""Which few hundred articles can be the best answers: a condition, found from how much each word is worth.

Every wanted word has a mass: the score it can bring. Instead of ranking all articles that have any of the words, we
ask for those whose present words weigh at least some threshold together. It starts where statistics expect a few, and
sinks until enough are found; what it leaves out weighs less than the threshold, so it can hardly be better than what
was found. A common word counts by its tier, the upper bound of what it says about the article.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from archive.asking import Asking, asked
from archive.search.statistics import LOWEST_TIER, TermStatistics

MAX_LEAVES = 6
"""So many of the words lead to candidates, the rarest ones; all of them rank."""

COMMON_LEAVES = 5
MAX_POSTINGS = 60_000
BINS = 40
MAX_GRADED_LEAVES = 4
FIRST_ROUND = 4
"""The first round expects a quarter of the articles wanted: words of a query keep company, so more have them."""

TOO_MANY = 3
"""Of more than so many times what is wanted, fewer are sought: scoring many costs more than asking once again."""

HALVINGS = 4
RUNG = 4

TIERS = range(LOWEST_TIER, LOWEST_TIER + 7)
TRUE, FALSE = "T", "F"


@dataclass(frozen=True)
class Leaf:
    """A wanted word: the LEXEMES any of which is it, or begins as one of BEGINNINGS, its MASS, and its figures."""

    lexemes: tuple[str, ...]
    mass: float
    statistics: TermStatistics
    beginnings: tuple[str, ...] = ()

    def present(self) -> str:
        begun = (f"'{beginning}':*" for beginning in self.beginnings)
        return _any([*(f"'{lexeme}'" for lexeme in self.lexemes), *begun])

    def in_tier(self, lowest: int) -> str:
        return _any(f"'{tier}>{lexeme}'" for lexeme in self.lexemes for tier in TIERS if tier >= lowest)

    def steps(self, cuts: Sequence[int]) -> list[tuple[float, str]]:
        """Conditions that hold for ever fewer articles, each with the share of the mass such an article can have."""
        bounds = [*cuts, None]
        steps = [(_bound(bounds[0]), self.present())]
        steps += [(_bound(above), self.in_tier(cut)) for cut, above in zip(cuts, bounds[1:], strict=True)]
        return steps


def _bound(tier: int | None) -> float:
    """The most that a word below TIER can say."""
    return 1.0 if tier is None else 1 - 2 ** (-tier / 2)


def _any(alternatives: Iterable[str]) -> str:
    return f"({'|'.join(alternatives)})"


def choose_leaves(leaves: Sequence[Leaf], want: int) -> list[tuple[Leaf, tuple[int, ...]]]:
    """Return the LEAVES that lead to candidates, weightiest first, each with the tiers it is cut at."""
    chosen = sorted(leaves, key=lambda leaf: -leaf.mass)[:MAX_LEAVES]
    # A long query of common words only: bound the lists that the index walks.
    while len(chosen) > COMMON_LEAVES and sum(leaf.statistics.article_count for leaf in chosen) > MAX_POSTINGS:
        chosen.pop()
    step = {1: 1, 2: 1, 3: 2}.get(len(chosen), 3)
    return [
        (
            leaf,
            tuple(TIERS)[::step]
            if len(chosen) <= MAX_GRADED_LEAVES and leaf.statistics.article_count > want * 3
            else (),
        )
        for leaf in chosen
    ]


@asked
def find_candidates(
    leaves: Sequence[Leaf],
    article_count: int,
    want: int,
    fetch: Callable[[str], Asking[list[int]]],
    *,
    least: int,
    share: float = 1,
    searched: float = 1,
) -> Asking[list[int]]:
    """Return WANT ids or more of the best articles for LEAVES, or all there are.

    Half as many, but LEAST or more, will do where the next would be far too many. FETCH returns the ids that answer a
    tsquery, at most a few times WANT, from the share SEARCHED of the archive; where it looks at the articles, for a
    phrase, it lets about SHARE of them through.
    """
    graded = choose_leaves(leaves, want)
    total = sum(leaf.mass for leaf, _cuts in graded)
    expected = [count * share * searched for count in _expected_counts(graded, total, article_count)]

    @cache
    def condition(level: float) -> str:
        return threshold_condition(graded, _threshold(total, level))

    level = BINS
    while level > 1 and expected[level] < want / FIRST_ROUND:
        level -= 1
    found: list[int] = []
    # What a stricter round found stays, also where FETCH cuts a longer list blindly.
    stricter = None
    while True:
        if stricter is None or condition(level) != condition(stricter):
            # Nothing that FETCH looked at, for a phrase, is looked at again.
            looked_at = f" & !({condition(stricter)})" if stricter and share < 1 else ""
            fetched = yield from fetch(f"({condition(level)}){looked_at}")
            if len(fetched) > TOO_MANY * want and share == 1 and stricter:
                between = yield from _between(level, stricter, condition, fetch)
                fewer = list(dict.fromkeys([*found, *between]))
                if len(fewer) >= max(least, want / 2):
                    return fewer
            found = list(dict.fromkeys([*found, *fetched]))
        if len(found) >= want or level <= 1:
            return found
        # How far the estimate was off so far tells how far to go.
        wanted = expected[level] * want * 1.2 / (len(found) + 0.5)
        stricter = level
        level -= 1
        while level > 1 and expected[level] < wanted:
            level -= 1


def ladder(leaves: Sequence[Leaf], article_count: int, want: int) -> list[str]:
    """Return tsqueries for LEAVES, each for all that those before it find and about RUNG times as many.

    The first finds a few, the last whatever has any of the leaves: who asks one after the other until WANT are found
    has the best, as by `find_candidates`, in questions that are all known beforehand.
    """
    graded = choose_leaves(leaves, want)
    total = sum(leaf.mass for leaf, _cuts in graded)
    expected = _expected_counts(graded, total, article_count)
    rungs: dict[str, None] = {}
    level, wanted = BINS, want / FIRST_ROUND
    while True:
        while level > 1 and expected[level] < wanted:
            level -= 1
        rungs[threshold_condition(graded, _threshold(total, level))] = None
        if level <= 1:
            return list(rungs)
        wanted = expected[level] * RUNG
        level -= 1


def _threshold(total: float, level: float) -> float:
    """What words must weigh together at LEVEL, of a TOTAL."""
    return total * (0.001 if level <= 1 else (level - 0.5) / BINS)


def _between(
    level: float, stricter: float, condition: Callable[[float], str], fetch: Callable[[str], Asking[list[int]]]
) -> Asking[list[int]]:
    """What is found between LEVEL, which brings too many, and a STRICTER one, which brings too few; if anything."""
    known = condition(level), condition(stricter)
    for _halved in range(HALVINGS):
        middle = (level + stricter) / 2
        if condition(middle) == known[0]:
            level = middle
        elif condition(middle) == known[1]:
            stricter = middle
        else:
            return (yield from fetch(condition(middle)))
    return []


def threshold_condition(graded: Sequence[tuple[Leaf, Sequence[int]]], threshold: float) -> str:
    """Return the tsquery of the articles whose words weigh at least THRESHOLD together."""
    steps = [leaf.steps(cuts) for leaf, cuts in graded]
    masses = [leaf.mass for leaf, _cuts in graded]
    rests = [sum(masses[number:]) for number in range(len(masses) + 1)]

    @cache
    def condition(number: int, needed: float) -> str:
        if needed <= 1e-6:
            return TRUE
        if rests[number] < needed - 1e-6:
            return FALSE
        without = condition(number + 1, needed)
        parts = []
        for share, text in steps[number]:
            rest = condition(number + 1, round(needed - masses[number] * share, 9))
            if rest in (FALSE, without):
                continue
            parts.append(text if rest == TRUE else f"({text}&{rest})")
            if rest == TRUE:
                break
        if not parts:
            return without
        return _any([*parts, *([] if without == FALSE else [without])])

    return condition(0, threshold)


def _expected_counts(graded: Sequence[tuple[Leaf, Sequence[int]]], total: float, article_count: int) -> list[float]:
    """How many articles are expected to weigh at least so many of BINS bins, as if words were strewn by chance."""
    counts = [float(article_count)] + [0.0] * BINS
    for leaf, cuts in graded:
        width = leaf.mass / total * BINS
        shares = [
            (round(width * share), probability) for share, probability in _step_shares(leaf, cuts, article_count)
        ]
        absent = 1 - sum(probability for _bins, probability in shares)
        counts = [
            counts[number] * absent
            + sum(
                counts[number - max(1, bins)] * probability for bins, probability in shares if number >= max(1, bins)
            )
            for number in range(BINS + 1)
        ]
    for number in range(BINS - 1, 0, -1):
        counts[number] += counts[number + 1]
    return counts


def _step_shares(leaf: Leaf, cuts: Sequence[int], article_count: int) -> list[tuple[float, float]]:
    """The shares of its mass that the word can bring, each with the probability that an article has just that."""
    figures, tiers = leaf.statistics, list(TIERS)
    at_least = [figures.article_count, *(sum(figures.tier_counts[tiers.index(cut) :]) for cut in cuts), 0]
    return [
        (share, min(1.0, max(0, count - above) / max(article_count, 1)))
        for (share, _text), count, above in zip(leaf.steps(cuts), at_least, at_least[1:], strict=False)
    ]

"""How well an article answers a query: BM25 over four levels of each word, and a bonus for neighbours.

What was measured about each constant is in docs/search.md. The tiers of `article_entries_v3` are made with K1 = .8,
B = .7 and a usual length of 240 words, by which a word says a little more than it does here; a little less only in
long articles, where articles have more than some 257 words in the mean.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from archive.asking import Asking, asked, rows_of, together
from archive.search.conditions import array_literal
from archive.search.statistics import Statistics
from archive.search.terms import LEVEL_WEIGHTS, OTHER_WORD_WEIGHT, Forms, LevelTerm, codes

K1 = 1.0
"""How soon more occurrences of a word stop to matter."""

B = 0.6
"""How much longer articles must repeat a word more, from 0 (not at all) to 1 (in proportion)."""

PROXIMITY_WEIGHT = 0.5
PROXIMITY_WORDS = 8
"""Neighbours in the query that stand within so many words of each other in the article say half as much again."""

PROXIMITY_TOP = 60
"""How many of the best by words alone are looked at for that."""


@dataclass(frozen=True)
class Ranked:
    article_id: int
    score: float


@dataclass(frozen=True)
class WeightedTerms:
    """What each term of a query is worth at most; and the stems in order, with what they are worth."""

    weights: dict[LevelTerm, float]
    stems: tuple[tuple[str, float], ...]


def weigh(words: Sequence[Forms], others: Iterable[Forms], statistics: Statistics) -> WeightedTerms:
    """Weigh the WORDS of a query: the rarer a form is, and the closer its level to what was typed, the more.

    OTHERS mean the same as one of them, and count by their stems alone.
    """
    weights = {other.stem_term: OTHER_WORD_WEIGHT * weight(other.stem_term, statistics) for other in others}
    weights |= {term: weight(term, statistics) for word in words for term in word.terms}
    return WeightedTerms(weights, tuple((word.stem, weight(word.stem_term, statistics)) for word in words))


def weight(term: LevelTerm, statistics: Statistics) -> float:
    """The most that TERM can add to an article's score."""
    return LEVEL_WEIGHTS[term.level] * rarity(statistics.terms[term].article_count, statistics.article_count)


def mass(word: Forms, statistics: Statistics) -> float:
    """The most that WORD can add to an article's score, by all its levels."""
    return sum(weight(term, statistics) for term in word.terms)


def rarity(article_count: int, all_articles: int) -> float:
    """The idf of BM25: of a word in ARTICLE_COUNT of ALL_ARTICLES."""
    article_count = min(article_count, all_articles)
    return log(1 + (all_articles - article_count + 0.5) / (article_count + 0.5))


CODES = """
SELECT article_id, extract(epoch FROM listed_at)::float8 AS second, length, codes & %s::int[] AS codes
FROM archive_articlesearch WHERE article_id = ANY (%s::bigint[])
"""
"""Adding up is left to Python, which takes a third of the time that unnesting, joining and grouping takes here."""

NEIGHBOURS = """
SELECT article_id, sum(bonus) AS bonus
-- The vector is unpacked once and not for every pair.
FROM (SELECT article_id, vector || ''::tsvector AS vector FROM archive_articlesearch
        WHERE article_id = ANY (%s) OFFSET 0) AS unpacked,
    unnest(%s::text[], %s::float8[]) AS neighbours (pair, bonus)
WHERE ts_rank_cd('{1,1,1,1}', vector, pair::tsquery) >= %s
GROUP BY article_id
"""
NEARNESS = 1 / PROXIMITY_WORDS - 0.001
"""ts_rank_cd is the inverse of the distance between the two."""


Scored = tuple[float, float, int]
"""The score of an article, the second it is listed at, and its id: the order of results, turned round."""


@asked
def rank(ids: Sequence[int], terms: WeightedTerms, statistics: Statistics, *, limit: int) -> Asking[list[Ranked]]:
    """Return the best LIMIT of the articles IDS, best first; equals newest first."""
    if not ids:
        return []
    if len(ids) <= PROXIMITY_TOP:
        found, bonuses = yield from together(score(ids, terms, statistics), _neighbours(ids, terms))
        return _with_bonuses(sorted(found, reverse=True), bonuses, limit)
    return (yield from rank_scored((yield from score(ids, terms, statistics)), terms, limit=limit))


def rank_scored(found: Iterable[Scored], terms: WeightedTerms, *, limit: int) -> Asking[list[Ranked]]:
    """As `rank`, of articles FOUND with their scores."""
    best = sorted(found, reverse=True)[: max(limit, PROXIMITY_TOP)]
    bonuses = yield from _neighbours([article_id for _score, _second, article_id in best[:PROXIMITY_TOP]], terms)
    return _with_bonuses(best, bonuses, limit)


def _with_bonuses(best: list[Scored], bonuses: Mapping[int, float], limit: int) -> list[Ranked]:
    if bonuses:
        best = sorted(
            ((score + bonuses.get(article_id, 0.0), second, article_id) for score, second, article_id in best),
            reverse=True,
        )
    return [Ranked(article_id, score) for score, _second, article_id in best[:limit]]


def score(ids: Sequence[int], terms: WeightedTerms, statistics: Statistics) -> Asking[Iterator[Scored]]:
    """Score the articles IDS by their words; what was found by a beginning alone has none."""
    adds = what_codes_add(terms, statistics)
    rows = yield from rows_of(CODES, [array_literal(adds), array_literal(ids)])
    return scored(rows, adds, terms, statistics)


CodesAdd = dict[int, list[tuple[int, int]]]
"""What each code adds to the occurrences of which terms, by their places."""


def what_codes_add(terms: WeightedTerms, statistics: Statistics) -> CodesAdd:
    """Return what the codes of articles say of TERMS; no others are read."""
    # A term of the query has several numbers in the index, and a number may belong to several terms.
    by_number: dict[int, list[int]] = defaultdict(list)
    for place, term in enumerate(terms.weights):
        for number in statistics.terms[term].numbers:
            by_number[number].append(place)
    return {code: [(place, (code & 7) + 1) for place in by_number[code >> 3]] for code in codes(by_number)}


def scored(rows: Iterable[tuple], adds: CodesAdd, terms: WeightedTerms, statistics: Statistics) -> Iterator[Scored]:
    """Score articles, ROWS of their ids, seconds, lengths and those of their codes that are in ADDS."""
    weights = list(terms.weights.values())
    # Written out: this is most of what Python does for a page.
    for article_id, second, length, found in rows:
        counts: dict[int, int] = {}
        for code in found:
            for place, count in adds[code]:
                counts[place] = counts[place] + count if place in counts else count
        damping = K1 * (1 - B + B * length / statistics.average_length)
        score = 0.0
        for place, count in counts.items():
            score += weights[place] * count / (count + damping)
        yield score, second, article_id


def _neighbours(ids: Sequence[int], terms: WeightedTerms) -> Asking[dict[int, float]]:
    """What is added for those of the articles IDS in which neighbours of the query stand near each other."""
    pairs = {
        f"'{left}' & '{right}'": PROXIMITY_WEIGHT * (left_weight + right_weight) / 2
        for (left, left_weight), (right, right_weight) in pairwise(terms.stems)
        if left != right
    }
    if not pairs or not ids:
        return {}
    rows = yield from rows_of(NEIGHBOURS, [list(ids), list(pairs), list(pairs.values()), NEARNESS])
    return dict(rows)

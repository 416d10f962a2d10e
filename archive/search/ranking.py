"""How well an article answers a query: BM25 over four levels of each word, and a bonus for neighbours.

What was measured about each constant is in docs/search.md. K1, B and the usual length are in
`article_entries_v3` too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from django.db import connection

from archive.search.statistics import Statistics
from archive.search.terms import LEVEL_WEIGHTS, OTHER_WORD_WEIGHT, Forms, LevelTerm

K1 = 0.8
"""How soon more occurrences of a word stop to matter."""

B = 0.7
"""How much longer articles must repeat a word more, from 0 (not at all) to 1 (in proportion)."""

PROXIMITY_WEIGHT = 0.5
PROXIMITY_WORDS = 8
"""Neighbours in the query that stand within so many words of each other in the article say half as much again."""

PROXIMITY_TOP = 60
"""How many of the best by words alone are looked at for that."""

MAX_TERM_COUNT = 8
"""The most occurrences of a word that a code of the index tells apart."""


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


SCORE = """
WITH candidates AS MATERIALIZED (
    SELECT entry.article_id, entry.listed_at, entry.codes & %(codes)s::int[] AS codes,
        %(k1)s * (1 - %(b)s + %(b)s * entry.length / %(average_length)s) AS damping
    FROM archive_articlesearch AS entry WHERE entry.article_id = ANY (%(ids)s)
), counted AS (
    -- A term of the query has several numbers in the index, and a number may belong to several terms.
    SELECT article_id, listed_at, damping, weight, sum((code & 7) + 1) AS count
    FROM (SELECT article_id, listed_at, damping, unnest(codes) AS code FROM candidates) AS pieces
    JOIN unnest(%(numbers)s::int[], %(terms)s::int[], %(weights)s::float8[]) AS term (number, term, weight)
        ON term.number = code >> 3
    GROUP BY article_id, listed_at, damping, term, weight
), best AS (
    SELECT article_id, listed_at, score, row_number() OVER () AS place
    FROM (
        SELECT article_id, listed_at, sum(weight * count / (count + damping)) AS score FROM counted
        GROUP BY article_id, listed_at
        -- What was found by a beginning alone has no score.
        UNION ALL SELECT article_id, listed_at, 0 FROM candidates WHERE codes = '{}'
        ORDER BY score DESC, article_id DESC LIMIT greatest(%(limit)s, %(proximity_top)s)
    ) AS scored
)
SELECT article_id, score + CASE WHEN place <= %(proximity_top)s THEN coalesce((
        SELECT sum(bonus)
        -- The vector is unpacked once and not for every pair.
        FROM (SELECT entry.vector || ''::tsvector AS vector FROM archive_articlesearch AS entry
                WHERE entry.article_id = best.article_id OFFSET 0) AS unpacked,
            unnest(%(pairs)s::text[], %(bonuses)s::float8[]) AS neighbours (pair, bonus)
        WHERE ts_rank_cd('{1,1,1,1}', unpacked.vector, pair::tsquery) >= %(nearness)s), 0) ELSE 0 END AS total
FROM best
ORDER BY total DESC, listed_at DESC, article_id DESC
LIMIT %(limit)s
"""


def rank(ids: Sequence[int], terms: WeightedTerms, statistics: Statistics, *, limit: int) -> list[Ranked]:
    """Return the best LIMIT of the articles IDS, best first; equals newest first."""
    pairs = {
        f"'{left}' & '{right}'": PROXIMITY_WEIGHT * (left_weight + right_weight) / 2
        for (left, left_weight), (right, right_weight) in pairwise(terms.stems)
        if left != right
    }
    numbered = [
        (number, place, worth)
        for place, (term, worth) in enumerate(terms.weights.items())
        for number in statistics.terms[term].numbers
    ]
    numbers, places, weights = map(list, zip(*numbered, strict=True)) if numbered else ([], [], [])
    codes = sorted({number << 3 | count for number in numbers for count in range(MAX_TERM_COUNT)})
    with connection.cursor() as cursor:
        cursor.execute(
            SCORE,
            {
                "k1": K1,
                "b": B,
                "average_length": statistics.average_length,
                "codes": codes,
                "ids": list(ids),
                "numbers": numbers,
                "terms": places,
                "weights": weights,
                "pairs": list(pairs),
                "bonuses": list(pairs.values()),
                # ts_rank_cd is the inverse of the distance between the two.
                "nearness": 1 / PROXIMITY_WORDS - 0.001,
                "proximity_top": PROXIMITY_TOP if pairs else 0,
                "limit": limit,
            },
        )
        return [Ranked(*row) for row in cursor.fetchall()]

"""The company words keep: how much oftener than by chance a word stands in articles with other words of a query."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from statistics import fmean

from django.utils import timezone

from archive.asking import Asking, asked, rows_of
from archive.search.compiler import lexeme
from archive.search.conditions import array_literal
from archive.search.statistics import Statistics, TermStatistics, read_statistics
from archive.search.terms import Forms, codes

MAX_COMPANY = 2
MAX_COMPANY_ARTICLES = 50_000
SAMPLE = 1_000
"""A word is looked for with so many of the query's other words, the rarest, and beside its neighbours.

In so many articles that have each.
"""

DOUBT = 10.0
"""So many articles as rarer company, or chance, would lead to expect are added to those seen: a few prove little."""

STEM_WEIGHT = 0.45
WORD_WEIGHT = 0.3
NEIGHBOUR_WEIGHT = 0.7
"""What it says that a word in any form, as it is, or right beside its neighbour in the query, is found in company.

Less than one each, for they tell much the same."""


@dataclass(frozen=True)
class _Place:
    """Articles to look into: those with QUERY, a tsquery; BEFORE and AFTER make a stem one beside its neighbour."""

    query: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class _Seen:
    """In SIZE articles, how many have each word, by its number, and how many have it beside its neighbour."""

    size: int
    counts: dict[int, int]
    beside: dict[int, int]

    def having(self, term: TermStatistics) -> int:
        return min(self.size, sum(self.counts.get(number, 0) for number in term.numbers))

    def having_beside(self, term: TermStatistics) -> int:
        return sum(self.beside.get(number, 0) for number in term.numbers)


@asked
def company_scores(candidates: Sequence[Forms], query: Sequence[Forms], place: int) -> Asking[dict[Forms, float]]:
    """What the other words of QUERY say of each of CANDIDATES at PLACE, as logarithms; nothing if they say nothing.

    How often a candidate stands with all of them is expected from how often it stands with each, and that from how
    often it stands anywhere; how often it stands right beside one, from how often in the same article.
    """
    others = [word for number, word in enumerate(query) if number != place]
    if not others:
        return {}
    terms = {term for word in candidates for term in (word.stem_term, word.folded_term)}
    statistics = yield from read_statistics.part(terms | {word.stem_term for word in others})
    known = _known(others, statistics)
    company = known[:MAX_COMPANY]
    if not company:
        return {}
    neighbours = {"before": query[place - 1] if place else None, "after": next(iter(query[place + 1 :]), None)}
    singly = [_place(word, neighbours) for word in company]
    together = [_Place(" & ".join(one.query for one in singly))] if len(singly) > 1 else []
    common_neighbours = [_place(word, neighbours) for word in known[MAX_COMPANY:] if word in neighbours.values()]
    looked = yield from _look([*singly, *common_neighbours, *together], candidates, statistics)
    seen, seen_together = looked[: len(singly)], looked[len(singly) + len(common_neighbours) :]

    def score(word: Forms) -> float:
        stem, whole = statistics.terms[word.stem_term], statistics.terms[word.folded_term]
        return (
            STEM_WEIGHT * _surprise(stem, seen, seen_together, statistics)
            + WORD_WEIGHT * _surprise(whole, seen, seen_together, statistics)
            + NEIGHBOUR_WEIGHT * sum(_closeness(stem, one, statistics) for one in looked)
        )

    return {word: score(word) for word in candidates}


def _known(words: Sequence[Forms], statistics: Statistics) -> list[Forms]:
    """The WORDS by which others are judged: those that the archive knows, but the most common; the rarest first."""
    counts = {word: statistics.terms[word.stem_term].article_count for word in words}
    known = [word for word in counts if 1 < counts[word] <= MAX_COMPANY_ARTICLES]
    return sorted(known, key=lambda word: counts[word])


def _place(word: Forms, neighbours: dict[str, Forms | None]) -> _Place:
    query = f"'{lexeme(word.stem)}'"
    if word == neighbours["before"]:
        return _Place(query, f"{query} <-> ", "")
    if word == neighbours["after"]:
        return _Place(query, "", f" <-> {query}")
    return _Place(query)


LOOK = """
WITH place AS (
    SELECT number, query::tsquery, before, after
    FROM unnest(%(queries)s::text[], %(before)s::text[], %(after)s::text[])
        WITH ORDINALITY AS place (query, before, after, number)
), sample AS MATERIALIZED (
    SELECT place.number, before, after, codes, vector FROM place CROSS JOIN LATERAL (
        SELECT codes, vector FROM archive_articlesearch AS entry
        WHERE entry.visible_from <= %(now)s AND entry.vector @@ place.query LIMIT %(limit)s
    ) AS entry
)
SELECT number AS place, NULL::int AS word, count(*) AS count, 0 AS beside FROM sample GROUP BY 1
UNION ALL
SELECT sample.number, word.number, count(*),
    -- False where there is no lexeme or no neighbour.
    count(*) FILTER (WHERE vector @@ (before || lexeme || after)::tsquery)
FROM sample CROSS JOIN unnest(codes & %(codes)s::int[]) AS code
    JOIN unnest(%(numbers)s::int[], %(lexemes)s::text[]) AS word (number, lexeme) ON word.number = code >> 3
GROUP BY 1, 2
"""


def _look(places: Sequence[_Place], words: Sequence[Forms], statistics: Statistics) -> Asking[list[_Seen]]:
    """What is seen of WORDS in each of PLACES."""
    lexemes: dict[int, str | None] = {}
    for word in words:
        lexemes |= {
            number: lexemes.get(number) for number in statistics.terms[word.folded_term].numbers
        } | dict.fromkeys(statistics.terms[word.stem_term].numbers, f"'{lexeme(word.stem)}'")
    parameters = {
        "queries": [place.query for place in places],
        "before": [place.before for place in places],
        "after": [place.after for place in places],
        "now": timezone.now(),
        "limit": SAMPLE,
        "codes": array_literal(codes(lexemes)),
        "numbers": array_literal(lexemes),
        "lexemes": list(lexemes.values()),
    }
    sizes: dict[int, int] = {}
    seen: list[_Seen] = [_Seen(0, {}, {}) for _place in places]
    for place, number, count, beside in (yield from rows_of(LOOK, parameters)):
        if number is None:
            sizes[place] = count
        else:
            seen[place - 1].counts[number] = count
            seen[place - 1].beside[number] = beside
    return [_Seen(sizes.get(number, 0), one.counts, one.beside) for number, one in enumerate(seen, 1)]


def _share(term: TermStatistics, statistics: Statistics) -> float:
    """The share of all articles that have TERM."""
    return min(1, term.article_count / max(statistics.article_count, 1))


def _expected(having: int, size: int, share: float) -> float:
    """The share of articles that have a word, of SIZE of which so many are HAVING it, where SHARE was expected."""
    return (having + DOUBT * share) / (size + DOUBT)


def _surprise(
    term: TermStatistics, singly: Sequence[_Seen], together: Sequence[_Seen], statistics: Statistics
) -> float:
    """How much oftener than by chance TERM stands with the company, as a logarithm."""
    chance = _share(term, statistics)
    share = fmean(_expected(seen.having(term), seen.size, chance) for seen in singly)
    for seen in together:
        share = _expected(seen.having(term), seen.size, share)
    return log(share / chance)


def _closeness(term: TermStatistics, seen: _Seen, statistics: Statistics) -> float:
    """How much oftener than expected TERM stands right beside its neighbour."""
    share = _expected(seen.having(term), seen.size, _share(term, statistics))
    return log(1 + seen.having_beside(term) / (DOUBT * share))

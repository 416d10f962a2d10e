"""What an article is about, as a query: the words and names that tell it from others, with what each is worth.

Words are the stems of its own search entry, weighed by tf·idf.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from archive.search.ranking import WeightedTerms, rarity
from archive.search.statistics import Statistics, read_statistics
from archive.search.terms import LevelTerm
from archive.text.stop_words import STOP_WORDS
from archive.text.tokenize import stems

MAX_WORDS = 30
"""So many of its words make a portrait; with twice as many, halves of an article found each other less often."""

MAX_NEW_WORDS = 12
MAX_NEW_COUNT = 50
"""So many words that the statistics do not know are looked up, each in so many articles at most."""

MAX_NAMES = 12
NAME_WEIGHT = 0.8
"""What a name in common is worth, of what a word as rare would be: its words count too."""

NAME_DAMPING = 2.0

STOP_STEMS = frozenset(stems(" ".join(STOP_WORDS)))
DAMPING = 5.0
"""How soon more occurrences of a word stop to matter in the portrait."""

PORTRAIT = """
WITH words AS MATERIALIZED (
    -- The stems of the article, how often each occurs (in the title four times), and about how many articles have it.
    SELECT lexeme, occurrences, coalesce((
        SELECT sum(article_count) FROM archive_searchterm WHERE number = ANY (ARRAY[
            search_term_v2('s', lexeme), search_term_v2('p', lexeme),
            search_term_v2('e', lexeme), search_term_v2('x', lexeme)])), 0) AS count
    FROM (
        SELECT lexeme, cardinality(positions) + 3 * cardinality(array_positions(weights, 'A'))
            + 2 * cardinality(array_positions(weights, 'B')) AS occurrences
        FROM archive_articlesearch, unnest(vector)
        -- A tier has no positions.
        WHERE article_id = %(article_id)s AND positions IS NOT NULL OFFSET 0
    ) AS found
), new AS (
    SELECT lexeme FROM words WHERE count = 0 ORDER BY occurrences DESC, lexeme COLLATE "C" LIMIT %(new_words)s
), named AS (
    -- The entities of the article, and how often it names each.
    SELECT entity_id, count(*) AS occurrences FROM archive_mention
    WHERE article_id = %(article_id)s AND confirmed IS DISTINCT FROM false GROUP BY 1
)
SELECT listed_at,
    (SELECT article_count FROM archive_searchstatistics),
    (SELECT json_agg(json_build_array(lexeme, occurrences, count)) FROM words),
    (SELECT json_agg(json_build_array(lexeme, (SELECT count(*) FROM (
            SELECT FROM archive_articlesearch WHERE vector @@ quote_literal(lexeme)::tsquery LIMIT %(new_count)s
        ) AS with_it))) FROM new),
    -- In how many articles each was.
    (SELECT json_agg(json_build_array(entity_id, occurrences, coalesce((
            SELECT max(name.article_count)
            FROM archive_alias AS alias JOIN archive_searchname AS name ON name.alias_id = alias.id
            WHERE alias.entity_id = named.entity_id), 0))) FROM named)
FROM archive_articlesearch WHERE article_id = %(article_id)s
"""


Rows = list[tuple[str | int, int, int]]
"""Words or names, how often each occurs in the article, and in how many articles it is."""


@dataclass(frozen=True)
class Portrait:
    """What the WORDS and the NAMES (ids of entities) of an article are worth, the weightiest first."""

    article_id: int
    listed_at: datetime
    words: WeightedTerms
    names: dict[int, float]
    statistics: Statistics


def portrait(article_id: int) -> Portrait | None:
    """Return what the article is about, in two queries, or None if it has no search entry."""
    asked = {"article_id": article_id, "new_words": MAX_NEW_WORDS, "new_count": MAX_NEW_COUNT}
    with connection.cursor() as cursor:
        cursor.execute(PORTRAIT, asked)
        row = cursor.fetchone()
    if row is None:
        return None
    listed_at, article_count, words, new_counts, names = row
    weighed = _words(words or [], dict(new_counts or []), article_count) if article_count else {}
    statistics = read_statistics([LevelTerm("s", stem) for stem in weighed])
    weights = {LevelTerm("s", stem): weight for stem, weight in weighed.items()}
    return Portrait(
        article_id, listed_at, WeightedTerms(weights, ()), _names(names or [], article_count or 0), statistics
    )


def _words(words: Rows, new_counts: dict[str, int], article_count: int) -> dict[str, float]:
    counted = ((stem, occurrences, count or new_counts.get(stem, 0)) for stem, occurrences, count in words)
    return _weightiest(
        {
            stem: occurrences / (occurrences + DAMPING) * rarity(count, article_count)
            for stem, occurrences, count in counted
            # What stands in no other article leads nowhere, and a letter alone or a common word says nothing.
            if count > 1 and len(stem) > 1 and stem not in STOP_STEMS
        },
        MAX_WORDS,
    )


def _names(names: Rows, article_count: int) -> dict[int, float]:
    return _weightiest(
        {
            entity_id: NAME_WEIGHT * occurrences / (occurrences + NAME_DAMPING) * rarity(count, article_count)
            for entity_id, occurrences, count in names
        },
        MAX_NAMES,
    )


def _weightiest(weights: dict, count: int) -> dict:
    return dict(sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:count])

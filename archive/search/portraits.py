"""What an article is about, as a query: the words and names that tell it from others, with what each is worth.

Words are the stems of its own search entry, weighed by tf·idf.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from archive.models import SearchStatistics
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

WORDS = """
SELECT lexeme, occurrences, coalesce((
    SELECT sum(article_count) FROM archive_searchterm WHERE number = ANY (ARRAY[
        search_term_v2('s', lexeme), search_term_v2('p', lexeme),
        search_term_v2('e', lexeme), search_term_v2('x', lexeme)])), 0)
FROM (
    SELECT lexeme, cardinality(positions) + 3 * cardinality(array_positions(weights, 'A'))
        + 2 * cardinality(array_positions(weights, 'B')) AS occurrences
    FROM archive_articlesearch, unnest(vector)
    -- A tier has no positions.
    WHERE article_id = %s AND positions IS NOT NULL OFFSET 0
) AS words
"""
"""The stems of an article, how often each occurs (in the title four times), and about how many articles have it."""

NEW_WORDS = """
SELECT word, (SELECT count(*) FROM (
    SELECT FROM archive_articlesearch WHERE vector @@ quote_literal(word)::tsquery LIMIT %s) AS found)
FROM unnest(%s::text[]) AS word
"""

NAMES = """
SELECT entity_id, occurrences, coalesce((
    SELECT max(name.article_count)
    FROM archive_alias AS alias JOIN archive_searchname AS name ON name.alias_id = alias.id
    WHERE alias.entity_id = named.entity_id), 0)
FROM (
    SELECT entity_id, count(*) AS occurrences FROM archive_mention
    WHERE article_id = %s AND confirmed IS DISTINCT FROM false GROUP BY 1
) AS named
"""
"""The entities of an article, how often it names each, and in how many articles each was."""


@dataclass(frozen=True)
class Portrait:
    """What the WORDS and the NAMES (ids of entities) of an article are worth, the weightiest first."""

    article_id: int
    listed_at: datetime
    words: WeightedTerms
    names: dict[int, float]
    statistics: Statistics


def portrait(article_id: int) -> Portrait | None:
    """Return what the article is about, or None if it has no search entry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT listed_at FROM archive_articlesearch WHERE article_id = %s", [article_id])
        row = cursor.fetchone()
    if row is None:
        return None
    article_count = SearchStatistics.objects.values_list("article_count", flat=True).first() or 0
    words = _words(article_id, article_count) if article_count else {}
    statistics = read_statistics([LevelTerm("s", stem) for stem in words])
    weights = {LevelTerm("s", stem): weight for stem, weight in words.items()}
    names = _names(article_id, article_count)
    return Portrait(article_id, row[0], WeightedTerms(weights, ()), names, statistics)


def _words(article_id: int, article_count: int) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(WORDS, [article_id])
        rows = cursor.fetchall()
        new = sorted((-occurrences, stem) for stem, occurrences, count in rows if not count)
        cursor.execute(NEW_WORDS, [MAX_NEW_COUNT, [stem for _occurrences, stem in new[:MAX_NEW_WORDS]]])
        new_counts = dict(cursor.fetchall())
    counted = ((stem, occurrences, count or new_counts.get(stem, 0)) for stem, occurrences, count in rows)
    return _weightiest(
        {
            stem: occurrences / (occurrences + DAMPING) * rarity(count, article_count)
            for stem, occurrences, count in counted
            # What stands in no other article leads nowhere, and a letter alone or a common word says nothing.
            if count > 1 and len(stem) > 1 and stem not in STOP_STEMS
        },
        MAX_WORDS,
    )


def _names(article_id: int, article_count: int) -> dict[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(NAMES, [article_id])
        rows = cursor.fetchall()
    return _weightiest(
        {
            entity_id: NAME_WEIGHT * occurrences / (occurrences + NAME_DAMPING) * rarity(count, article_count)
            for entity_id, occurrences, count in rows
        },
        MAX_NAMES,
    )


def _weightiest(weights: dict, count: int) -> dict:
    return dict(sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:count])

"""What is known of the archive's words: how many articles have each. Counted by `count_words`, now and then.

Figures that are old or missing cost some order among the results, never a result.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.db import connection

from archive.asking import Asking, asked, memory, rows_of
from archive.models import ArticleSearch, SearchStatistics, UnlearnedArticle
from archive.search.terms import LevelTerm

USUAL_LENGTH = 240
LOWEST_TIER = 4
NO_TIERS = (0,) * 7
MAX_CHANGE = 20
"""Tiers are those of `article_entries_v3`: how much a word says about an article, from 4 to 10."""


@dataclass(frozen=True)
class TermStatistics:
    """The NUMBERS of a word in the index, how many articles have it, and how many in each tier from LOWEST_TIER on.

    Articles that have it under several numbers count several times: few have, and it says no less of rarity.
    """

    numbers: tuple[int, ...]
    article_count: int
    tier_counts: tuple[int, ...]


UNKNOWN = TermStatistics(numbers=(), article_count=1, tier_counts=NO_TIERS)


def together(terms: Iterable[TermStatistics]) -> TermStatistics:
    """The figures of TERMS as if they were one word; articles that have several of them are few."""
    first, *others = terms
    for other in others:
        first = TermStatistics(
            first.numbers + other.numbers,
            first.article_count + other.article_count,
            tuple(map(sum, zip(first.tier_counts, other.tier_counts, strict=True))),
        )
    return first


@dataclass(frozen=True)
class Statistics:
    """Figures of the archive and of the terms asked for; MONTHS as year * 12 + month - 1, with their articles."""

    article_count: int
    average_length: float
    months: dict[int, int]
    terms: dict[LevelTerm, TermStatistics]

    def joined(self, other: "Statistics") -> "Statistics":
        """These figures with those of the terms of OTHER, read at about the same time."""
        article_count = max(self.article_count, other.article_count)
        return replace(self, article_count=article_count, terms=self.terms | other.terms)


FIGURES = """
SELECT
    (SELECT json_build_array(article_count, average_length, months, month_counts)
        FROM archive_searchstatistics) AS figures,
    (SELECT json_agg(json_build_array(level, word, number, coalesce(article_count, 0), tier_counts))
        FROM (
            SELECT level, word, search_term_v2(level, word) AS number
            FROM unnest(%s::text[], %s::text[]) AS term (level, word)
        ) AS wanted LEFT JOIN archive_searchterm USING (number)) AS terms
"""


ARCHIVE = "archive"
"""Under what the archive's own figures are remembered, beside those of its words."""


@asked
def read_statistics(terms: Collection[LevelTerm]) -> Asking[Statistics]:
    """Return the archive's figures and those of TERMS, in one query; in none where a page read all of them before."""
    figures = memory("figures")
    unread = sorted({one for term in terms for one in term.indexed_as if one not in figures})
    if unread or ARCHIVE not in figures:
        asked_for = [level for level, _word in unread], [word for _level, word in unread]
        [(figures[ARCHIVE], rows)] = yield from rows_of(FIGURES, asked_for)
        figures |= {
            (level, word): TermStatistics((number,), count, tuple(tier or 0 for tier in tiers or NO_TIERS))
            for level, word, number, count, tiers in rows or ()
        }
    counted = figures[ARCHIVE]
    # A word that nothing is known of may well be in an article.
    found = {
        term: replace(one, article_count=max(one.article_count, 1))
        for term in terms
        for one in [together(figures[indexed] for indexed in term.indexed_as)]
    }
    if counted is None or not counted[0]:
        return Statistics(max((term.article_count for term in found.values()), default=1), USUAL_LENGTH, {}, found)
    article_count, average_length, months, month_counts = counted
    return Statistics(article_count, average_length, dict(zip(months, month_counts, strict=True)), found)


def count_words() -> None:
    """Count the archive's words anew and learn new ones. Readers search by the old figures until they are there."""
    # Before the statistics are made: words of articles that come while they are must wait to be counted.
    UnlearnedArticle.objects.filter(is_counted=False).update(is_counted=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_statistics_v2()")
        cursor.execute("SELECT search_words_v1()")
        cursor.execute("SELECT gin_clean_pending_list('search_word_neighbours')")
        cursor.execute("SELECT search_names_count_v1()")


def words_need_counting() -> bool:
    """Has the archive grown or shrunk by more than a part in MAX_CHANGE since its words were counted?"""
    counted = SearchStatistics.objects.values_list("article_count", flat=True).first() or 0
    return abs(ArticleSearch.objects.count() - counted) > counted / MAX_CHANGE

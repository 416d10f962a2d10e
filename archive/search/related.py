"""Which articles are about the same as another: as much of what tells it from the rest is theirs too.

The weightiest words of an article's portrait lead to candidates through the index, near in time and at any time, and
so do its rarest names; how many are read does not grow with the archive. They are scored as the answers of a search
are, by all of the portrait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from archive.models.article import UNDATED
from archive.search.candidates import Leaf, find_candidates
from archive.search.conditions import Condition, array_literal
from archive.search.keys import KIND_BITS, Kind, keys
from archive.search.portraits import Portrait
from archive.search.ranking import scores
from archive.search.statistics import TermStatistics

LEADS = 6
MAX_LEAD_ARTICLES = 10_000
"""So many words, in so many articles together at most, lead to candidates: what the index reads is bounded."""

WANTED = 20
LIMIT = 60
"""Candidates by words, of each question; of longer lists so many are taken as they come."""

LEADING_NAMES = 3
BY_NAMES = 20
"""So many names lead to candidates, to so many."""

NEAR_DAYS = 31
COMPARED_NAMES = 30
"""Of so many, the best by words, names are compared."""


@dataclass(frozen=True)
class Alike:
    """Another article: what SHARE of the portrait is its too, from 0 to 1, and the NAMES they have in common.

    Names are ids of entities, the rarest first.
    """

    article_id: int
    listed_at: datetime
    share: float
    names: tuple[int, ...]


def alike(portrait: Portrait, scope: Condition, *, days: int = NEAR_DAYS, only_near: bool = False) -> list[Alike]:
    """Return the articles of SCOPE like the one of PORTRAIT, the likest first; some hundreds at most.

    Those within so many DAYS are sought first, because a common affair brings many words of any time together; and
    with ONLY_NEAR no others.
    """
    scope &= Condition.of("entry.article_id <> %s", portrait.article_id)
    near = _near(portrait, days)
    if near is None and only_near:
        return []
    ids = dict.fromkeys(_by_words(portrait, scope & near, _share_of(portrait, days)) if near else ())
    if not only_near:
        ids |= dict.fromkeys(_by_words(portrait, scope, 1))
    ids |= dict.fromkeys(_by_names(portrait, scope & near if only_near else scope))
    return compare(portrait, list(ids)) if ids else []


def _by_words(portrait: Portrait, scope: Condition, share: float) -> list[int]:
    """Articles of SCOPE, about a SHARE of all, that have most of the words that lead."""
    leaves: list[Leaf] = []
    read = 0
    for term, weight in portrait.words.weights.items():
        known = portrait.statistics.terms[term]
        if read + known.article_count <= MAX_LEAD_ARTICLES and len(leaves) < LEADS:
            read += known.article_count
            counted = TermStatistics(known.numbers, max(1, round(known.article_count * share)), known.tier_counts)
            leaves.append(Leaf((term.word,), weight, counted))
    if not leaves:
        return []
    article_count = max(1, round(portrait.statistics.article_count * share))
    return find_candidates(
        leaves, article_count, WANTED, lambda words: _ids(scope & Condition.tsquery(f"({words})")), least=WANTED // 2
    )


def _by_names(portrait: Portrait, scope: Condition) -> list[int]:
    leading = list(portrait.names)[:LEADING_NAMES]
    return _ids(scope & Condition.filed_under_any(keys(Kind.ENTITY, leading)), BY_NAMES) if leading else []


def _ids(condition: Condition, limit: int = LIMIT) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entry.article_id FROM archive_articlesearch AS entry {condition.where} LIMIT {limit:d}",
            condition.where_params,
        )
        return [pk for (pk,) in cursor.fetchall()]


# --- Near in time ---


def _near(portrait: Portrait, days: int) -> Condition | None:
    """What was published within so many DAYS of the article, by its months; None for one without a date."""
    if portrait.listed_at == UNDATED:
        return None
    first, last = (portrait.listed_at + timedelta(days=sign * days) for sign in (-1, 1))
    months = Condition.filed_under_any(keys(Kind.MONTH, range(_month(first), _month(last) + 1)))
    return months & Condition.of("entry.listed_at BETWEEN %s AND %s", first, last)


def _share_of(portrait: Portrait, days: int) -> float:
    """The share of all articles that was published within so many DAYS, roughly."""
    months = portrait.statistics.months
    here = sum(months.get(_month(portrait.listed_at) + step, 0) for step in (-1, 0, 1)) / 3
    return min(1, max(1, here * days * 2 / 30) / max(portrait.statistics.article_count, 1))


def _month(moment: datetime) -> int:
    moment = moment.astimezone(UTC)
    return moment.year * 12 + moment.month - 1


# --- How like ---


def compare(portrait: Portrait, ids: Sequence[int]) -> list[Alike]:
    """Return how like each of the articles IDS is, the likest first."""
    scored = {
        pk: (words, second)
        for words, second, pk in scores([portrait.article_id, *ids], portrait.words, portrait.statistics)
    }
    own, _second = scored.pop(portrait.article_id)
    whole = own + sum(portrait.names.values())
    if not whole:
        return []
    best = sorted(scored, key=lambda pk: (-scored[pk][0], pk))
    names = _names(portrait, best[:COMPARED_NAMES])
    found = [
        Alike(
            pk,
            datetime.fromtimestamp(scored[pk][1], UTC),
            (scored[pk][0] + sum(portrait.names[name] for name in names.get(pk, ()))) / whole,
            names.get(pk, ()),
        )
        for pk in best
    ]
    return sorted(found, key=lambda one: (-one.share, -one.article_id))


def _names(portrait: Portrait, ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The names of PORTRAIT that each of the articles IDS has too."""
    if not portrait.names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT article_id, keys FROM archive_articlesearch WHERE article_id = ANY (%s::bigint[])",
            [array_literal(ids)],
        )
        filed = {
            pk: {number >> KIND_BITS for number in numbers if number & 7 == Kind.ENTITY}
            for pk, numbers in cursor.fetchall()
        }
    return {pk: tuple(name for name in portrait.names if name in named) for pk, named in filed.items()}

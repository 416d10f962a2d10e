"""Who and what is named in the same articles as an entity: the more it is more than chance, the sooner.

The strength of two names' company is the log-likelihood ratio (Dunning 1993) of the articles that name both, either
and neither: it says how surprising so many shared articles are, and is not taken in by names that are everywhere.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from django.db import connection
from django.utils import timezone

from archive.models import Entity
from archive.search.keys import Kind, key, keys

PER_KIND = 6
"""So many persons, organisations, places and events each."""

MAX_PLACES = 14
CANDIDATES = 200
"""Of those named together most often, so many are judged."""

FEWEST_SHARED = 2
FEW_ARTICLES = 5
"""One shared article says something only of a name that has fewer than so many."""

COMPANY = """
WITH shared AS MATERIALIZED (
    SELECT entry.keys FROM archive_articlesearch AS entry
    WHERE entry.keys @> ARRAY[%(own)s]::bigint[] AND entry.visible_from <= %(now)s LIMIT %(limit)s
), counted AS (
    SELECT key, count(*) AS shared_count FROM shared, unnest(keys) AS key WHERE key & 7 = %(kind)s GROUP BY key
    ORDER BY 2 DESC, 1 LIMIT %(candidates)s
)
SELECT entity.*, shared_count, coalesce(counts.article_count, (
        SELECT count(*) FROM archive_articlesearch AS entry
        WHERE entry.keys @> ARRAY[key] AND entry.visible_from <= %(now)s)) AS article_count,
    (SELECT count(*) FROM archive_articlesearch WHERE visible_from <= %(now)s) AS total_count
FROM counted JOIN archive_entity AS entity ON entity.id = key >> 3
    LEFT JOIN archive_entitycount AS counts ON counts.entity_id = entity.id
ORDER BY shared_count DESC, entity.id
"""

LINKS = """
SELECT one, other, count(*) FROM (
    SELECT ARRAY(SELECT key >> 3 FROM unnest(entry.keys) AS key WHERE key = ANY (%(keys)s::bigint[])) AS named
    FROM archive_articlesearch AS entry
    WHERE entry.keys @> ARRAY[%(own)s]::bigint[] AND entry.keys && %(keys)s::bigint[]
        AND entry.visible_from <= %(now)s
) AS shared, unnest(named) AS one, unnest(named) AS other
WHERE one < other GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""

Link = tuple[int, int, int]
"""Two entities, the one with the lower id first, and how many of the articles in question name both."""


@dataclass(frozen=True)
class Company:
    """Those named with an entity: COMPANIONS, the closest first, and PLACES on earth, the commonest first.

    All carry `shared_count`: how many articles name them both.
    """

    companions: list[Entity]
    places: list[Entity]


def company(entity_id: int, *, max_articles: int | None = None) -> Company:
    """Return what is named with an entity in published articles; MAX_ARTICLES bounds how many of those are read."""
    asked = {
        "own": key(Kind.ENTITY, entity_id),
        "kind": Kind.ENTITY.value,
        "limit": max_articles,
        "candidates": CANDIDATES + 1,  # It is itself among them.
        "now": timezone.now(),
    }
    named = list(Entity.objects.raw(COMPANY, asked))
    own = next((entity for entity in named if entity.pk == entity_id), None)
    if own is None:
        return Company([], [])
    others = [entity for entity in named if entity.pk != entity_id]
    floor = 1 if own.shared_count < FEW_ARTICLES else FEWEST_SHARED
    close = [entity for entity in others if entity.shared_count >= floor and _is_more_than_chance(own, entity)]
    strengths = {entity.pk: _strength(own, entity) for entity in close}
    close.sort(key=lambda entity: (-strengths[entity.pk], entity.pk))
    located = [entity for entity in others if entity.latitude is not None and entity.shared_count >= floor]
    return Company(_best_of_each_kind(close), located[:MAX_PLACES])


def links(entity_id: int, companions: Sequence[int]) -> list[Link]:
    """Return which of COMPANIONS are named together with the entity, and in how many articles."""
    asked = {
        "own": key(Kind.ENTITY, entity_id),
        "keys": keys(Kind.ENTITY, companions),
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(LINKS, asked)
        return cursor.fetchall()


def log_likelihood(both: int, one: int, other: int, total: int) -> float:
    """Return Dunning's ratio for two names in ONE and OTHER of TOTAL articles, BOTH of them in the same."""
    cells = (both, one - both, other - both, total - one - other + both)
    rows, columns = (one, total - one), (other, total - other)
    expected = (
        rows[0] * columns[0] / total,
        rows[0] * columns[1] / total,
        rows[1] * columns[0] / total,
        rows[1] * columns[1] / total,
    )
    return 2 * sum(seen * log(seen / chance) for seen, chance in zip(cells, expected, strict=True) if seen > 0)


def _strength(own: Entity, entity: Entity) -> float:
    one, other, total = _counts(own, entity)
    return log_likelihood(entity.shared_count, one, other, total)


def _is_more_than_chance(own: Entity, entity: Entity) -> bool:
    """Also where there is no telling, as where every article names one of the two."""
    one, other, total = _counts(own, entity)
    return entity.shared_count * total >= one * other


def _counts(own: Entity, entity: Entity) -> tuple[int, int, int]:
    """How many articles name the one, the other, and there are; counts that are older than others are made to fit."""
    other = max(entity.article_count, entity.shared_count)
    return own.shared_count, other, max(entity.total_count, own.shared_count + other - entity.shared_count)


def _best_of_each_kind(entities: Sequence[Entity]) -> list[Entity]:
    kept: dict[str, int] = defaultdict(int)
    best = []
    for entity in entities:
        if kept[entity.kind] < PER_KIND:
            kept[entity.kind] += 1
            best.append(entity)
    return best

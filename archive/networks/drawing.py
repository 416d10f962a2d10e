"""Counting names and drawing their networks beforehand, for those that have changed."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from math import sqrt
from time import monotonic

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Abs
from django.utils import timezone

from archive.models import Entity, EntityCount, EntityNetwork
from archive.networks.company import Link, company, links
from archive.networks.labels import label_lines, line_width
from archive.networks.layout import NARROW, WIDE, Canvas, Node, lay_out

CHANGE = 20
"""A network is drawn anew when its entity has a part in so many more articles, or fewer."""

MAX_AGE = timedelta(days=30)
"""Then also, because those named with it may have changed while its own articles did not."""

ENTITIES_PER_ROUND = 50
LEAST_RADIUS, MOST_RADIUS = 11.0, 22.0
CENTRE_RADIUS = 13.0
LINKS_PER_NAME = 2

COUNT = """
INSERT INTO archive_entitycount (entity_id, article_count)
SELECT entity.id, coalesce(counted.count, 0) FROM archive_entity AS entity LEFT JOIN (
    SELECT key >> 3 AS entity_id, count(*) AS count FROM archive_articlesearch, unnest(keys) AS key
    WHERE key & 7 = 4 AND visible_from <= now() GROUP BY key
) AS counted ON counted.entity_id = entity.id
ON CONFLICT (entity_id) DO UPDATE SET article_count = EXCLUDED.article_count
WHERE archive_entitycount.article_count <> EXCLUDED.article_count
"""


def count_entities() -> None:
    """Count anew in how many published articles each entity is."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)


def draw_stale(seconds: float, *, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Draw the networks that are missing or old, the most named first, for so many SECONDS; return if any is left."""
    end = monotonic() + seconds
    while ids := _stale():
        for entity in Entity.objects.filter(pk__in=ids):
            if stopping() or monotonic() > end:
                return True
            draw(entity)
    return False


def _stale() -> list[int]:
    named = EntityCount.objects.filter(article_count__gt=0)
    drawn_for = F("entity__network__article_count")
    changed = Q(change__gt=0, change__gte=F("article_count") / CHANGE)
    stale = named.annotate(change=Abs(F("article_count") - drawn_for)).filter(
        changed | Q(entity__network=None) | Q(entity__network__drawn_at__lt=timezone.now() - MAX_AGE)
    )
    return list(stale.order_by("-article_count", "pk").values_list("pk", flat=True)[:ENTITIES_PER_ROUND])


def draw(entity: Entity) -> None:
    """Work out what is named with ENTITY, lay it out and keep it."""
    found = company(entity.pk)
    companions = found.companions
    joined = links(entity.pk, [companion.pk for companion in companions[: WIDE.max_names]])
    count = EntityCount.objects.filter(pk=entity.pk).values_list("article_count", flat=True).first() or 0
    EntityNetwork.objects.update_or_create(
        entity=entity,
        defaults={
            "article_count": count,
            "company": {
                "companions": [[companion.pk, companion.shared_count] for companion in companions],
                "places": [[place.pk, place.shared_count] for place in found.places],
            },
            "wide": drawing(WIDE, entity, companions, joined),
            "narrow": drawing(NARROW, entity, companions, joined),
            "drawn_at": timezone.now(),
        },
    )


def drawing(canvas: Canvas, entity: Entity, companions: Sequence[Entity], joined: Sequence[Link]) -> dict:
    """Return the first of COMPANIONS around ENTITY on CANVAS, as plain data.

    `centre` is [x, y, radius]; `nodes` are [entity, x, y, radius, shared articles]; `links` are [node, node,
    articles],    by the nodes' places in the list.
    """
    shown = companions[: canvas.max_names]
    most = max((companion.shared_count for companion in shown), default=1)
    radii = [_radius(companion.shared_count, most) for companion in shown]
    places = {companion.pk: number for number, companion in enumerate(shown)}
    between = _strongest(
        [(places[one], places[other], n) for one, other, n in joined if {one, other} <= places.keys()]
    )
    closest = max((n for _one, _other, n in between), default=1)
    nodes = [
        _node(canvas, entity, CENTRE_RADIUS),
        *(_node(canvas, companion, radius) for companion, radius in zip(shown, radii, strict=True)),
    ]
    edges = [(0, number + 1, companion.shared_count / most) for number, companion in enumerate(shown)]
    edges += [(one + 1, other + 1, n / closest / 2) for one, other, n in between]
    centre, *points = [(round(x), round(y)) for x, y in lay_out(canvas, nodes, edges)]
    return {
        "centre": [*centre, round(CENTRE_RADIUS)],
        "nodes": [
            [companion.pk, x, y, round(radius), companion.shared_count]
            for companion, (x, y), radius in zip(shown, points, radii, strict=False)
        ],
        "links": [[one, other, n] for one, other, n in between if one < len(points) and other < len(points)],
    }


def _strongest(joined: Sequence[Link]) -> list[Link]:
    """Of JOINED, which begins with the strongest, each name's first few: more lines would hide one another."""
    drawn: dict[int, int] = defaultdict(int)
    kept = []
    for one, other, n in joined:
        if min(drawn[one], drawn[other]) < LINKS_PER_NAME:
            drawn[one] += 1
            drawn[other] += 1
            kept.append((one, other, n))
    return kept


def _radius(shared: int, most: int) -> float:
    """By area, so that a circle looks as large as its number."""
    return LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * sqrt(shared / most)


def _node(canvas: Canvas, entity: Entity, radius: float) -> Node:
    """With room for the name in either language."""
    labels = [label_lines(name, canvas.line_chars) for name in (entity.name, entity.name_latin) if name]
    return Node(
        radius,
        max(line_width(lines, canvas.font_size) for lines in labels),
        max(map(len, labels)) * canvas.line_height,
    )

"""What is named with an entity, for the templates: by kind, and as a drawing with links in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from archive.models import Entity, EntityNetwork
from archive.networks.company import company
from archive.networks.labels import label_lines
from archive.networks.layout import NARROW, WIDE, Canvas
from archive.networks.mapping import Place

MAX_ARTICLES_AT_ONCE = 2_000
"""Of a name that is not drawn yet, so many articles are read for those named with it."""

FEWEST_DRAWN = 2
LEAST_LINE, MOST_LINE = 1.0, 6.0


@dataclass(frozen=True)
class Companions:
    """Those named with an entity: by kind, on earth, and the network that was drawn of them, if it was."""

    named: list[Entity]
    places: list[Entity]
    network: EntityNetwork | None

    @property
    def by_kind(self) -> list[dict]:
        """Each kind with its plural in words and its entities, the closest first."""
        kinds = [kind.value for kind in Entity.Kind]
        ordered = sorted(self.named, key=lambda entity: kinds.index(entity.kind))
        return [
            {"kind": kind, "label": kind_labels()[kind], "entities": list(members)}
            for kind, members in groupby(ordered, key=lambda entity: entity.kind)
        ]

    def on_earth(self, entity: Entity) -> list[Place]:
        """Where these places are, and ENTITY itself if it is one."""
        own = [Place(entity, 0)] if entity.latitude is not None else []
        return own + [Place(place, place.shared_count) for place in self.places]


def companions_of(entity: Entity) -> Companions:
    """Return who and what is named with ENTITY, read from its network or, where there is none yet, from its articles.

    Those that readers must not see any more are left out of an older network.
    """
    network = getattr(entity, "network", None)
    if network is None:
        found = company(entity.pk, max_articles=MAX_ARTICLES_AT_ONCE)
        return Companions(found.companions, found.places, None)
    wanted = {pk for members in network.company.values() for pk, _shared in members}
    seen = Entity.objects.visible().in_bulk(wanted)

    def shared(members: Sequence[tuple[int, int]]) -> list[Entity]:
        known = [(seen[pk], count) for pk, count in members if pk in seen]
        for companion, count in known:
            companion.shared_count = count
        return [companion for companion, _count in known]

    return Companions(shared(network.company["companions"]), shared(network.company["places"]), network)


def kind_labels() -> dict[str, str]:
    """The kinds of entities in the plural."""
    kinds = Entity.Kind
    return {
        kinds.PERSON.value: _("People"),
        kinds.ORGANISATION.value: _("Organisations"),
        kinds.PLACE.value: _("Places"),
        kinds.EVENT.value: _("Events"),
    }


def drawings(entity: Entity, companions: Companions) -> list[dict]:
    """The network of ENTITY for wide pages and for narrow ones; empty where there is too little to draw."""
    network = companions.network
    if network is None or len(network.narrow["nodes"]) < FEWEST_DRAWN:
        return []
    known = {companion.pk: companion for companion in companions.named}
    return [
        _drawing("wide", WIDE, network.wide, entity, known),
        _drawing("narrow", NARROW, network.narrow, entity, known),
    ]


def _drawing(name: str, canvas: Canvas, drawn: dict, entity: Entity, known: dict[int, Entity]) -> dict:
    """What components/network.html shows; coordinates are whole numbers, widths text with one decimal."""
    x, y, radius = drawn["centre"]
    nodes = {
        number: _node(canvas, known[pk], node_x, node_y, node_radius, shared)
        for number, (pk, node_x, node_y, node_radius, shared) in enumerate(drawn["nodes"])
        if pk in known
    }
    most = max((node["count"] for node in nodes.values()), default=1)
    between = [(one, other, n) for one, other, n in drawn["links"] if one in nodes and other in nodes]
    closest = max((n for _one, _other, n in between), default=1)
    return {
        "name": name,
        "width": canvas.width,
        "height": canvas.height,
        "centre": {"x": x, "y": y, "radius": radius, "lines": _lines(canvas, entity, x, y, radius)},
        "nodes": list(nodes.values()),
        "spokes": [{"to": node, "width": _width(node["count"], most)} for node in nodes.values()],
        "links": [
            {"from": nodes[one], "to": nodes[other], "width": _width(n, closest * 2)} for one, other, n in between
        ],
    }


def _node(canvas: Canvas, entity: Entity, x: int, y: int, radius: int, shared: int) -> dict:
    return {
        "entity": entity,
        "x": x,
        "y": y,
        "radius": radius,
        "count": shared,
        "number_y": y + 4,
        "lines": _lines(canvas, entity, x, y, radius),
    }


def _lines(canvas: Canvas, entity: Entity, x: int, y: int, radius: int) -> list[dict]:
    """The lines of the name under a circle, each with its baseline."""
    first = y + radius + canvas.font_size
    return [
        {"text": line, "x": x, "y": first + number * canvas.line_height}
        for number, line in enumerate(label_lines(entity.label, canvas.line_chars))
    ]


def _width(count: int, most: int) -> str:
    return f"{LEAST_LINE + (MOST_LINE - LEAST_LINE) * count / most:.1f}"

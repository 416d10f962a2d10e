"""The parts of a page with a purpose of their own: whether a part that is named so is one, by what stands in it."""

from collections import Counter
from collections.abc import Callable

from archive.ingest.web.blocks import Block, Zone

MIN_PROSE_CHARS = 60
ZONE_SHARE = 0.5

LINKED_ZONES = frozenset(
    [
        "related",
        "share",
        "advertisement",
        "tags",
        "breadcrumb",
        "navigation",
        "turns",
        "newsletter",
        "sidebar",
        "login",
        "form",
    ]
)
"""Zones that hold little text, and links: where there is more than that, their names lie."""


def is_prose(block: Block) -> bool:
    return (
        block.tag != "figcaption" and block.own_chars >= MIN_PROSE_CHARS and block.link_chars < len(block.text) * 0.5
    )


def in_no_zone(blocks: list[Block]) -> list[Block]:
    """The blocks that stand in no zone; all of them have their zones settled."""
    settle_zones(blocks)
    return [block for block in blocks if not block.zones]


def settle_zones(blocks: list[Block]) -> Callable[[Zone], bool]:
    """Leave in every block only the zones that are what their names say, and not the place of the page's text.

    Return the test by which they are told.
    """
    total = 0
    prose: Counter[Zone] = Counter()
    chars: Counter[Zone] = Counter()
    linked: Counter[Zone] = Counter()
    headed: set[Zone] = set()
    for block in blocks:
        weight = block.own_chars if is_prose(block) else 0
        total += weight
        for zone in block.zones:
            prose[zone] += weight
            chars[zone] += len(block.text)
            linked[zone] += block.link_chars
            if block.is_inside_heading_one:
                headed.add(zone)

    def is_one(zone: Zone) -> bool:
        share = prose[zone] / total if total else 0.0
        if zone.code == "comments":
            return not (zone in headed and share > ZONE_SHARE)
        if share > ZONE_SHARE or (zone in headed and (share > 0.2 or zone.code in LINKED_ZONES)):
            return False
        return not (zone.code in LINKED_ZONES and prose[zone] >= 200 and linked[zone] < chars[zone] * 0.25)

    settled = {zone: is_one(zone) for zone in chars}
    for block in blocks:
        if block.zones:
            block.zones = tuple(zone for zone in block.zones if settled[zone])
    return lambda zone: settled.get(zone, True)

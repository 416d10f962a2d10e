"""A map of the places around a name: the part of the earth it shows, where on it places are, and their names.

The projection is equirectangular, true to shape in the middle of the map.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt

from archive.models import Entity
from archive.networks.labels import label_lines, line_width

WIDTH, HEIGHT = 360, 250
FONT_SIZE, LINE_HEIGHT, LINE_CHARS = 14, 17, 16
LEAST_SPAN_DEGREES = 14.0
"""A single place is shown with so much around it."""

MARGIN = 1.25
OUTLIERS_WEIGHT = 0.25
OUTLIERS_GAIN = 0.6
"""Places far from the others, with less than so much of the articles, are left out where the map shrinks so much."""

LEAST_RADIUS, MOST_RADIUS = 3.0, 9.0
UNITS_PER_DEGREE = 10
"""Of static/img/outline.svg."""

LABEL_GAP = 3.0


@dataclass(frozen=True)
class Place:
    """A place on earth, named with the entity in SHARED articles; 0 for the entity itself."""

    entity: Entity
    shared: int

    @property
    def at(self) -> tuple[float, float]:
        """East and north, in degrees."""
        return self.entity.longitude, self.entity.latitude


@dataclass(frozen=True)
class Window:
    """The part of the earth that a map shows: its middle, and how many units a degree of latitude has."""

    longitude: float
    latitude: float
    scale: float

    @property
    def across(self) -> float:
        """Units a degree of longitude has."""
        return self.scale * cos(radians(self.latitude))

    def point(self, place: Place) -> tuple[float, float]:
        east, north = place.at
        return WIDTH / 2 + (east - self.longitude) * self.across, HEIGHT / 2 - (north - self.latitude) * self.scale

    @property
    def transform(self) -> str:
        """How the outline is to be moved and stretched, as SVG says it."""
        x, y = WIDTH / 2 - self.longitude * self.across, HEIGHT / 2 + self.latitude * self.scale
        across, down = self.across / UNITS_PER_DEGREE, self.scale / UNITS_PER_DEGREE
        return f"translate({x:.1f} {y:.1f}) scale({across:.4f} {down:.4f})"


@dataclass(frozen=True)
class Pin:
    """A place on the map: its circle, and the lines of its name (text, x, y) where there is room for them."""

    place: Place
    x: float
    y: float
    radius: float
    lines: list[tuple[str, float, float]]


@dataclass(frozen=True)
class Map:
    window: Window
    pins: list[Pin]
    outside: list[Place]


def map_of(places: Sequence[Place]) -> Map | None:
    """Return the map of PLACES, whose names are shown in that order while there is room; None for none.

    OUTSIDE are those too far away, and too seldom named, for the map to reach to them.
    """
    if not places:
        return None
    shown = _without_outliers(places)
    window = _window(shown)
    return Map(window, _pins(window, shown), [place for place in places if place not in shown])


def _without_outliers(places: Sequence[Place]) -> list[Place]:
    kept = list(places)
    spare = OUTLIERS_WEIGHT * sum(place.shared for place in places)
    while len(kept) > 2:
        extent = _extent(kept)
        rest = {place.entity.pk: [other for other in kept if other is not place] for place in kept if place.shared}
        outlier = min((place for place in kept if place.shared), key=lambda place: _extent(rest[place.entity.pk]))
        if outlier.shared > spare or _extent(rest[outlier.entity.pk]) > OUTLIERS_GAIN * extent:
            break
        spare -= outlier.shared
        kept.remove(outlier)
    return kept


def _extent(places: Sequence[Place]) -> float:
    """How many degrees of latitude the map of PLACES must span."""
    return HEIGHT / _window(places).scale


def _window(places: Sequence[Place]) -> Window:
    easts, norths = zip(*(place.at for place in places), strict=True)
    longitude, latitude = (min(easts) + max(easts)) / 2, (min(norths) + max(norths)) / 2
    tall = (max(norths) - min(norths)) * MARGIN
    wide = (max(easts) - min(easts)) * cos(radians(latitude)) * MARGIN
    scale = min(HEIGHT / max(tall, LEAST_SPAN_DEGREES), WIDTH / max(wide, LEAST_SPAN_DEGREES))
    return Window(longitude, latitude, scale)


def _pins(window: Window, places: Sequence[Place]) -> list[Pin]:
    most = max(place.shared for place in places) or 1
    circles = [(*window.point(place), _radius(place, most)) for place in places]
    taken = [(x - radius, y - radius, x + radius, y + radius) for x, y, radius in circles]
    pins = []
    for place, (x, y, radius) in zip(places, circles, strict=True):
        lines = label_lines(place.entity.label, LINE_CHARS)
        own = (x - radius, y - radius, x + radius, y + radius)
        # The name of the entity itself is always there, whatever circles it covers.
        barring = [box for box in taken if box != own] if place.shared else []
        found = next((spot for spot in _spots(lines, x, y, radius) if _is_free(spot, barring)), None)
        if found:
            taken.append(found)
            middle = (found[0] + found[2]) / 2
            first = found[1] + FONT_SIZE - 2
            placed = [(line, middle, first + number * LINE_HEIGHT) for number, line in enumerate(lines)]
        pins.append(Pin(place, x, y, radius, placed if found else []))
    return pins


def _radius(place: Place, most: int) -> float:
    """By area; the entity itself is as large as the largest."""
    return LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * sqrt((place.shared or most) / most)


Box = tuple[float, float, float, float]


def _spots(lines: list[str], x: float, y: float, radius: float) -> list[Box]:
    """Where the lines may stand: under the circle, over it, beside it."""
    width, height = line_width(lines, FONT_SIZE), len(lines) * LINE_HEIGHT
    away = radius + LABEL_GAP
    return [
        (left, top, left + width, top + height)
        for left, top in (
            (x - width / 2, y + away),
            (x - width / 2, y - away - height),
            (x + away, y - height / 2),
            (x - away - width, y - height / 2),
        )
    ]


def _is_free(box: Box, taken: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > WIDTH or bottom > HEIGHT:
        return False
    return not any(left < other[2] and other[0] < right and top < other[3] and other[1] < bottom for other in taken)

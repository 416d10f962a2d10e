"""The map shows where the places are, as near as it can, and writes no name over another."""

import pytest

from archive.models import Entity
from archive.networks.mapping import FONT_SIZE, HEIGHT, WIDTH, Place, map_of


def place(name, latitude, longitude, shared=1) -> Place:
    return Place(Entity(pk=hash(name), name=name, kind="place", latitude=latitude, longitude=longitude), shared)


GENEVA, VIENNA = place("جنيف", 46.2, 6.14, 5), place("فيينا", 48.2, 16.4, 3)
DAMASCUS, WASHINGTON = place("دمشق", 33.5, 36.3, 9), place("واشنطن", 38.9, -77.0, 1)


def test_nowhere_needs_no_map():
    assert map_of([]) is None


def test_a_place_alone_is_in_the_middle():
    drawn = map_of([GENEVA])
    [pin] = drawn.pins
    assert (pin.x, pin.y) == (WIDTH / 2, HEIGHT / 2)
    assert [text for text, _x, _y in pin.lines] == ["جنيف"]


def test_east_is_to_the_right_and_north_is_up():
    geneva, vienna, damascus = map_of([GENEVA, VIENNA, DAMASCUS]).pins
    assert geneva.x < vienna.x < damascus.x
    assert vienna.y < geneva.y < damascus.y
    for pin in (geneva, vienna, damascus):
        assert 0 <= pin.x <= WIDTH
        assert 0 <= pin.y <= HEIGHT


def test_shapes_are_true_in_the_middle():
    """A degree of longitude is as much shorter than one of latitude as it is there on earth."""
    window = map_of([place("شمال", 60.0, 10.0)]).window
    assert window.across / window.scale == pytest.approx(0.5)
    assert window.transform.startswith("translate(")


def test_the_outline_lies_where_the_places_do():
    """The transform of the outline, in tenths of a degree south and east, leads to the point of the place."""
    drawn = map_of([GENEVA, DAMASCUS])
    shift, scale = (part.split("(")[1].split() for part in drawn.window.transform.split(")")[:2])
    x, y = float(shift[0]) + 61.4 * float(scale[0]), float(shift[1]) - 462 * float(scale[1])
    assert (x, y) == pytest.approx((drawn.pins[0].x, drawn.pins[0].y), abs=0.2)


def test_a_seldom_named_place_far_away_does_not_shrink_the_others():
    drawn = map_of([DAMASCUS, GENEVA, VIENNA, WASHINGTON])
    assert [one.entity.name for one in drawn.outside] == ["واشنطن"]
    often = Place(WASHINGTON.entity, 9)
    assert map_of([DAMASCUS, GENEVA, VIENNA, often]).outside == []


def test_circles_grow_with_the_articles():
    damascus, vienna = map_of([DAMASCUS, VIENNA]).pins
    assert damascus.radius > vienna.radius


def test_the_name_of_the_place_itself_is_always_there():
    crowd = [place(f"مدينة {n}", 33 + n / 50, 36 + n / 50) for n in range(12)]
    here = Place(DAMASCUS.entity, 0)
    own, *others = map_of([here, *crowd]).pins
    assert [text for text, _x, _y in own.lines] == ["دمشق"]
    assert own.radius == max(pin.radius for pin in others)


def test_names_do_not_overlap():
    crowd = [place(f"مدينة {n}", 33 + n / 10, 36 + n / 10) for n in range(12)]
    drawn = map_of(crowd)
    lines = [(y, x, len(text)) for pin in drawn.pins for text, x, y in pin.lines]
    assert 0 < len(lines) < 12
    for number, (y, x, size) in enumerate(lines):
        for other_y, other_x, other_size in lines[number + 1 :]:
            apart = (size + other_size) / 2 * FONT_SIZE * 0.54
            assert abs(y - other_y) >= FONT_SIZE or abs(x - other_x) >= apart

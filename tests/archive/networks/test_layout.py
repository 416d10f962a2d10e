"""Networks are laid out alike each time, inside their canvas, and without one name over another."""

from itertools import combinations

import pytest

from archive.networks.layout import NARROW, WIDE, Canvas, Node, lay_out

CENTRE = Node(13, 120, 40)


def boxes(nodes, points):
    return [
        (x - node.half_width, y - node.radius, x + node.half_width, y + node.radius + node.label_height)
        for node, (x, y) in zip(nodes, points, strict=False)
    ]


def network(count: int) -> tuple[list[Node], list[tuple[int, int, float]]]:
    """A hub of COUNT names, some wide, every second joined to the next."""
    nodes = [CENTRE, *(Node(12 + n % 5, 60 + 17 * (n % 5), 20 + 20 * (n % 2)) for n in range(count))]
    edges = [(0, n, 1 / n) for n in range(1, count + 1)]
    return nodes, edges + [(n, n + 1, 0.5) for n in range(1, count, 2)]


@pytest.mark.parametrize("canvas", [WIDE, NARROW])
@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_nothing_overlaps_or_leaves_the_canvas(canvas, count):
    nodes, edges = network(count)
    points = lay_out(canvas, nodes, edges)
    assert len(points) == count + 1
    assert points[0] == (canvas.width / 2, canvas.height / 2)
    placed = boxes(nodes, points)
    for left, top, right, bottom in placed:
        assert (left >= 0, top >= 0, right <= canvas.width, bottom <= canvas.height) == (True,) * 4
    for one, other in combinations(placed, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_the_same_network_is_always_laid_out_alike():
    nodes, edges = network(14)
    assert lay_out(WIDE, nodes, edges) == lay_out(WIDE, nodes, edges)
    assert len(lay_out(WIDE, nodes, edges)) == 15


def test_names_that_find_no_room_are_left_out_from_the_end():
    small = Canvas(width=200, height=200, font_size=15, line_height=20, line_chars=14, max_names=8)
    nodes = [CENTRE, *[Node(15, 100, 40)] * 8]
    points = lay_out(small, nodes, [(0, n, 1.0) for n in range(1, 9)])
    assert 1 < len(points) < 9


def test_a_strong_bond_is_nearer_than_a_weak_one():
    nodes = [CENTRE, *[Node(12, 30, 20)] * 4]
    (x, y), strong, *weak = lay_out(WIDE, nodes, [(0, 1, 1.0), *((0, n, 0.05) for n in (2, 3, 4))])

    def distance(point):
        return ((point[0] - x) / WIDE.width) ** 2 + ((point[1] - y) / WIDE.height) ** 2

    assert all(distance(strong) < distance(point) for point in weak)


def test_nothing_is_laid_out_for_nothing():
    assert lay_out(WIDE, [], []) == []

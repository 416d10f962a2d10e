"""Where the names of a network stand in a drawing: forces first (Fruchterman and Reingold 1991), then no two overlap.

Nothing is left to chance, so the same network is always drawn alike; and it is bounded: of names that cannot all be
placed, the last are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

ITERATIONS = 120
SEPARATIONS = 160
GAP = 6.0
"""Between any two of what is drawn."""

SHRINK = 0.6
NEAREST = 0.01


@dataclass(frozen=True)
class Canvas:
    """The size of a drawing, of its letters and lines, and how many names it has room for."""

    width: int
    height: int
    font_size: int
    line_height: int
    line_chars: int
    max_names: int


WIDE = Canvas(width=680, height=460, font_size=15, line_height=20, line_chars=18, max_names=14)
NARROW = Canvas(width=350, height=460, font_size=15, line_height=20, line_chars=14, max_names=8)


@dataclass(frozen=True)
class Node:
    """What is to be placed: a circle of RADIUS over a label of LABEL_WIDTH and LABEL_HEIGHT."""

    radius: float
    label_width: float
    label_height: float

    @property
    def half_width(self) -> float:
        return max(self.radius, self.label_width / 2)


Point = tuple[float, float]
Edge = tuple[int, int, float]
"""Two nodes by their places in the list, and how strongly they attract each other, up to 1."""


def lay_out(canvas: Canvas, nodes: Sequence[Node], edges: Sequence[Edge]) -> list[Point]:
    """Return where on CANVAS the centres of the circles of NODES stand; the first stands in the middle.

    There may be fewer points than nodes: those that found no room are the last ones.
    """
    for count in range(len(nodes), 1, -1):
        kept = [(one, other, weight) for one, other, weight in edges if one < count and other < count]
        points = _forced(canvas, nodes[:count], kept)
        if _part(canvas, nodes[:count], points):
            return [tuple(point) for point in points]
    return [_middle(canvas)] if nodes else []


def _middle(canvas: Canvas) -> Point:
    return canvas.width / 2, canvas.height / 2


def _forced(canvas: Canvas, nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[float]]:
    """Points in balance: all push each other away, and edges draw together."""
    middle = _middle(canvas)
    points = [list(middle), *_ring(canvas, _seats(len(nodes), edges))]
    # Distances are measured as if the canvas were a square, for its length to be used.
    stretch = canvas.width / canvas.height
    ideal = SHRINK * canvas.height / sqrt(len(nodes))
    attraction = {(one, other): weight / ideal for one, other, weight in edges}
    for iteration in range(ITERATIONS):
        moves = _moves(points, attraction, ideal, stretch)
        heat = canvas.height / 8 * (1 - iteration / ITERATIONS)
        for node, point, (x, y) in zip(nodes[1:], points[1:], moves[1:], strict=True):
            length = max(hypot(x, y), NEAREST)
            point[0] += x / length * min(length, heat) * stretch
            point[1] += y / length * min(length, heat)
            _keep_inside(canvas, node, point)
    return points


def _moves(
    points: list[list[float]], attraction: dict[tuple[int, int], float], ideal: float, stretch: float
) -> list[list[float]]:
    """How far the forces move each of POINTS: those near push, and those that attract each other pull when far."""
    moves = [[0.0, 0.0] for _point in points]
    for one, (left, top) in enumerate(points):
        for other in range(one + 1, len(points)):
            x, y = (points[other][0] - left) / stretch, points[other][1] - top
            distance = max(hypot(x, y), NEAREST)
            pull = attraction.get((one, other), 0.0) * distance - ideal * ideal / (distance * distance)
            moves[one][0] += x * pull
            moves[one][1] += y * pull
            moves[other][0] -= x * pull
            moves[other][1] -= y * pull
    return moves


def _seats(count: int, edges: Sequence[Edge]) -> list[int]:
    """For each node but the first its seat in a ring, where those that attract each other sit together."""
    weights = {frozenset((one, other)): weight for one, other, weight in edges}
    order, waiting = [1], list(range(2, count))
    while waiting:
        nearest = max(waiting, key=lambda node: (weights.get(frozenset((order[-1], node)), 0.0), -node))
        waiting.remove(nearest)
        order.append(nearest)
    return [order.index(node) for node in range(1, count)]


def _ring(canvas: Canvas, seats: Sequence[int]) -> list[list[float]]:
    x, y = _middle(canvas)
    angles = [2 * pi * seat / len(seats) - pi / 2 for seat in seats]
    return [[x + 0.7 * x * cos(angle), y + 0.7 * y * sin(angle)] for angle in angles]


def _part(canvas: Canvas, nodes: Sequence[Node], points: list[list[float]]) -> bool:
    """Push POINTS apart until nothing overlaps; return whether that was possible."""
    for attempt in range(SEPARATIONS):
        moved = False
        for one in range(len(nodes)):
            for other in range(one + 1, len(nodes)):
                moved |= _push_apart(canvas, nodes, points, one, other, attempt)
        if not moved:
            return True
    return False


def _push_apart(
    canvas: Canvas, nodes: Sequence[Node], points: list[list[float]], one: int, other: int, attempt: int
) -> bool:
    """Part the two where they overlap, along the side that takes least; return whether they did."""
    across, down = _overlap(nodes, points, one, other)
    if across <= NEAREST or down <= NEAREST:
        return False
    # Where the nearest way out is barred by others or by the edge, now and then the other one is taken.
    across_first = (across < down) == (attempt % 4 != 3)
    axis, amount = (0, across) if across_first else (1, down)
    sign = 1 if points[other][axis] >= points[one][axis] else -1
    # The first stays in the middle, and the other makes all the way.
    share = 0.5 if one else 1
    points[other][axis] += sign * (amount * share + NEAREST)
    _keep_inside(canvas, nodes[other], points[other])
    if one:
        points[one][axis] -= sign * (amount * share + NEAREST)
        _keep_inside(canvas, nodes[one], points[one])
    return True


def _overlap(nodes: Sequence[Node], points: Sequence[Sequence[float]], one: int, other: int) -> Point:
    """By how much the boxes of two nodes, circle and label, overlap across and down; below 0 where they do not."""
    left, right = nodes[one], nodes[other]
    across = left.half_width + right.half_width + GAP - abs(points[one][0] - points[other][0])
    upper, lower = sorted(((points[one][1], left), (points[other][1], right)), key=lambda placed: placed[0])
    down = upper[0] + upper[1].radius + upper[1].label_height + GAP - (lower[0] - lower[1].radius)
    return across, down


def _keep_inside(canvas: Canvas, node: Node, point: list[float]) -> None:
    point[0] = min(max(point[0], node.half_width), canvas.width - node.half_width)
    point[1] = min(max(point[1], node.radius + 1), canvas.height - node.radius - node.label_height)

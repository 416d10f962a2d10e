"""Figures over time as lines: geometry for components/lines.html, with gaps where nothing can be known.

The plot is stretched to the page's width, and its height is kept: heights are in pixels, widths in thousandths.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.translation import get_language_bidi

from archive.networks.labels import label_lines

WIDTH, HEIGHT = 1000, 220
LABEL_HEIGHT = 34
"""Of a name in two lines."""

LABEL_CHARS = 12
LABEL_LINE_HEIGHT = 16

ROUND_STEPS = (1, 2, 2.5, 5, 10)
TENTHS = 10
FIGURE_STEPS = 4

Value = float | None
"""A share in per cent, or a figure; None where there is nothing to have a share of, or none was reported."""

Values = Sequence[Value]


@dataclass(frozen=True)
class Scale:
    """How high values stand, from BOTTOM to TOP, with STEPS of equal height between."""

    bottom: float
    top: float
    steps: int
    logarithmic: bool = False

    def y(self, value: float) -> float:
        low, high, at = (
            map(log10, (self.bottom, self.top, value)) if self.logarithmic else (self.bottom, self.top, value)
        )
        return HEIGHT - (at - low) / (high - low) * HEIGHT

    def has(self, value: Value) -> bool:
        """Whether VALUE has a place: on a logarithmic scale nothing up to zero has one."""
        return value is not None and (value > 0 or not self.logarithmic)

    @property
    def ticks(self) -> list[float]:
        """The values at the steps, from the top down."""
        if self.logarithmic:
            return [self.bottom * TENTHS**step for step in range(self.steps, -1, -1)]
        height = (self.top - self.bottom) / self.steps
        return [round(self.bottom + height * step, TENTHS) for step in range(self.steps, -1, -1)]

    @property
    def rules(self) -> str:
        """The path of the lines across the plot, at each step."""
        return "".join(f"M0 {HEIGHT * step / self.steps:g}H{WIDTH}" for step in range(self.steps + 1))

    @property
    def zero(self) -> float | None:
        """How high nothing stands, where it is not the bottom."""
        return round(self.y(0), 1) if self.bottom < 0 else None


@dataclass(frozen=True)
class Line:
    """One line of a plot: its PATH, the DOTS of times alone, and how high its label stands beside the plot.

    MARKS are dots on it, of the times that were marked.
    """

    path: str
    dots: str
    label_y: float | None
    marks: str = ""


@dataclass(frozen=True)
class Plot:
    """LINES in the order of their values; GAPS are (x, width) of the times of which there is nothing."""

    lines: list[Line]
    gaps: list[tuple[float, float]]
    scale: Scale


def plot(all_values: Sequence[Values], scale: Scale, marked: Sequence[Sequence[bool]] = ()) -> Plot:
    """Return the lines of ALL_VALUES, each a list of the same times. In Arabic the first time is at the right.

    MARKED tells of each of them which times are to be marked, if any are.
    """
    times = len(all_values[0]) if all_values else 0
    held = [any(values[time] is not None for values in all_values) for time in range(times)]
    labels = _apart([_last_height(values, scale) for values in all_values])
    marks = [_marks(values, scale, times) for values, times in zip(all_values, marked, strict=True)] if marked else []
    lines = [
        Line(*_paths(values, scale), labels[number], marks[number] if marks else "")
        for number, values in enumerate(all_values)
    ]
    width = WIDTH / max(times, 1)
    gaps = [(place(time, times) - width / 2, width) for time in range(times) if not held[time]]
    return Plot(lines, [(round(x, 1), round(gap, 1)) for x, gap in gaps], scale)


def end_label(label: str, middle: float | None) -> list[tuple[str, int]]:
    """Return the lines of LABEL around the height MIDDLE, each with its own; none where its line has no end."""
    if middle is None:
        return []
    lines = label_lines(label, LABEL_CHARS)
    first = middle - LABEL_LINE_HEIGHT * (len(lines) - 1) / 2
    return [(line, round(first + number * LABEL_LINE_HEIGHT)) for number, line in enumerate(lines)]


def share_scale(all_shares: Sequence[Values]) -> Scale:
    """From nothing to a round share not below the greatest."""
    return Scale(0, round_up(max(_known(all_shares), default=0)), 2)


def figure_scale(all_values: Sequence[Values], *, logarithmic: bool = False) -> Scale:
    """From nothing, or the least below it, to the greatest; LOGARITHMIC from one power of ten to another."""
    known = list(_known(all_values))
    if logarithmic:
        drawn = [value for value in known if value > 0] or [1]
        lowest, highest = floor(log10(min(drawn))), ceil(log10(max(drawn)))
        steps = max(highest - lowest, 1)
        return Scale(10.0**lowest, 10.0 ** (lowest + steps), steps, logarithmic=True)
    lowest, highest = min([0, *known]), max([0, *known])
    step = _round_step((highest - lowest) / FIGURE_STEPS)
    below, above = floor(lowest / step), max(ceil(highest / step), 1)
    return Scale(below * step, above * step, above - below)


def round_up(share: float) -> float:
    """Return a round number not below SHARE, for the top of an axis; a tenth of a per cent at least."""
    return max(_round_step(share), 1 / TENTHS)


def place(time: int, times: int) -> float:
    """Where TIME stands from the left of the plot: in the middle of its stretch."""
    x = (time + 0.5) * WIDTH / times
    return WIDTH - x if get_language_bidi() else x


def _round_step(least: float) -> float:
    """The first round number that is not below LEAST."""
    if least <= 0:
        return 1 / TENTHS
    power = 10.0 ** floor(log10(least))
    return next(round(factor * power, TENTHS) for factor in ROUND_STEPS if least <= factor * power * (1 + 1e-9))


def _known(all_values: Iterable[Values]) -> Iterable[float]:
    return (value for values in all_values for value in values if value is not None)


def _point(time: int, values: Values, scale: Scale) -> str:
    return f"{place(time, len(values)):.1f} {scale.y(values[time]):.1f}"


def _paths(values: Values, scale: Scale) -> tuple[str, str]:
    """Lines from time to time, broken at gaps; and dots, lines of no length, for times alone between gaps."""
    lines, dots = [], []
    for time, value in enumerate(values):
        if not scale.has(value):
            continue
        point = _point(time, values, scale)
        continues = time > 0 and scale.has(values[time - 1])
        is_alone = not continues and not (time + 1 < len(values) and scale.has(values[time + 1]))
        if is_alone:
            dots.append(f"M{point}h0")
        else:
            lines.append(f"{'L' if continues else 'M'}{point}")
    return "".join(lines), "".join(dots)


def _marks(values: Values, scale: Scale, marked: Sequence[bool]) -> str:
    return "".join(
        f"M{_point(time, values, scale)}h0"
        for time, is_marked in enumerate(marked)
        if is_marked and scale.has(values[time])
    )


def _last_height(values: Values, scale: Scale) -> float | None:
    return next((scale.y(value) for value in reversed(values) if scale.has(value)), None)


def _apart(ends: Sequence[float | None]) -> list[float | None]:
    """The heights of labels near the ENDS of their lines, none over another."""
    order = sorted((end, number) for number, end in enumerate(ends) if end is not None)
    heights: dict[int, float] = {}
    lowest = HEIGHT - LABEL_HEIGHT / 2 - LABEL_HEIGHT * (len(order) - 1)
    above = -LABEL_HEIGHT / 2
    for place_in_order, (end, number) in enumerate(order):
        above = min(max(end, above + LABEL_HEIGHT), lowest + place_in_order * LABEL_HEIGHT)
        heights[number] = above
    return [heights.get(number) for number in range(len(ends))]

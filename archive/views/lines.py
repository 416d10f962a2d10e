"""Shares over time as lines: geometry for components/lines.html, with gaps where nothing can be known.

The plot is stretched to the page's width, and its height is kept: heights are in pixels, widths in thousandths.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language_bidi

WIDTH, HEIGHT = 1000, 220
LABEL_HEIGHT = 34
"""Of a name in two lines."""

ROUND_STEPS = (1, 2, 2.5, 5, 10)
TENTHS = 10

Share = float | None
"""Per cent; None where there is nothing to have a share of."""


@dataclass(frozen=True)
class Line:
    """One line of a plot: its PATH, the DOTS of times alone, and how high its label stands beside the plot."""

    path: str
    dots: str
    label_y: float | None


@dataclass(frozen=True)
class Plot:
    """LINES in the order of their shares; GAPS are (x, width) of the times of which there is nothing; TOP is 100%."""

    lines: list[Line]
    gaps: list[tuple[float, float]]
    top: float


def plot(all_shares: Sequence[Sequence[Share]]) -> Plot:
    """Return the lines of ALL_SHARES, each a list of the same times. In Arabic the first time is at the right."""
    known = [share for shares in all_shares for share in shares if share is not None]
    top = round_up(max(known, default=0))
    times = len(all_shares[0]) if all_shares else 0
    held = [all_shares[0][time] is not None for time in range(times)]
    ends = [_last_height(shares, top) for shares in all_shares]
    lines = [Line(*_paths(shares, top), label_y) for shares, label_y in zip(all_shares, _apart(ends), strict=True)]
    width = WIDTH / max(times, 1)
    gaps = [(_x(time, times) - width / 2, width) for time in range(times) if not held[time]]
    return Plot(lines, [(round(x, 1), round(gap, 1)) for x, gap in gaps], top)


def round_up(share: float) -> float:
    """Return a round number not below SHARE, for the top of an axis; a tenth of a per cent at least."""
    step = 1 / TENTHS
    while True:
        for factor in ROUND_STEPS:
            if share <= factor * step:
                return round(factor * step, 2)
        step *= TENTHS


def _x(time: int, times: int) -> float:
    """In the middle of its stretch."""
    x = (time + 0.5) * WIDTH / times
    return WIDTH - x if get_language_bidi() else x


def _y(share: float, top: float) -> float:
    return HEIGHT - share / top * HEIGHT


def _paths(shares: Sequence[Share], top: float) -> tuple[str, str]:
    """Lines from time to time, broken at gaps; and dots, lines of no length, for times alone between gaps."""
    lines, dots = [], []
    for time, share in enumerate(shares):
        if share is None:
            continue
        point = f"{_x(time, len(shares)):.1f} {_y(share, top):.1f}"
        continues = time > 0 and shares[time - 1] is not None
        is_alone = not continues and (time + 1 == len(shares) or shares[time + 1] is None)
        if is_alone:
            dots.append(f"M{point}h0")
        else:
            lines.append(f"{'L' if continues else 'M'}{point}")
    return "".join(lines), "".join(dots)


def _last_height(shares: Sequence[Share], top: float) -> float | None:
    return next((_y(share, top) for share in reversed(shares) if share is not None), None)


def _apart(ends: Sequence[float | None]) -> list[float | None]:
    """The heights of labels near the ENDS of their lines, none over another."""
    order = sorted((end, number) for number, end in enumerate(ends) if end is not None)
    heights: dict[int, float] = {}
    lowest = HEIGHT - LABEL_HEIGHT / 2 - LABEL_HEIGHT * (len(order) - 1)
    above = -LABEL_HEIGHT / 2
    for place, (end, number) in enumerate(order):
        above = min(max(end, above + LABEL_HEIGHT), lowest + place * LABEL_HEIGHT)
        heights[number] = above
    return [heights.get(number) for number in range(len(ends))]

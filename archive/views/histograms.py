"""Counts in time, as components/histogram.html draws them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.templatetags.archive import number
from archive.templatetags.archive import year as year_in_words

FEWEST_BARS = 2
"""One bar is as high as any other: it compares nothing."""


@dataclass(frozen=True)
class Bar:
    """One bar: its LABEL in the interface's words, its COUNT, where it leads, and how it stands out.

    A GAP is no bar of nothing: the archive itself has nothing of that time.
    """

    label: str
    count: int
    url: str | None = None
    chosen: bool = False
    peak: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Histogram:
    bars: list[Bar]
    highest: int
    first: str
    last: str

    @property
    def has_gaps(self) -> bool:
        return any(bar.gap for bar in self.bars)

    @property
    def summary(self) -> str:
        """What the drawing shows, in a sentence."""
        total = sum(bar.count for bar in self.bars)
        shown = {
            "articles": ngettext("%(number)s article", "%(number)s articles", total) % {"number": number(total)},
            "first": self.first,
            "last": self.last,
            "highest": number(self.highest),
        }
        peaks = [bar.label for bar in self.bars if bar.count == self.highest]
        if len(peaks) > 1:
            return _("%(articles)s from %(first)s to %(last)s; the highest count: %(highest)s.") % shown
        shown["peak"] = peaks[0]
        return _("%(articles)s from %(first)s to %(last)s; the most in %(peak)s: %(highest)s.") % shown


def years_histogram(
    counts: dict[int, int],
    url: Callable[[int], str],
    *,
    chosen: int | Collection[int] = (),
    mark_peak: bool = False,
    held: Collection[int] | None = None,
) -> Histogram | None:
    """Return COUNTS by year with the empty years between; None for one or none. CHOSEN years are marked.

    Of the empty ones those that are not among HELD are gaps, where that is known.
    """
    if len(counts) < FEWEST_BARS:
        return None
    chosen = {chosen} if isinstance(chosen, int) else set(chosen)
    years = range(min(counts), max(counts) + 1)
    highest = max(counts.values())
    bars = [
        Bar(
            label=year_in_words(year),
            count=counts.get(year, 0),
            url=url(year) if year in counts else None,
            chosen=year in chosen,
            peak=mark_peak and counts.get(year) == highest,
            gap=held is not None and year not in counts and year not in held,
        )
        for year in years
    ]
    return Histogram(bars, highest, bars[0].label, bars[-1].label)

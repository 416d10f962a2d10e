"""What the pages of figures show: headlines, and figures over time as lines with a table of the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import floor, log10

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.asking import Asking
from archive.models import Measure, Region
from archive.statistics.figures import (
    Figure,
    Headline,
    Standing,
    region_figures,
    total_figures,
)
from archive.statistics.series import (
    Change,
    Value,
    by_day,
    changes,
    corrections,
    daily,
    per_million,
    weekly_mean,
)
from archive.statistics_forms import DAILY, MEAN, FiguresView
from archive.templatetags.archive import month_name, number, short_date
from archive.templatetags.archive import year as year_in_words
from archive.views.lines import end_label, figure_scale, plot

MOST_DAYS_AS_ROWS = 92
WEEK_DAYS = 7
MOST_EMPTY_DAYS = 366
"""So many days before the first figure are shown where a reader asks for them: addresses can ask for the year 1."""

MOST_WEEKS_AS_ROWS = 92
MINUS = "−"
WHOLE_FROM = 100
"""From such figures on no fractions are shown."""

SIGNIFICANT_DIGITS = 3


@dataclass(frozen=True)
class Series:
    """Figures of one region, or of all, as the view asks for them: VALUES day by day, which of them are CORRECTED.

    SPANS tells of how many days each count is; NOTES are the editors' remarks, by day. A FAINT one goes with another.
    """

    label: str
    code: str
    values: list[Value]
    corrected: list[bool]
    spans: list[int]
    notes: dict[date, str]
    faint: bool = False


@dataclass(frozen=True)
class Period:
    """A row of the table: a day, a week or a month, the days FIRST to LAST among those shown."""

    first: date
    last: date


@dataclass(frozen=True)
class ShownFigures:
    """SERIES of the days FIRST to LAST; no days where there are no figures."""

    view: FiguresView
    series: list[Series]
    first: date | None = None
    last: date | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1 if self.first else 0

    @property
    def all_days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]

    def values(self, one: Series, period: Period) -> list[Value]:
        start = (period.first - self.first).days
        return one.values[start : start + (period.last - period.first).days + 1]

    def is_corrected(self, one: Series, period: Period) -> bool:
        start = (period.first - self.first).days
        return any(one.corrected[start : start + (period.last - period.first).days + 1])


def shown_figures(
    view: FiguresView, regions: Sequence[Region], standings: Sequence[Standing]
) -> Asking[ShownFigures]:
    """Read what VIEW asks for: the figures of REGIONS, or the sums where there are none."""
    named: list[tuple[str, str, int | None, list[Figure]]]
    if regions:
        found = yield from region_figures.part(view.measure, regions, view.first, view.last)
        named = [(region.label, region.code, region.population, found[region.pk]) for region in regions]
    else:
        people = sum(standing.region.population or 0 for standing in standings if standing.value is not None)
        figures = yield from total_figures.part(view.measure, view.first, view.last)
        named = [(_("All regions"), "", people, figures)]
    known = [one.date for *_rest, figures in named for one in figures if one.value is not None]
    known = [day for day in known if view.first is None or day >= view.first]
    if not known:
        return ShownFigures(view, [])
    first, last = view.first or min(known), max(known)
    # A time before there was anything to report is shown as far as a line can show it.
    first = max(first, min(known) - timedelta(days=MOST_EMPTY_DAYS))
    series = [_series(view, *one, first, last) for one in named]
    if len(named) == 1 and _counts_days(view):
        series.append(_series(view.changed(show=MEAN), *named[0], first, last, faint=True))
    if view.first is None:
        series, first = _begun(series, first)
    return ShownFigures(view, series, first, last)


def _begun(series: list[Series], first: date) -> tuple[list[Series], date]:
    """SERIES from the first day of which one says something: the steps of a total begin a day after it."""
    lengths = range(len(series[0].values))
    skipped = next((day for day in lengths if any(one.values[day] is not None for one in series)), 0)
    cut = [
        replace(one, values=one.values[skipped:], corrected=one.corrected[skipped:], spans=one.spans[skipped:])
        for one in series
    ]
    return cut, first + timedelta(days=skipped)


def _counts_days(view: FiguresView) -> bool:
    """Whether single days are counted, which a mean makes easier to read."""
    return view.show == DAILY or (view.measure.kind == Measure.Kind.DAILY and view.show != MEAN)


def _series(
    view: FiguresView,
    label: str,
    code: str,
    population: int | None,
    figures: Sequence[Figure],
    first: date,
    last: date,
    *,
    faint: bool = False,
) -> Series:
    """FIGURES as VIEW shows them, from FIRST to LAST; what is before FIRST only serves to work them out."""
    begin = min([first, *(one.date for one in figures)]) if figures else first
    kind, skipped = view.measure.kind, (first - begin).days
    values = by_day(((one.date, one.value) for one in figures), begin, last)
    spans = [change.days if change else 1 for change in changes(values)] if view.show == DAILY else [1] * len(values)
    shown = {DAILY: daily, MEAN: weekly_mean}.get(view.show, lambda values, kind: values)(values, kind)
    marked = [False] * len(values) if view.show == MEAN else corrections(values, kind)
    if view.per_million:
        shown = per_million(shown, population)
    notes = {one.date: one.note for one in figures if one.note}
    return Series(
        _("Mean of seven days") if faint else label,
        code,
        shown[skipped:],
        marked[skipped:],
        spans[skipped:],
        notes,
        faint,
    )


# --- Headlines ---


def headline(found: Headline, region_count: int) -> dict:
    """What stands of a measure over the page: its last figure, and how it differs from the one before."""
    measure = found.measure
    whole = found.reported >= region_count
    return {
        "label": measure.label,
        "unit": measure.shown_unit,
        "value": figure(found.value),
        "date": found.date,
        "change": change_in_words(found.change) if found.change else None,
        "reported": None
        if whole or not measure.can_be_added
        else _("reported by %(reported)s of %(all)s regions")
        % {"reported": number(found.reported), "all": number(region_count)},
    }


def change_in_words(change: Change) -> dict:
    """CHANGE as {direction, text, since}: up, down, same or corrected; SINCE says which day it is compared with."""
    size = figure(abs(change.value))
    if change.corrected:
        direction, text = "corrected", _("corrected down by %(size)s") % {"size": size}
    elif change.value > 0:
        direction, text = "up", _("up by %(size)s") % {"size": size}
    elif change.value < 0:
        direction, text = "down", _("down by %(size)s") % {"size": size}
    else:
        direction, text = "same", _("no change")
    if change.days == 1:
        since = _("since the day before")
    else:
        since = ngettext("in %(days)s day", "in %(days)s days", change.days) % {"days": number(change.days)}
    return {"direction": direction, "text": text, "since": since}


def figure(value: float) -> str:
    """VALUE in the digits of the page, with no more fractions than tell something; below zero with its sign."""
    if value < 0:
        return f"{MINUS}{figure(-value)}"
    if value == int(value) or value >= WHOLE_FROM:
        return number(round(value))
    decimals = SIGNIFICANT_DIGITS - 1 - floor(log10(value))
    return number(f"{value:.{decimals}f}".rstrip("0").rstrip("."))


# --- Lines and their table ---


def drawing(shown: ShownFigures) -> dict:
    """What components/lines.html takes, and `key`: the series with their labels."""
    drawn = plot(
        [one.values for one in shown.series],
        figure_scale([one.values for one in shown.series], logarithmic=shown.view.logarithmic),
        [one.corrected for one in shown.series],
    )
    series = [
        {
            "number": place,
            "name": one.label,
            "code": one.code,
            "path": line.path,
            "dots": line.dots,
            "marks": line.marks,
            "label": [] if one.faint else end_label(one.label, line.label_y),
            "faint": one.faint,
            "unreported": all(value is None for value in one.values),
        }
        for place, (one, line) in enumerate(zip(shown.series, drawn.lines, strict=True), 1)
    ]
    middle = shown.first + timedelta(days=shown.days // 2)
    return {
        "series": series,
        "gaps": drawn.gaps,
        "scale": drawn.scale,
        "ticks": [figure(tick) for tick in drawn.scale.ticks],
        "axis": [short_date(day) for day in dict.fromkeys((shown.first, middle, shown.last))],
        "description": " ".join(_said(one, shown) for one in shown.series if not one.faint),
        "corrected": any(any(one.corrected) for one in shown.series),
        "unreported": any(value is None for one in shown.series if not one.faint for value in one.values),
        "beyond_scale": shown.view.logarithmic
        and any(value is not None and value <= 0 for one in shown.series for value in one.values),
    }


def _said(one: Series, shown: ShownFigures) -> str:
    """A line in a sentence, for those who do not see it."""
    known = [(value, shown.first + timedelta(days=day)) for day, value in enumerate(one.values) if value is not None]
    if not known:
        return _("%(name)s: nothing reported.") % {"name": one.label}
    last, last_day = known[-1]
    most, most_day = max(known)
    return _("%(name)s: %(last)s on %(last_day)s; the most was %(most)s, on %(most_day)s.") % {
        "name": one.label,
        "last": figure(last),
        "last_day": short_date(last_day),
        "most": figure(most),
        "most_day": short_date(most_day),
    }


def period_rows(shown: ShownFigures, address: Callable[..., str]) -> list[dict]:
    """The same figures as rows of {label, url, cells}, the latest first: days, or weeks or months that lead there."""
    series = [one for one in shown.series if not one.faint]
    return [
        {
            "label": _period_label(period),
            "url": address(first=period.first, last=period.last) if period.first != period.last else None,
            "cells": [_cell(shown, one, period) for one in series],
        }
        for period in reversed(_periods(shown))
    ]


def _periods(shown: ShownFigures) -> list[Period]:
    """The days shown in a row, or the weeks or months that they make, the first and the last perhaps cut short."""
    if shown.days <= MOST_DAYS_AS_ROWS:
        return [Period(day, day) for day in shown.all_days]
    periods, first = [], shown.first
    by_month = shown.days > MOST_WEEKS_AS_ROWS * WEEK_DAYS
    while first <= shown.last:
        following = _next_month(first) if by_month else first + timedelta(days=WEEK_DAYS)
        periods.append(Period(first, min(following - timedelta(days=1), shown.last)))
        first = following
    return periods


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _period_label(period: Period) -> str:
    if period.first == period.last:
        return short_date(period.first)
    if _next_month(period.first) == period.last + timedelta(days=1) and period.first.day == 1:
        return _("%(month)s %(year)s") % {
            "month": month_name(period.first.month),
            "year": year_in_words(period.first.year),
        }
    return _("%(first)s to %(last)s") % {"first": short_date(period.first), "last": short_date(period.last)}


def _cell(shown: ShownFigures, one: Series, period: Period) -> dict:
    """What a period says: its last total or mean, the sum of its counts, or the middle of its levels."""
    known = [value for value in shown.values(one, period) if value is not None]
    if not known:
        return {"text": None}
    if _counts_days(shown.view):
        value = sum(known)
    elif shown.view.measure.kind == Measure.Kind.LEVEL:
        value = sum(known) / len(known)
    else:
        value = known[-1]
    days = one.spans[(period.first - shown.first).days] if period.first == period.last else 1
    return {
        "text": figure(value),
        "corrected": shown.is_corrected(one, period),
        "days": ngettext("of %(days)s day", "of %(days)s days", days) % {"days": number(days)} if days > 1 else "",
        "note": one.notes.get(period.first, "") if period.first == period.last else "",
    }

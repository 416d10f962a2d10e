"""Reckoning with days, months and years: where a span of time lies that is told by its distance from a day."""

import calendar
from datetime import date, timedelta
from typing import NamedTuple


class Reference(NamedTuple):
    """The day on which something was written, known to PRECISION ("day", "month" or "year")."""

    day: date
    precision: str = "day"

    @property
    def last_day(self) -> date:
        """The last day on which it may have been written."""
        return self.day if self.precision == "day" else unit_around(self.day, self.precision)[1]

    def knows(self, unit: str) -> bool:
        """Is it known in which UNIT of time this was?"""
        coarseness = ("minute", "hour", "day", "week", "month", "year")
        known = {"day": "minute", "month": "month", "year": "year"}[self.precision]
        return coarseness.index(unit) >= coarseness.index(known)


def day_of(year: int, month: int, day: int) -> date | None:
    """That day; None when there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_of(year: int, month: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def months_of(year: int, first: int, last: int) -> tuple[date, date]:
    """The first day of the month FIRST and the last of the month LAST, of the next year where that is smaller."""
    return date(year, first, 1), month_of(year + (last < first), last)[1]


def shifted(day: date, unit: str, amount: int) -> date | None:
    """DAY moved by AMOUNT of UNIT; None beyond the calendar. Minutes and hours are of the day."""
    try:
        if unit in {"minute", "hour"}:
            return day
        if unit in {"day", "week"}:
            return day + timedelta(days=amount * (7 if unit == "week" else 1))
        count = day.year * 12 + day.month - 1 + amount * (12 if unit == "year" else 1)
        year, month = divmod(count, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        return None


def unit_around(day: date, unit: str) -> tuple[date, date]:
    """The first and the last day of the week, month or year in which DAY lies.

    Arab weeks begin on Saturday or Sunday; papers count from the latter.
    """
    if unit == "week":
        first = day - timedelta(days=(day.weekday() + 1) % 7)
        return first, first + timedelta(days=6)
    if unit == "month":
        return month_of(day.year, day.month)
    return date(day.year, 1, 1), date(day.year, 12, 31)


def weighed(days: int, weight: float) -> float:
    """How far a day is taken to be that lies DAYS ahead, which counts WEIGHT times, or behind (negative)."""
    return days * weight if days > 0 else -days


def nearest_year(month: int, day: int, reference: date, weight: float) -> int:
    """The year that is meant by who names such a day of the calendar without one, on the day REFERENCE.

    What lies ahead is taken for WEIGHT times as far.
    """
    years = (reference.year, reference.year - 1, reference.year + 1)
    return min(years, key=lambda year: weighed((date(year, month, min(day, 28)) - reference).days, weight))


def year_in_direction(month: int, day: int, reference: date, direction: int) -> int:
    """The year of the last (DIRECTION -1) or the next (1) such day of the calendar, or the REFERENCE's own (0)."""
    there, here = (month, day), (reference.month, reference.day)
    is_there = not direction or (there < here if direction < 0 else there > here)
    return reference.year + (0 if is_there else direction)


def weekday_near(number: int, day: date, direction: int) -> date:
    """The last (DIRECTION -1) or the next (1) weekday NUMBER, never DAY itself; with 0 the last, which DAY may be."""
    behind = (day.weekday() - number) % 7
    if direction > 0:
        return day + timedelta(days=7 - behind)
    return day - timedelta(days=behind or (7 if direction else 0))

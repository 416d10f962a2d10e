"""The Hijri calendar of Umm al-Qura. Countries that look for the moon may be a day before or behind it."""

from datetime import date, timedelta

from hijridate import Gregorian, Hijri

FIRST_YEAR, LAST_YEAR = 1343, 1500


def hijri_day(year: int, month: int, day: int) -> date | None:
    """The DAY (1 to 30) of a Hijri month in our calendar; None beyond the years that the calendar knows.

    A month of 29 days may have had 30 where it was printed.
    """
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 30):
        return None
    first = Hijri(year, month, 1).to_gregorian()
    return date(first.year, first.month, first.day) + timedelta(days=day - 1)


def hijri_month(year: int, month: int) -> tuple[date, date] | None:
    """The first and the last day of a Hijri month; None beyond the years that the calendar knows."""
    first = hijri_day(year, month, 1)
    following = hijri_day(year + month // 12, month % 12 + 1, 1)
    return (first, following - timedelta(days=1)) if first and following else None


def hijri_date(day: date) -> Hijri | None:
    """DAY of our calendar as a Hijri `year`, `month` and `day`; None beyond the years that the calendar knows."""
    try:
        return Gregorian(day.year, day.month, day.day).to_hijri()
    except (ValueError, OverflowError):
        return None


def hijri_year_and_month(day: date) -> tuple[int, int] | None:
    """In which Hijri year and month DAY of our calendar lies; None beyond the years that the calendar knows."""
    found = hijri_date(day)
    return (found.year, found.month) if found else None

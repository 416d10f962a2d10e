"""Numbers and days as tables write them: digits of either kind, separators, and the many ways to say "not reported"."""

import re
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from archive.ingest.records import Note
from archive.ingest.statistics.mapping import FiguresError
from archive.models.statistics import VALUE_DECIMALS, VALUE_DIGITS
from archive.text.dates import western_digits

NOT_REPORTED = frozenset(
    {"", "-", "–", "—", "..", "...", "…", "na", "n/a", "nan", "null", "none", "غير متوفر", "غير متاح", "لم يبلغ"}
)
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+]?\d{1,2})?", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f\u2066-\u2069\u200e\u200f\u061c'’]+")
_SIGNS = str.maketrans({"−": "-", "٬": ",", "٫": ".", "،": ","})
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_DAY_OR_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})", re.ASCII)
_SHORT_YEARS_FROM = 2000
FEWEST_DATES_OF_A_HEADER = 3
MAX_SHOWN = 60


def read_number(text: str) -> Decimal | None:
    """Return the number in TEXT, None where it says that there is none; raises ValueError for anything else."""
    plain = western_digits(text.strip()).translate(_SIGNS)
    if plain.lower() in NOT_REPORTED:
        return None
    plain = _SPACES.sub("", plain)
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    value = Decimal(plain.replace(",", ""))
    if value.adjusted() >= VALUE_DIGITS - VALUE_DECIMALS:
        raise ValueError(text)
    return round(value, VALUE_DECIMALS)


def read_dates(texts: Collection[str], date_format: str = "") -> dict[str, date]:
    """Return the days that TEXTS mean, those that mean none left out: by DATE_FORMAT, or by what all have in common.

    Raises FiguresError where day and month cannot be told apart.
    """
    if date_format:
        return _known({text: _by_format(text, date_format) for text in texts})
    by_iso = _known({text: _iso(text) for text in texts})
    if by_iso:
        return by_iso
    day_first = _known({text: _parted(text, day_first=True) for text in texts})
    month_first = _known({text: _parted(text, day_first=False) for text in texts})
    if len(day_first) != len(month_first):
        return max(day_first, month_first, key=len)
    if day_first == month_first:
        return day_first
    # Both can be read: days of a table follow each other.
    spans = [max(found.values()) - min(found.values()) for found in (day_first, month_first)]
    if spans[0] == spans[1]:
        raise FiguresError(Note("figures_dates_ambiguous", {"example": next(iter(day_first))}))
    return day_first if spans[0] < spans[1] else month_first


def _known(found: dict[str, date | None]) -> dict[str, date]:
    return {text: day for text, day in found.items() if day is not None}


def _by_format(text: str, date_format: str) -> date | None:
    try:
        return datetime.strptime(western_digits(text.strip()), date_format).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    written = _ISO.fullmatch(western_digits(text.strip()))
    return _day(*map(int, written.groups())) if written else None


def _parted(text: str, *, day_first: bool) -> date | None:
    written = _DAY_OR_MONTH_FIRST.fullmatch(western_digits(text.strip()))
    if written is None:
        return None
    one, other, year = map(int, written.groups())
    year += 0 if len(written[3]) > 2 else _SHORT_YEARS_FROM
    return _day(year, other, one) if day_first else _day(year, one, other)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

"""Days, months and years as a reader types them in a query: 2017-12-21, 12/2017, ٢٠١٧, كانون الأول (ديسمبر) 2017."""

import calendar
import re
from datetime import date
from typing import NamedTuple

from archive.text.dates import EGYPTIAN_MONTHS, ENGLISH_MONTHS, LEVANTINE_MONTHS
from archive.text.normalize import fold, words

MONTHS = {
    words(name): number
    for names in (LEVANTINE_MONTHS, EGYPTIAN_MONTHS, ENGLISH_MONTHS)
    for number, name in enumerate(names, 1)
}
_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
_NAME = r"[^\d()/]+?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}",
        rf"{_DAY}[-/.]{_MONTH}[-/.]{_YEAR}",
        rf"{_YEAR}[-/.]{_MONTH}",
        rf"{_MONTH}[-/.]{_YEAR}",
        _YEAR,
        rf"(?:{_DAY} )?(?P<name>{_NAME})(?: ?[(/] ?(?P<twin>{_NAME}) ?\)?)? {_YEAR}",
    )
)


class Period(NamedTuple):
    """A day, a month or a year; both ends included."""

    first: date
    last: date

    @property
    def precision(self) -> str:
        """Which of the three it is: "day", "month" or "year"."""
        if self.first == self.last:
            return "day"
        return "month" if self.first.month == self.last.month else "year"


def read_period(text: str) -> Period | None:
    """Return the period that TEXT names; None when it names none, two, or one that the calendar does not have."""
    folded = " ".join(fold(text).split())
    found = next((match for form in _FORMS if (match := form.fullmatch(folded))), None)
    if found is None:
        return None
    given = found.groupdict()
    # Newspapers name a month twice: «كانون الأول (ديسمبر)».
    named = {MONTHS.get(words(name)) for name in (given.get("name"), given.get("twin")) if name}
    if None in named or len(named) > 1:
        return None
    month = named.pop() if named else given.get("month")
    try:
        year, month, day = (int(part) if part else None for part in (given["year"], month, given.get("day")))
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        return Period(first, date(year, last_month, day or calendar.monthrange(year, last_month)[1]))
    except (ValueError, calendar.IllegalMonthError):
        return None

"""What a phrase such as «أول من أمس» or «أواخر تشرين الأول الماضي» means on the day on which it was written.

That day is always given, and never the clock's: without it such a phrase means nothing.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from archive.ingest.dates import MONTH_NUMBERS, MONTH_PATTERN, read_date
from archive.ingest.records import ReadDate
from archive.text.normalize import fold, strip_marks

MAX_PHRASE_CHARS = 120
MAX_AMOUNT = 500

_ORDINALS = {
    name: number
    for number, names in enumerate(
        (
            "اول|الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر",
            "الحادي عشر", "الثاني عشر", "الثالث عشر", "الرابع عشر", "الخامس عشر", "السادس عشر", "السابع عشر",
            "الثامن عشر", "التاسع عشر", "العشرين|العشرون", "الحادي والعشرين", "الثاني والعشرين", "الثالث والعشرين",
            "الرابع والعشرين", "الخامس والعشرين", "السادس والعشرين", "السابع والعشرين", "الثامن والعشرين",
            "التاسع والعشرين", "الثلاثين|الثلاثون", "الحادي والثلاثين",
        ),
        1,
    )
    for name in names.split("|")
}  # fmt: skip
_AMOUNTS = {
    name: number
    for number, names in {
        1: "واحد|واحده", 2: "اثنان|اثنين|اثنتين", 3: "ثلاثه|ثلاث|الثلاثه", 4: "اربعه|اربع|الاربعه", 5: "خمسه|خمس|الخمسه",
        6: "سته|ست|السته", 7: "سبعه|سبع|السبعه", 8: "ثمانيه|ثماني|ثمان", 9: "تسعه|تسع|التسعه", 10: "عشره|عشر|العشره",
        11: "احد عشر", 12: "اثني عشر|اثنا عشر", 15: "خمسه عشر", 20: "عشرين|عشرون", 30: "ثلاثين|ثلاثون",
    }.items()
    for name in names.split("|")
}  # fmt: skip
_UNITS = {
    "minute": ("دقيقه|دقاءق|الدقاءق", "دقيقتين|دقيقتان"),
    "hour": ("ساعه|ساعات|الساعات", "ساعتين|ساعتان"),
    "day": ("يوم|ايام|يوما|الايام|اليوم", "يومين|يومان|اليومين"),
    "week": ("اسبوع|اسابيع|اسبوعا|الاسابيع|الاسبوع", "اسبوعين|اسبوعان|الاسبوعين"),
    "month": ("شهر|اشهر|شهور|شهرا|الاشهر|الشهور|الشهر", "شهرين|شهران|الشهرين"),
    "year": ("سنه|سنوات|عام|اعوام|عاما|سنين|السنوات|الاعوام|العام|السنه", "سنتين|عامين|سنتان|عامان|العامين"),
}
_UNIT_OF = {name: unit for unit, (names, _) in _UNITS.items() for name in names.split("|")}
_TWO_OF = {name: unit for unit, (_, names) in _UNITS.items() for name in names.split("|")}
_WEEKDAY_OF = {
    name: number
    for number, names in enumerate(
        ("الاثنين|الاتنين", "الثلاثاء|الثلثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "الاحد")
    )
    for name in names.split("|")
}
_SEASONS = {"ربيع": (3, 5), "صيف": (6, 8), "خريف": (9, 11), "شتاء": (12, 2)}


def _any(names) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_PAST = "الماضي|الماضيه|الفاءت|الفاءته|المنصرم|المنصرمه|السابق|السابقه"
_COMING = "المقبل|المقبله|القادم|القادمه|الاتي|الاتيه|التالي|التاليه"
_CURRENT = "الجاري|الجاريه|الحالي|الحاليه|هذا"
_WHEN = rf"(?P<past>{_PAST})|(?P<coming>{_COMING})|(?P<current>{_CURRENT})"
_END = r"(?![ء-ي0-9])"
_DAY_PART = "(?:صباح|فجر|مساء|ظهر|عصر|ليل|ليله|ضحي|نهار|منتصف ليل|بعد ظهر)"
_IN = r"(?:في|يوم|خلال|منذ|حتي|و)? *"
_WEEKDAYS = _any(_WEEKDAY_OF)
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_MONTH_NAMES = rf"(?P<month>{MONTH_PATTERN})(?: *[/\\(-] *(?P<twin>{MONTH_PATTERN}) *\)?)?"
_PARTS = {
    "النصف الاول من": (1, 15),
    "النصف الثاني من": (16, 31),
    "مطلع": (1, 10),
    "اواءل": (1, 10),
    "بدايه": (1, 10),
    "اواسط": (11, 20),
    "منتصف": (15, 15),
    "اواخر": (21, 31),
    "نهايه": (31, 31),
    "اخر": (31, 31),
    "الاسبوع الاول من": (1, 7),
}
_FROM_NOW = {"قبل": -1, "منذ": -1, "بعد": 1}
_AGO = re.compile(
    rf"(?P<way>{_any(_FROM_NOW)}) +(?:نحو +|حوالي +|حوالى +)?(?:(?P<amount>[0-9]{{1,3}}|{_any(_AMOUNTS)}) +)?"
    rf"(?P<unit>{_any(_UNIT_OF)}|{_any(_TWO_OF)}){_END}"
)
_NEXT_DAYS = re.compile(
    rf"(?:(?P<two>{_any(_TWO_OF)})|(?P<unit>{_any(_UNIT_OF)}) +(?P<amount>[0-9]{{1,3}}|{_any(_AMOUNTS)})) +(?:{_WHEN}){_END}"
)
_UNIT_WHEN = re.compile(
    rf"(?:(?P<end>نهايه|اخر|بدايه|مطلع) +)?(?P<unit>الاسبوع|الشهر|العام|السنه) +(?:{_WHEN}){_END}"
)
_RELATIVE_DAYS = (
    (re.compile(rf"{_IN}اول(?: من)? امس{_END}"), -2),
    (re.compile(rf"(?:{_DAY_PART} +)?(?:ال)?(?:امس|بارحه){_END}"), -1),
    (re.compile(rf"{_IN}بعد غد{_END}"), 2),
    (re.compile(rf"{_IN}(?:يوم +)?(?:ال)?غدا?{_END}"), 1),
    (re.compile(rf"(?:{_DAY_PART} +)?اليوم{_END}"), 0),
)
_PART_OF_MONTH = re.compile(
    rf"(?P<part>{_any(_PARTS)}) +(?:شهر +)?{_MONTH_NAMES}(?: +(?:عام +|سنه +)?{_YEAR}| +(?:{_WHEN}))?{_END}"
)
_PART_OF_YEAR = re.compile(rf"(?P<part>{_any(_PARTS)}) +(?:عام|سنه|العام) +{_YEAR}{_END}")
_MONTH_WHEN = re.compile(rf"{_MONTH_NAMES} +(?:{_WHEN}){_END}")
_ORDINAL_DAY = re.compile(
    rf"(?P<day>{_any(_ORDINALS)}|[0-3]?[0-9]) +(?:من +)?(?:شهر +)?{_MONTH_NAMES}(?: +(?:عام +|سنه +)?{_YEAR}| +(?:{_WHEN}))?{_END}"
)
_SEASON = re.compile(rf"(?P<season>{_any(_SEASONS)}) +(?:عام +)?{_YEAR}{_END}")
_WEEKDAY = re.compile(rf"(?:{_DAY_PART} +)?(?:يوم +)?(?P<weekday>{_WEEKDAYS})(?: +(?:{_WHEN}))?{_END}")
_CLOCK = re.compile(
    rf"الساعه +(?P<hour>{_any(_ORDINALS)}|الواحده|الثانيه|الثالثه|الرابعه|الخامسه|السادسه|السابعه|الثامنه|التاسعه|العاشره"
    rf"|الحاديه عشره|الثانيه عشره|[0-9]{{1,2}})(?: +والنصف)? +(?:من +)?(?P<half>بعد ظهر|بعد الظهر|صباح|صباحا|مساء|فجر|ظهر|ليل)?"
)
_HOURS = (
    "الواحده", "الثانيه", "الثالثه", "الرابعه", "الخامسه", "السادسه", "السابعه", "الثامنه", "التاسعه", "العاشره",
    "الحاديه عشره", "الثانيه عشره",
)  # fmt: skip


class Span(NamedTuple):
    """The days FIRST to LAST, at AT of the first where the phrase says when; not SURE when it may mean another time."""

    first: date
    last: date
    at: time | None = None
    sure: bool = True


def read_phrase(text: str, reference: date) -> Span | None:
    """Return what the phrase TEXT means when it was written on the day REFERENCE; None when it names no time."""
    folded = fold(" ".join(strip_marks(text[:MAX_PHRASE_CHARS]).split())).strip(" .،,:")
    if found := read_date(folded).date:
        return _of_date(found)
    for read in _READERS:
        if span := read(folded, reference):
            return span
    return None


def read_relative_date(text: str, reference: datetime | date) -> ReadDate | None:
    """Return the day that «قبل ساعتين», «أمس» or «منذ 3 أيام» means; None when it is not one day, or another phrase."""
    day = reference.date() if isinstance(reference, datetime) else reference
    folded = fold(" ".join(strip_marks(text[:MAX_PHRASE_CHARS]).split()))
    ago = _AGO.search(folded)
    if ago and _unit(ago["unit"]) in {"minute", "hour"} and isinstance(reference, datetime):
        delta = timedelta(**{f"{_unit(ago['unit'])}s": _amount(ago)})
        moment = reference - delta if ago["way"] != "بعد" else reference + delta
        return ReadDate(datetime.combine(moment.date(), time()), "day")
    if ago and _unit(ago["unit"]) in {"month", "year"}:
        # Pages round to these: the day is not known.
        return None
    span = _ago(folded, day) or _relative_day(folded, day)
    return ReadDate(datetime.combine(span.first, time()), "day") if span and span.first == span.last else None


def _of_date(found: ReadDate) -> Span:
    day = found.value.date()
    if found.precision == "month":
        return Span(day, _month_end(day))
    if found.precision == "year":
        return Span(day, date(day.year, 12, 31))
    return Span(day, day, found.value.time() if found.precision == "minute" else None)


def _day(day: date, **more) -> Span:
    return Span(day, day, **more)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _shifted(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _unit(name: str) -> str:
    return _UNIT_OF.get(name) or _TWO_OF[name]


def _amount(match: re.Match) -> int:
    if match["unit"] in _TWO_OF:
        return 2
    amount = match["amount"]
    return min((int(amount) if amount.isdigit() else _AMOUNTS[amount]) if amount else 1, MAX_AMOUNT)


def _moved(day: date, unit: str, amount: int) -> date | None:
    try:
        if unit in {"minute", "hour"}:
            return day
        if unit in {"day", "week"}:
            return day + timedelta(days=amount * (7 if unit == "week" else 1))
        return _shifted(day, amount * (12 if unit == "year" else 1))
    except (ValueError, OverflowError):
        return None


def _direction(match: re.Match) -> int:
    return -1 if match["past"] else 1 if match["coming"] else 0


def _clock(folded: str, reference: date) -> Span | None:
    match = _CLOCK.search(folded)
    if not match:
        return None
    named = match["hour"]
    hour = int(named) if named.isdigit() else _HOURS.index(named) + 1 if named in _HOURS else _ORDINALS.get(named, 0)
    if match["half"] in {"بعد ظهر", "بعد الظهر", "مساء"} and hour < 12:
        hour += 12
    rest = folded[match.end() :].strip()
    if rest in {"اليوم", ""} and hour < 24 and (rest or match["half"]):
        return _day(reference, at=time(hour, 30 if "والنصف" in match[0] else 0))
    return None


def _relative_day(folded: str, reference: date) -> Span | None:
    for pattern, days in _RELATIVE_DAYS:
        if pattern.match(folded):
            return _day(reference + timedelta(days=days))
    return None


def _ago(folded: str, reference: date) -> Span | None:
    if not (match := _AGO.search(folded)):
        return None
    day = _moved(reference, _unit(match["unit"]), _amount(match) * _FROM_NOW[match["way"]])
    return _day(day) if day else None


def _next_days(folded: str, reference: date) -> Span | None:
    if not (match := _NEXT_DAYS.search(folded)):
        return None
    unit = _TWO_OF[match["two"]] if match["two"] else _UNIT_OF[match["unit"]]
    amount = 2 if match["two"] else int(match["amount"]) if match["amount"].isdigit() else _AMOUNTS[match["amount"]]
    if not (direction := _direction(match)) or not (end := _moved(reference, unit, amount * direction)):
        return None
    near = reference + timedelta(days=direction)
    return Span(*sorted((near, end)))


def _unit_when(folded: str, reference: date) -> Span | None:
    if not (match := _UNIT_WHEN.search(folded)):
        return None
    unit, direction = _UNIT_OF[match["unit"]], _direction(match)
    if unit == "week":
        # Arab weeks begin on Saturday or Sunday; papers count from the latter.
        first = reference - timedelta(days=(reference.weekday() + 1) % 7) + timedelta(weeks=direction)
        span = Span(first, first + timedelta(days=6))
    elif unit == "month":
        first = _shifted(reference.replace(day=1), direction)
        span = Span(first, _month_end(first))
    else:
        span = Span(date(reference.year + direction, 1, 1), date(reference.year + direction, 12, 31))
    if match["end"] in {"نهايه", "اخر"}:
        return _day(span.last)
    return _day(span.first) if match["end"] else span


def _month(match: re.Match) -> int | None:
    numbers = {MONTH_NUMBERS[" ".join(match[name].split())] for name in ("month", "twin") if match[name]}
    return numbers.pop() if len(numbers) == 1 else None


def _year_of(match: re.Match, month: int, day: int, reference: date) -> int:
    """The year that is said; else the last or next one with such a month, or the nearest."""
    if match["year"]:
        return int(match["year"])
    if direction := _direction(match):
        is_there = (
            (month, day) < (reference.month, reference.day)
            if direction < 0
            else (month, day) > (reference.month, reference.day)
        )
        return reference.year + (0 if is_there else direction)
    years = (reference.year, reference.year - 1, reference.year + 1)
    return min(years, key=lambda year: abs((date(year, month, min(day, 28)) - reference).days))


def _part_of_month(folded: str, reference: date) -> Span | None:
    if not (match := _PART_OF_MONTH.search(folded)) or not (month := _month(match)):
        return None
    first, last = _PARTS[match["part"]]
    year = _year_of(match, month, 15, reference)
    days = calendar.monthrange(year, month)[1]
    return Span(date(year, month, min(first, days)), date(year, month, min(last, days)))


def _part_of_year(folded: str, reference: date) -> Span | None:
    if not (match := _PART_OF_YEAR.search(folded)):
        return None
    year, (first, last) = int(match["year"]), _PARTS[match["part"]]
    months = (
        (1, 6)
        if (first, last) == (1, 15)
        else (7, 12)
        if first == 16
        else (1, 3)
        if first == 1
        else (10, 12)
        if first > 20
        else (5, 8)
    )
    return Span(date(year, months[0], 1), _month_end(date(year, months[1], 1)))


def _month_when(folded: str, reference: date) -> Span | None:
    if not (match := _MONTH_WHEN.fullmatch(folded)) or not (month := _month(_with_year(match))):
        return None
    first = date(_year_of(_with_year(match), month, 15, reference), month, 1)
    return Span(first, _month_end(first))


class _NoYear(dict):
    def __missing__(self, name: str) -> None:
        return None


def _with_year(match: re.Match) -> dict[str, str | None]:
    return _NoYear(match.groupdict())


def _ordinal_day(folded: str, reference: date) -> Span | None:
    if not (match := _ORDINAL_DAY.search(folded)) or not (month := _month(match)):
        return None
    day = int(match["day"]) if match["day"].isdigit() else _ORDINALS[match["day"]]
    year = _year_of(match, month, day, reference)
    if not match["year"] and (weekday := _WEEKDAY.search(folded[: match.start()])):
        wanted = _WEEKDAY_OF[weekday["weekday"]]
        near = (reference.year, reference.year - 1, reference.year + 1)
        year = next((one for one in near if (found := _valid(one, month, day)) and found.weekday() == wanted), year)
    found = _valid(year, month, day)
    return _day(found) if found else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _season(folded: str, reference: date) -> Span | None:
    if not (match := _SEASON.search(folded)):
        return None
    first, last = _SEASONS[match["season"]]
    year = int(match["year"])
    return Span(date(year, first, 1), _month_end(date(year + (last < first), last, 1)))


def _weekday(folded: str, reference: date) -> Span | None:
    """«الثلثاء الماضي»; a weekday alone is the last one, in papers that tell what was, and may be the next."""
    if not (match := _WEEKDAY.search(folded)):
        return None
    behind = (reference.weekday() - _WEEKDAY_OF[match["weekday"]]) % 7
    if match["coming"]:
        return _day(reference + timedelta(days=7 - behind))
    if match["past"]:
        return _day(reference - timedelta(days=behind or 7))
    return _day(reference - timedelta(days=behind), sure=False)


_READERS: tuple[Callable[[str, date], Span | None], ...] = (
    _clock,
    _part_of_month,
    _part_of_year,
    _ordinal_day,
    _relative_day,
    _ago,
    _next_days,
    _unit_when,
    _month_when,
    _season,
    _weekday,
)

"""What phrases mean that name a day, or a few: «أول من أمس», «غداً (الجمعة)», «3 و4 أيار (مايو) المقبل»."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

from archive.text.date_grammar import RELATIVE_DAYS
from archive.text.date_place import PREPOSITIONS, Place, Span, day_span, direction_of, ordinal
from archive.text.date_words import HOURS, WEEKDAY_NUMBERS, month_number
from archive.text.reckoning import day_of, month_of, nearest_year, shifted, weekday_near, year_in_direction

_NO_WEEKDAY_AFTER = frozenset(
    {"صلاه", "خطبه", "خطيب", "امام", "سوق", "مسجد", "جامع", "ال", "بين", "عبد", "ليله", "لصلاه"}
)
_ADVERB_FOLLOWS = re.compile(
    r" *(?:$|[.،,؛:!؟)»\"\n(]|(?:في|من|الي|علي|مع|عند|بعد|قبل|خلال|ل[ء-ي]+|ب[ء-ي]+)(?![ء-ي]))"
)
_THE_NEXT_OR_SELF = re.compile(r" +(?:ال[ء-ي]|نفس|ذات|عين|كل)")


def _weekday(name: str) -> int:
    return WEEKDAY_NUMBERS[name if name.startswith("ا") else f"ا{name}"]


def read_day(place: Place) -> Span | None:
    if place["lone_month"]:
        return _read_date(place, "lone_")
    if place["month"]:
        return _read_date(place, "")
    if not place.knows("day"):
        return None
    if place["relative"]:
        return _read_relative_day(place)
    return _read_weekday(place)


def _read_date(place: Place, group: str) -> Span | None:
    """«15 آذار (مارس) 2011», «الثامن من كانون الأول المقبل», «3 و4 أيار»."""
    month = agreed_month(place, group)
    day = ordinal(place[f"{group}day"])
    if not month or not (year := _year_of_date(place, group, month, day)):
        return None
    first = day_of(year, month, day)
    last_day = place[f"{group}last_day"]
    last = day_of(year, month, int(last_day)) if last_day else first
    return Span(first, last, _clock(place)) if first and last and first <= last else None


def agreed_month(place: Place, group: str = "") -> int:
    """The month that is named; 0 when it is named twice, and differently."""
    month, twin = (month_number(place[f"{group}{name}"]) for name in ("month", "twin"))
    return month if not twin or twin == month else 0


def _year_of_date(place: Place, group: str, month: int, day: int) -> int | None:
    if place[f"{group}year"]:
        return int(place[f"{group}year"])
    if place[f"{group}year_when"]:
        return place.today.year + direction_of(place[f"{group}year_when"]) if place.knows("year") else None
    if not place.knows("month"):
        return None
    if when := place[f"{group}when"]:
        return year_in_direction(month, day, place.today, direction_of(when))
    if not group and (weekday := place["weekday"] or place["weekday_of"]):
        wanted = _weekday(weekday)
        for year in (place.today.year, place.today.year - 1, place.today.year + 1):
            if (found := day_of(year, month, day)) and found.weekday() == wanted:
                return year
    return nearest_year(month, day, place.today, place.weight_ahead())


def _clock(place: Place) -> time | None:
    """«الساعة الثالثة من بعد ظهر…»: the hour, where it is known of which half of the day it is."""
    if not (named := place["hour"]):
        return None
    hour = int(named) if named.isdigit() else HOURS.index(" ".join(named.split())) + 1
    if place["day_part"] in {"بعد ظهر", "مساء", "عصر"} and hour < 12:
        hour += 12
    minute = 30 if place["half"] else int(place["minute"] or 0)
    return time(hour, minute) if hour < 24 else None


def _read_relative_day(place: Place) -> Span | None:
    relative = " ".join(place["relative"].split())
    day = place.today + timedelta(days=RELATIVE_DAYS[relative])
    if weekday := place["weekday_of"]:
        # The article may be dated after midnight: the weekday is right.
        return day_span(min(_near(day), key=lambda near: (near.weekday() != _weekday(weekday), abs(near - day))))
    told = place["day_part"] or place["hour"]
    if relative in {"اليوم", "هذا اليوم"} and (not told or place.followed_by(_THE_NEXT_OR_SELF)):
        return None
    if relative in {"غد", "الغد"} and not (told or place["called"] or place.alone):
        return None
    if relative == "غدا" and not place.alone and not _tells_tomorrow(place):
        return None
    return day_span(day, at=_clock(place))


def _near(day: date) -> Iterator[date]:
    return (day + timedelta(days=days) for days in range(-3, 4))


def _tells_tomorrow(place: Place) -> bool:
    """Is «غدا» tomorrow, and not the verb, which a noun or an adjective would follow?"""
    return place.ahead() or place.followed_by(_ADVERB_FOLLOWS)


def _read_weekday(place: Place) -> Span | None:
    """«الثلثاء الماضي»; alone it is the last one, in papers that tell what was, unless they tell what is to come."""
    if place.word_before() in _NO_WEEKDAY_AFTER and not place["called"]:
        return None
    when = place["weekday_when"]
    direction = direction_of(when) if when else int(place.ahead())
    first = weekday_near(_weekday(place["weekday"]), place.today, direction)
    if last := place["last_weekday"]:
        second = weekday_near(_weekday(last), first, 1)
        return Span(first, second) if (second - first).days == 1 else None
    return day_span(first, at=_clock(place), sure=when is not None)


def read_numeric(place: Place) -> Span | None:
    if place["iso_year"]:
        return day_span(day_of(*(int(place[f"iso_{name}"]) for name in ("year", "month", "day"))))
    if place["lone_year"]:
        return Span(*month_of(int(place["lone_year"]), int(place["lone_month"])))
    year, month, day = (int(place[name]) for name in ("year", "month", "day"))
    if month > 12 >= day:
        # 12/21/2017 can only be the American order.
        month, day = day, month
    return day_span(day_of(year, month, day))


def read_day_of_month(place: Place) -> Span | None:
    """«15 من الشهر الجاري», «في 20 الجاري», «الخامس عشر من الشهر»."""
    if not place.knows("month"):
        return None
    when = place["when"] or place["month_when"]
    if not place["of"] and not (place["day"].isdigit() and (place.alone or place.word_before() in PREPOSITIONS)):
        return None
    if place["month"] == "شهر" and not when:
        return None
    month = shifted(place.today.replace(day=1), "month", direction_of(when))
    day = ordinal(place["day"])
    first = day_of(month.year, month.month, day)
    last = day_of(month.year, month.month, int(place["last_day"])) if place["last_day"] else first
    return Span(first, last) if first and last and first <= last else None

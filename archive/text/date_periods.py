"""What phrases mean that name weeks, months, years and longer, or a distance: «مطلع العام المقبل», «قبل شهرين»."""

import re
from datetime import date, timedelta

from archive.text.date_days import agreed_month
from archive.text.date_grammar import MONTHS_OF_PARTS, PARTS, YEARS_OF_PARTS
from archive.text.date_place import PREPOSITIONS, Place, Span, day_span, direction_of, span_of
from archive.text.date_words import AMOUNTS, DECADES, MANY_UNITS, PAIRS_OF_UNITS, SEASONS, UNITS
from archive.text.reckoning import month_of, months_of, nearest_year, shifted, unit_around, year_in_direction

MAX_AMOUNT = 500
MAX_YEARS_AHEAD = 10
FIRST_YEAR = 1500
FIRST_BARE_YEAR = 1800
_ENDS = {(1, 1), (31, 31)}
_BEFORE_YEARS = frozenset({"في", "منذ", "خلال", "حتي", "وفي", "ومنذ"})
_OTHER_YEAR = re.compile(r" +(?:الدراسي|المالي|الجامعي|التدريبي|الهجري|الميلادي|نفس|ذات|التالي|السابق|ال[ء-ي])")
_COUNTED = re.compile(
    r" *(?:متر|كيلو|كلم|شخص|دولار|مليون|الف|طن|برميل|نقطه|جنيه|ريال|درهم|دينار|ليره|حاله|قتيل|جندي|مقاتل|%)"
)
_OF_AN_AGE = re.compile(r" +(?:من )?(?:ال)?عمر")


def _part_of_month(part: str | None, year: int, month: int) -> Span:
    first, last = month_of(year, month)
    if not part:
        return Span(first, last)
    days = [last.day + 1 + day if day < 0 else min(day, last.day) for day in PARTS[" ".join(part.split())]]
    return Span(first.replace(day=days[0]), first.replace(day=days[1]))


def _part_of_year(part: str | None, year: int) -> Span | None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    if not part:
        return Span(first, last)
    days = PARTS[" ".join(part.split())]
    if days in _ENDS:
        return day_span(first if days[0] == 1 else last)
    months = MONTHS_OF_PARTS.get(days)
    return span_of(months_of(year, *months)) if months else None


def read_month(place: Place) -> Span | None:
    """«أواخر تشرين الأول الماضي», «أيار (مايو) 2017», «في مارس»."""
    if not (month := agreed_month(place)):
        return None
    part, middle = place["part"], 15
    if place["year"]:
        return _part_of_month(part, int(place["year"]), month)
    if place["year_when"]:
        known = place.knows("year")
        return _part_of_month(part, place.today.year + direction_of(place["year_when"]), month) if known else None
    if not place.knows("month"):
        return None
    if when := place["when"]:
        middle = place.today.day if month == place.today.month and not direction_of(when) else middle
        return _part_of_month(part, year_in_direction(month, middle, place.today, direction_of(when)), month)
    told = part or place["called"] or place["twin"]
    told = told or (place.word_before() in PREPOSITIONS and place["month"] != "اب")
    # «في إب», folded like the month, is a town.
    if not told or place["month"].isascii():
        return None
    if month == place.today.month:
        return _part_of_month(part, place.today.year, month)
    year = nearest_year(month, middle, place.today, place.weight_ahead())
    return _part_of_month(part, year, month)


def read_unit(place: Place) -> Span | None:
    """«الأسبوع المقبل», «هذا العام», «مطلع الشهر الجاري»."""
    unit, part, when = UNITS[place["unit"]], place["part"], place["when"]
    if not (place["this"] or part or when) or not place.knows(unit):
        return None
    if not when and place.followed_by(_OTHER_YEAR):
        return None
    day = shifted(unit_around(place.today, unit)[0], unit, direction_of(when))
    if unit == "year":
        return _part_of_year(part, day.year)
    if unit == "month":
        return _part_of_month(part, day.year, day.month)
    first, last = unit_around(day, "week")
    if not part:
        return Span(first, last)
    days = PARTS[" ".join(part.split())]
    if days in _ENDS or days in {(1, 10), (21, 31)}:
        return day_span(first if days[0] == 1 else last)
    return None


def read_year(place: Place) -> Span | None:
    year = int(place["year"])
    told = place["part"] or place["called"] or place.alone
    if not told and (
        place.word_before() not in _BEFORE_YEARS or year < FIRST_BARE_YEAR or place.followed_by(_COUNTED)
    ):
        return None
    if year < FIRST_YEAR:
        return None
    return _part_of_year(place["part"], year)


def read_season(place: Place) -> Span | None:
    season = SEASONS[place["season"]]
    if place["year"]:
        return span_of(months_of(int(place["year"]), *season))
    if place["year_when"]:
        known = place.knows("year")
        return span_of(months_of(place.today.year + direction_of(place["year_when"]), *season)) if known else None
    if not place.knows("month"):
        return None
    direction, today = direction_of(place["when"]), place.today
    near = [months_of(today.year + years, *season) for years in (-2, -1, 0, 1)]
    if direction < 0:
        return span_of(max(days for days in near if days[1] < today))
    if direction > 0:
        return span_of(min(days for days in near if days[0] > today))
    return span_of(next((days for days in near if days[0] <= today <= days[1]), None))


def read_quarter(place: Place) -> Span | None:
    if place["year"]:
        year = int(place["year"])
    elif place.knows("year"):
        year = place.today.year + direction_of(place["when"])
    else:
        return None
    if not place["year"] and not place["when"] and place.followed_by(_OTHER_YEAR):
        return None
    number = {"الاول": 1, "الثاني": 2, "الثالث": 3}.get(place["quarter"], 4)
    return span_of(months_of(year, number * 3 - 2, number * 3))


def read_decade(place: Place) -> Span | None:
    """«منتصف التسعينات», «ستينات القرن الماضي»: of the twentieth century."""
    if not place["century"]:
        # Twenties and thirties are people's ages more often.
        aged = place["decade"] in {"عشرين", "ثلاثين", "اربعين"} or place.followed_by(_OF_AN_AGE)
        if aged or not (place["the"] or place["part"]):
            return None
    first = 1900 + DECADES[place["decade"]]
    years = YEARS_OF_PARTS.get(PARTS[" ".join(place["part"].split())]) if place["part"] else (0, 9)
    return Span(date(first + years[0], 1, 1), date(first + years[1], 12, 31)) if years else None


def read_distance(place: Place) -> Span | None:
    """«قبل ثلاثة أيام», «منذ أسبوعين»; «بعد أسبوع» counts from now only where what is to come is told."""
    name, amount = place["unit"], amount_of(place)
    if (name in MANY_UNITS and not place["amount"]) or not place.knows("day"):
        return None
    way = place["way"]
    if way in {"قبل", "منذ"}:
        return day_span(shifted(place.today, UNITS[name], -amount))
    if not place.alone and not place.ahead():
        return None
    if UNITS[name] == "year" and amount > MAX_YEARS_AHEAD:
        return None
    end = shifted(place.today, UNITS[name], amount)
    if way == "بعد" or not end:
        return day_span(end)
    return Span(place.today, end)


def read_stretch(place: Place) -> Span | None:
    """«خلال الأيام الثلاثة المقبلة», «في السنوات الخمس الماضية»: from the day beside this one on."""
    unit = UNITS[place["unit"] or place["pair"] or place["lone_unit"]]
    direction = direction_of(place["when"])
    if not place.knows("day") or not direction:
        return None
    amount = 2 if place["pair"] else _amount(place["amount"] or place["lone_amount"])
    end = shifted(place.today, unit, amount * direction)
    near = place.today + timedelta(days=direction)
    return Span(*sorted((near, end))) if end and unit not in {"minute", "hour"} else None


def amount_of(distance: Place | re.Match) -> int:
    """How many of its unit a DISTANCE counts."""
    if distance["amount"]:
        return _amount(distance["amount"])
    return 2 if distance["unit"] in PAIRS_OF_UNITS else 1


def _amount(name: str) -> int:
    return min(int(name) if name.isdigit() else AMOUNTS[" ".join(name.split())], MAX_AMOUNT)

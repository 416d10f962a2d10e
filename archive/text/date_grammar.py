"""How Arabic papers put a date into a sentence: the patterns of such phrases, in folded text.

A space in a pattern stands for one or more. What the phrases mean is in `date_phrases`.
"""

import re

from archive.text.date_words import (
    AMOUNTS,
    DECADES,
    HIJRI_MONTH_PATTERN,
    HIJRI_SIGN,
    HOURS,
    MANY_UNITS,
    MONTH_PATTERN,
    ORDINALS,
    PAIRS_OF_UNITS,
    SEASONS,
    UNITS,
    WEEKDAY_NUMBERS,
    any_of,
)

DIRECTIONS = {
    word: direction
    for direction, words in {
        -1: "الماضي الماضيه الماضيين الماضيتين الفاءت الفاءته المنصرم المنصرمه المنصرمين المنصرمتين",
        0: "الجاري الجاريه الحالي الحاليه",
        1: "المقبل المقبله المقبلين المقبلتين القادم القادمه القادمين القادمتين الاتي الاتيه الاتيين",
    }.items()
    for word in words.split()
}

PARTS = {
    part: days
    for days, parts in {
        (1, 15): "النصف الاول", (16, 31): "النصف الثاني|النصف الاخير",
        (1, 10): "مطلع|اواءل|بدايه|بدايات|مستهل|الثلث الاول", (11, 20): "اواسط|الثلث الثاني", (15, 15): "منتصف",
        (21, 31): "اواخر|الثلث الاخير|العشر الاواخر", (31, 31): "نهايه|ختام|اخر", (1, 1): "اول|غره",
        (1, 7): "الاسبوع الاول", (8, 14): "الاسبوع الثاني", (15, 21): "الاسبوع الثالث", (22, 28): "الاسبوع الرابع",
        (-7, -1): "الاسبوع الاخير",
    }.items()
    for part in parts.split("|")
}  # fmt: skip
"""The first and the last day of the month, counted from its end where they are negative."""

MONTHS_OF_PARTS = {
    (1, 15): (1, 6), (16, 31): (7, 12), (1, 10): (1, 3), (11, 20): (5, 8), (15, 15): (5, 8), (21, 31): (10, 12),
}  # fmt: skip
"""The first and the last month that such a part of a year is taken for; its end is its last day."""

YEARS_OF_PARTS = {
    (1, 15): (0, 4), (16, 31): (5, 9), (1, 10): (0, 3), (11, 20): (4, 6), (15, 15): (4, 6), (21, 31): (7, 9),
    (31, 31): (7, 9),
}  # fmt: skip
"""The first and the last year that such a part of a decade is taken for."""

RELATIVE_DAYS = {
    "اول من امس": -2, "اول امس": -2, "امس الاول": -2, "قبل امس": -2, "امس": -1, "الامس": -1, "البارحه": -1,
    "الليله الماضيه": -1, "اليوم": 0, "هذا اليوم": 0, "غدا": 1, "غد": 1, "الغد": 1, "بعد غد": 2,
}  # fmt: skip

DAY_PARTS = (
    "صباح", "فجر", "مساء", "ظهر", "ظهيره", "عصر", "ليل", "ليله", "ضحي", "نهار", "منتصف ليل", "بعد ظهر", "قبل ظهر",
    "بعد منتصف ليل", "عشيه",
)  # fmt: skip

_BARE_WEEKDAYS = any_of(name.removeprefix("ال") for name in WEEKDAY_NUMBERS)
_THE = "(?:ال|(?<=ل)ل)"  # With ل before it, «ال» loses its own first letter: للعام.
_END = "(?![ء-ي0-9])"
_WHEN = any_of(DIRECTIONS)
_PART = rf"(?:(?!اخر من)(?P<part>{any_of(PARTS)}) (?:من )?)"
_NUMBER_END = "(?![0-9]|[.,٫:][0-9])"
_YEAR = rf"(?P<year>1[0-9]{{3}}|20[0-9]{{2}}){_NUMBER_END}(?: ?(?:م|ميلادي[هة]?){_END})?"
_CALENDAR_YEAR = rf"(?:(?:ال)?عام |(?:ال)?سنه )?{_YEAR}"
_YEAR_WHEN = rf"(?:من )?العام (?P<year_when>{_WHEN})"
_OF_YEAR = rf"(?:(?: *[,،/-] *| )(?:من )?{_CALENDAR_YEAR}| {_YEAR_WHEN}| (?P<when>{_WHEN}))"
_MONTHS = (
    rf"(?P<month>{MONTH_PATTERN})"
    rf"(?:(?: *(?:[/\\\"«“-]|\() *| )(?P<twin>{MONTH_PATTERN})(?: *[)\"»”])?)?"
)
_DAY = rf"(?:{any_of(ORDINALS)}|[0-3]?[0-9](?![0-9]))"
_DAYS = (
    rf"(?P<day>{_DAY})(?: *(?:،|و) *[0-3]?[0-9](?= *(?:،|و) *[0-9]))*"
    r"(?: *(?:[-–—]| و|الي|حتي) *(?:ال *)?(?P<last_day>[0-3]?[0-9](?![0-9])))?"
)
_DATE = rf"{_DAYS} *[/-]? *(?:من )?(?:شهر )?{_MONTHS}{_OF_YEAR}?(?! من (?:العام|السنه) (?:نفس|ذات|التالي|السابق))"
_WEEKDAY = rf"{_THE}(?:{_BARE_WEEKDAYS})"
_CLOCK = (
    rf"(?:الساعه (?P<hour>{any_of(HOURS)}|[0-9]{{1,2}})(?::(?P<minute>[0-5][0-9]))?(?P<half> و?النصف)?"
    rf"(?: (?:صباحا|مساء|ظهرا|فجرا|ليلا))?(?: من)? )"
)

_AMOUNT = rf"(?:ال *)?(?P<amount>[0-9]{{1,3}}|{any_of(AMOUNTS)})"


def _compile(pattern: str) -> re.Pattern:
    return re.compile(re.sub(r" (?![*+?])", " +", pattern))


DAY = _compile(
    rf"{_CLOCK}?(?:(?P<day_part>{any_of(DAY_PARTS)}) )?(?P<called>يومي? )?"
    rf"(?:(?:(?P<relative>{any_of(RELATIVE_DAYS)}){_END}(?: *[,،]? *\(?(?P<weekday_of>{_WEEKDAY})\)?)?"
    rf"|(?P<weekday>{_WEEKDAY})(?: و(?P<last_weekday>{_WEEKDAY}))?(?: (?P<weekday_when>{_WHEN}))?){_END}"
    rf"(?: *[,،(]? *(?:الموافق )?{_DATE})?"
    rf"|{_DATE.replace('(?P<', '(?P<lone_')}){_END}"
)
NUMERIC = _compile(
    r"(?P<day>[0-3]?[0-9]) ?(?P<mark>[-/.]) ?(?P<month>[0-3]?[0-9]) ?(?P=mark) ?(?P<year>(?:19|20)[0-9]{2})"
    rf"{_NUMBER_END}"
    rf"|(?P<lone_month>0?[1-9]|1[0-2])/(?P<lone_year>(?:19|20)[0-9]{{2}}){_NUMBER_END}"
    rf"|(?P<iso_year>(?:19|20)[0-9]{{2}})-(?P<iso_month>[01][0-9])-(?P<iso_day>[0-3][0-9]){_NUMBER_END}"
)
HIJRI_DAY = _compile(
    rf"(?:يوم )?(?:(?P<weekday>{_WEEKDAY}) )?(?P<day>{_DAY})(?P<joint> *[-/]? *)(?P<of>من )?(?P<called>شهر )?"
    rf"(?P<name>{HIJRI_MONTH_PATTERN}){_END}"
    rf"(?: *[-/,،]? *(?:عام |سنه )?(?P<year>1[2-5][0-9]{{2}}){_NUMBER_END}{HIJRI_SIGN}?| (?P<when>{_WHEN}))?{_END}"
)
HIJRI_NUMERIC = _compile(
    r"(?:(?P<day>[0-3]?[0-9]) *[-/] *(?P<month>[01]?[0-9]) *[-/] *(?P<year>1[2-5][0-9]{2})"
    r"|(?P<first_year>1[2-5][0-9]{2}) *[-/] *(?P<second_month>[01]?[0-9]) *[-/] *(?P<last_day>[0-3]?[0-9]))"
    rf"{_NUMBER_END}{HIJRI_SIGN}?{_END}"
)
HIJRI_MONTH = _compile(
    rf"{_PART}?(?P<called>شهر )?(?P<name>{HIJRI_MONTH_PATTERN}){_END}"
    rf"(?: *[-/,،]? *(?:عام |سنه )?(?P<year>1[2-5][0-9]{{2}}){_NUMBER_END}{HIJRI_SIGN}?| (?P<when>{_WHEN}))?{_END}"
)
HIJRI_YEAR = _compile(rf"(?:ال)?(?:عام|سنه) (?P<year>1[2-5][0-9]{{2}}){HIJRI_SIGN}")
MONTH = _compile(rf"{_PART}?(?P<called>شهر )?{_MONTHS}{_OF_YEAR}?{_END}")
DAY_OF_MONTH = _compile(
    rf"{_DAYS} (?P<of>من )?"
    rf"(?:هذا الشهر|(?P<month>الشهر|شهر)(?: (?P<when>{_WHEN}))?|(?P<month_when>{_WHEN})){_END}"
)
UNIT = _compile(rf"{_PART}?(?:(?P<this>هذا|هذه) )?{_THE}(?P<unit>اسبوع|شهر|عام|سنه)(?: (?P<when>{_WHEN}))?{_END}")
YEAR = _compile(rf"{_PART}?(?P<called>(?:ال|(?<=ل)ل)?(?:عام|سنه) )?{_YEAR}{_END}")
SEASON = _compile(rf"(?:ال)?(?P<season>{any_of(SEASONS)}) (?:{_CALENDAR_YEAR}|{_YEAR_WHEN}|(?P<when>{_WHEN})){_END}")
QUARTER = _compile(
    r"الربع (?P<quarter>الاول|الثاني|الثالث|الرابع|الاخير) من "
    rf"(?:{_CALENDAR_YEAR}|(?:هذا )?العام(?: (?P<when>{_WHEN}))?){_END}"
)
DECADE = _compile(
    rf"{_PART}?(?P<the>ال)?(?P<decade>{any_of(DECADES)})ي?ات"
    rf"(?P<century> (?:من )?القرن (?:الماضي|المنصرم|الفاءت|العشرين))?{_END}"
)
DISTANCE = _compile(
    rf"(?P<way>قبل|منذ|بعد|خلال|غضون) (?:(?:نحو|حوالي|زهاء|قرابه) )?(?:{_AMOUNT} )?(?P<unit>{any_of(UNITS)}){_END}"
    rf"(?! (?:من|علي|ونصف|وربع|و?[0-9]|{MONTH_PATTERN}|{HIJRI_MONTH_PATTERN}|{_WHEN}))"
)
STRETCH = _compile(
    rf"(?:{_THE}(?:(?P<unit>{any_of(MANY_UNITS)}) {_AMOUNT}|(?P<pair>{any_of(PAIRS_OF_UNITS)}))"
    rf"|{_AMOUNT.replace('(?P<', '(?P<lone_')} (?P<lone_unit>{any_of(UNITS)})) (?P<when>{_WHEN}){_END}"
)

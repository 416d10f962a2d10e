"""Reading the dates that pages and exports print: as much as they say, and never more.

Months by their Levantine, Egyptian and Gulf, Maghrebi and English names, both rows of digits, the day before the
month. Of a date that contradicts itself only what it does not dispute is taken; one that stands in the Hijri calendar
only is reckoned by that of Umm al-Qura; a note tells of both.
"""

import json
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from archive.ingest.records import Note, ReadDate
from archive.text.date_words import HIJRI_MONTH_PATTERN, HIJRI_SIGN, MONTH_PATTERN, hijri_month_number, month_number
from archive.text.hijri import hijri_day
from archive.text.normalize import fold, strip_marks

EARLIEST_YEAR = 1800
LATEST_YEAR = 2199
MAX_DATE_CHARS = 200
EPOCH_SECONDS_FROM = 100_000_000
EPOCH_MILLISECONDS_FROM = 100_000_000_000

MOON_DAYS = 2

_MONTHS_WRITTEN = rf"(?P<month>{MONTH_PATTERN})\.?(?: *(?:[/\\-]|\() *(?P<twin>{MONTH_PATTERN})\)?)?"
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[12][0-9]{3})(?: ?(?:م|ميلادي[هة]?)(?![a-zء-ي]))?"
_BREAK = r"(?: *[,،/-] *| +)"
_NO_DIGIT_BEFORE = r"(?<![0-9.,/:-])"
_NO_DIGIT_AFTER = r"(?![0-9]|[.,/-][0-9])"

_FULL_DATES = tuple(
    re.compile(_NO_DIGIT_BEFORE + pattern + _NO_DIGIT_AFTER)
    for pattern in (
        rf"{_DAY}(?:{_BREAK}| +(?:من|of) +(?:شهر +)?){_MONTHS_WRITTEN}{_BREAK}(?:عام +|سنه +)?{_YEAR}",
        rf"{_MONTHS_WRITTEN} +{_DAY}(?: *[,،] *| +){_YEAR}",
        rf"(?P<year>[12][0-9]{{3}})(?P<mark>[-/.])(?P<month>[01]?[0-9])(?P=mark){_DAY}",
        rf"{_DAY} ?(?P<mark>[-/.]) ?(?P<month>[0-3]?[0-9]) ?(?P=mark) ?{_YEAR}",
    )
)
_MONTH_DATE = re.compile(rf"{_NO_DIGIT_BEFORE}{_MONTHS_WRITTEN}{_BREAK}{_YEAR}{_NO_DIGIT_AFTER}")
# As spreadsheets write a day; of digits alone nobody knows which are the year's.
_SHORT_YEAR = re.compile(rf"{_DAY}(?P<mark>[- /])(?P<month>{MONTH_PATTERN})(?P=mark)(?P<year>[0-9]{{2}})(?![0-9])")
FIRST_SHORT_YEAR = 1950
_NUMERIC_MONTH = re.compile(
    r"(?P<year>[12][0-9]{3})[-/](?P<month>[01]?[0-9])|(?P<month_2>[01]?[0-9])[-/](?P<year_2>[12][0-9]{3})"
)
_YEAR_ALONE = re.compile(rf"{_YEAR}")
_HIJRI_DATE = re.compile(
    rf"{_NO_DIGIT_BEFORE}(?:(?P<day>[0-3]?[0-9]) *[-/]? *(?:من +)?(?:شهر +)?(?P<name>{HIJRI_MONTH_PATTERN}) *[-/,،]? *(?:عام +|سنه +)?"
    rf"(?P<year>1[2-5][0-9]{{2}}){HIJRI_SIGN}?(?![ء-ي0-9])"
    rf"|(?P<year_2>1[2-5][0-9]{{2}}) ?[-/] ?(?P<month_2>[0-9]{{1,2}}) ?[-/] ?(?P<day_2>[0-9]{{1,2}})(?:{HIJRI_SIGN}|(?![0-9/-]))"
    rf"|(?P<day_3>[0-9]{{1,2}}) ?[-/] ?(?P<month_3>[0-9]{{1,2}}) ?[-/] ?(?P<year_3>1[2-5][0-9]{{2}})(?:{HIJRI_SIGN}|(?![0-9/-])))"
)
# What papers call the time of a place; with its rules for summer time where it has had any.
_PLACE_ZONES = {
    "مكه المكرمه|مكه|السعوديه|الرياض|جده": "Asia/Riyadh",
    "القاهره|مصر": "Africa/Cairo",
    "بيروت|لبنان": "Asia/Beirut",
    "دمشق|سوريا|سوريه": "Asia/Damascus",
    "القدس المحتله|القدس|فلسطين|غزه|رام الله": "Asia/Hebron",
    "الاردن": "Asia/Amman",
    "بغداد|العراق": "Asia/Baghdad",
    "الكويت": "Asia/Kuwait",
    "الدوحه|قطر": "Asia/Qatar",
    "المنامه|البحرين": "Asia/Bahrain",
    "ابوظبي|ابو ظبي|دبي|الامارات": "Asia/Dubai",
    "مسقط|سلطنه عمان": "Asia/Muscat",
    "صنعاء|عدن|اليمن": "Asia/Aden",
    "الخرطوم|السودان": "Africa/Khartoum",
    "طرابلس|ليبيا": "Africa/Tripoli",
    "تونس": "Africa/Tunis",
    "الجزاءر": "Africa/Algiers",
    "الرباط|المغرب": "Africa/Casablanca",
    "نواكشوط|موريتانيا": "Africa/Nouakchott",
    "موسكو": "Europe/Moscow",
    "اسطنبول|تركيا": "Europe/Istanbul",
    "طهران": "Asia/Tehran",
    "لندن|بريطانيا": "Europe/London",
    "باريس": "Europe/Paris",
}
_ZONE_OF_PLACE = {place: zone for places, zone in _PLACE_ZONES.items() for place in places.split("|")}
_PLACE_OF_ZONE = "|".join(sorted(_ZONE_OF_PLACE, key=len, reverse=True))
_TIME = re.compile(
    r"(?:(?:الساعه|علي الساعه) *:? *)?(?<![0-9:.])(?P<hour>[0-2]?[0-9])[:h](?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9])(?:[.,][0-9]+)?)?(?![0-9:])"
    r" *(?P<half>(?:صباحا|مساء|ظهرا|عصرا|فجرا|ليلا|بعد الظهر|قبل الظهر|ص|م|am|pm|a\.m\.|p\.m\.)(?![a-zء-ي]))?"
    r" *\(?(?P<zone>z(?![a-z])|(?:gmt|utc) *[+-]?[0-9:]*|[+-][0-9]{2}:?[0-9]{2}|ksa(?![a-z])"
    rf"|(?:ب?(?:ال)?توقيت +)(?:(?:ال)?محلي *)?(?:ل|في +)?(?:{_PLACE_OF_ZONE})(?![ء-ي])|(?:ب?توقيت +)?[غج]رينت?[شيج]+)?"
)
_HOUR_ALONE = re.compile(
    r"الساعه +(?P<hour>[0-2]?[0-9])(?:[.](?P<minute>[0-5][0-9]))?(?![0-9:.])(?P<second>)"
    r" *(?P<half>(?:صباحا|مساء|ظهرا|عصرا|فجرا|ليلا|ص|م|بعد الظهر|قبل الظهر)(?![a-zء-ي]))?(?P<zone>)"
)
_HOUR_HALF = re.compile(
    r"(?<![0-9:./-])(?P<hour>1[0-2]|0?[1-9])(?P<minute>)(?P<second>) +(?P<half>صباحا|مساء|ظهرا|عصرا|فجرا|بعد الظهر|قبل الظهر)(?![a-zء-ي])(?P<zone>)"
)
_URL_DATE = re.compile(
    r"(?<=/)(?P<year>(?:19|20)[0-9]{2})(?P<mark>[/-])(?P<month>[01]?[0-9])(?P=mark)(?P<day>[0-3]?[0-9])(?=[/_-]|$)"
)
_COMPACT_ISO = re.compile(
    r"(?P<date>[12][0-9]{3}-?[01][0-9]-?[0-3][0-9])[t ](?P<clock>[0-2][0-9][0-5][0-9](?:[0-5][0-9])?)(?P<zone>z|[+-][0-9:]{4,6})?"
)
_MAIL = re.compile(r"(?:[a-z]{3}, )?[0-9]{1,2} [a-z]{3} [0-9]{4} [0-9]{2}:(?!.*[ap]\.?m\b)")
# As programs in C and some networks have it: "Thu Dec 21 10:15:00 +0200 2017".
_MAIL_TURNED = re.compile(
    r"[a-z]{3} (?P<month>[a-z]{3}) +(?P<day>[0-9]{1,2}) (?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})(?P<zone> [+-][0-9]{4})? (?P<year>[12][0-9]{3})"
)
_AFTERNOON = {"مساء", "عصرا", "م", "pm", "p.m.", "بعد الظهر"}
_MORNING = {"صباحا", "ص", "فجرا", "قبل الظهر", "am", "a.m."}
_WEEKDAYS = (
    "الاثنين|الاتنين|الثلاثاء|الثلثاء|الاربعاء|الخميس|الجمعه|السبت|الاحد"
    "|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun"
)
_PREFIX = (
    "نشر(?:ت|ه)?|منشور|تم (?:ال)?نشر(?:ه|ها)?|تاريخ|التاريخ|(?:ب|و)?تاريخ (?:ال)?(?:نشر|خبر|مقال|اضافه|اصدار)"
    "|اضيف(?:ت)?|حرر|صدر|published|posted|date|publication date|on|at|في|بتاريخ|يوم|الموافق|الساعه|النشر|الخبر"
)
_UPDATE = re.compile(
    r"\b(?:(?:اخر|تم|تاريخ) +)?(?:ال)?(?:تحديث|تعديل)(?:ه|ها)?\b|\bحدث(?:ت)? في\b|\b(?:last )?(?:updated|modified)\b"
    r"|\bاليوم هو\b|\btoday is\b|\bالان\b"
)
_ORNAMENT = re.compile(rf"\b(?:{_PREFIX}|{_WEEKDAYS})(?![a-zء-ي])")
_BETWEEN_PIECES = re.compile(r"[|•·/–—,،]+|\s-\s")
_AROUND_PIECE = " \t.()[]«»_-|,،:*#"
_DIRT_PIECE = re.compile("ه|م|t|[0-9]{1,2}")


class Reading(NamedTuple):
    """What came of reading a date: the date, or a note that says why there is none, or neither."""

    date: ReadDate | None = None
    note: Note | None = None


class DateLine(NamedTuple):
    """A line of a page with a date; REST is what else it says, such as a place or an author, piece by piece."""

    reading: Reading
    rest: tuple[str, ...]
    prefixed: bool
    published: bool


def read_date(value: object) -> Reading:
    """Read VALUE, a date field of an export: text, or seconds or milliseconds since 1970.

    A number too small for those is a year, or a date written without signs (20171221), and is read as text.
    """
    if value is None or value == "":
        return Reading()
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) >= EPOCH_SECONDS_FROM:
            return _read_epoch(value)
        value = f"{value:g}" if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False, default=str)
        return Reading(note=Note("date_unread", {"text": text[:MAX_DATE_CHARS]}))
    text = " ".join(strip_marks(value).split())
    if not text:
        return Reading()
    folded = fold(text[:MAX_DATE_CHARS])
    for read in (_read_digits, _read_iso, _read_mail, _read_parts):
        if (found := read(folded)) is not None:
            return found
    return Reading(note=Note("date_unread", {"text": text[:MAX_DATE_CHARS]}))


def read_date_line(line: str) -> DateLine | None:
    """Read a LINE of a page when a date is all it says, or a date beside a short rest after a separator."""
    if len(line) > MAX_DATE_CHARS or not any(character.isdigit() for character in line):
        return None
    rest = _Rest(line)
    match, reading = _first_full_date(rest.folded)
    if match:
        rest.cut(match.start(), match.end())
    if hijri := _HIJRI_DATE.search(rest.folded):
        rest.cut(hijri.start(), hijri.end())
        reading = _from_hijri(hijri) if match is None else _compared(reading, hijri)
    elif match is None:
        return None
    if clocks := _clocks(rest.folded):
        for clock in clocks:
            rest.cut(clock.start(), clock.end())
        reading = _with_clock(reading, clocks[0])
    published = not rest.cut_all(_UPDATE, "|")
    prefixed = re.search(rf"\b(?:{_PREFIX})(?![a-zء-ي])", rest.folded) is not None
    rest.cut_all(_ORNAMENT, " ")
    return DateLine(reading, rest.pieces(), prefixed, published)


def read_url_date(url: str) -> ReadDate | None:
    """Return the day in a web address that is made of days, such as /2017/12/21/…; None when it names none."""
    for match in _URL_DATE.finditer(url):
        if found := _date(int(match["year"]), int(match["month"]), int(match["day"])):
            return ReadDate(found, "day")
    return None


def parse_operator_date(text: str) -> ReadDate | None:
    """Read YYYY, YYYY-MM or YYYY-MM-DD, as an operator types it; None when it is none of them."""
    if not (match := re.fullmatch(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?", text.strip())):
        return None
    year, month, day = match.groups()
    found = _date(int(year), int(month or 1), int(day or 1))
    precision = "day" if day else "month" if month else "year"
    return ReadDate(found, precision) if found else None


class _Rest:
    """What is left of a line as dates and words are cut from it: folded for reading, and as printed, in step."""

    def __init__(self, line: str):
        self.printed = strip_marks(" ".join(line.split()))
        self.folded = fold(self.printed)
        if len(self.folded) != len(self.printed):
            self.printed = self.folded

    def cut(self, start: int, end: int, filling: str = "|") -> None:
        filled = filling * (end - start)
        self.folded = f"{self.folded[:start]}{filled}{self.folded[end:]}"
        self.printed = f"{self.printed[:start]}{filled}{self.printed[end:]}"

    def cut_all(self, pattern: re.Pattern, filling: str) -> bool:
        matches = list(pattern.finditer(self.folded))
        for match in matches:
            self.cut(match.start(), match.end(), filling)
        return bool(matches)

    def pieces(self) -> tuple[str, ...]:
        parts = (" ".join(part.split()).strip(_AROUND_PIECE) for part in _BETWEEN_PIECES.split(self.printed))
        return tuple(part for part in parts if part and not _DIRT_PIECE.fullmatch(fold(part)))


def _date(year: int, month: int, day: int) -> datetime | None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return datetime(year, month, day)  # noqa: DTZ001 - the zone is the source's, known to the loader
    except ValueError:
        return None


def _read_epoch(value: int | float) -> Reading:
    seconds = value / 1000 if abs(value) >= EPOCH_MILLISECONDS_FROM else value
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return Reading(note=Note("date_unread", {"text": str(value)[:MAX_DATE_CHARS]}))
    return _moment(moment) or Reading(note=Note("date_unread", {"text": str(value)}))


def _moment(moment: datetime) -> Reading | None:
    """A reading of a full date with a time; midnight to the second is a day without a time."""
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        return None
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return Reading(ReadDate(moment.replace(tzinfo=None, microsecond=0), "day"))
    return Reading(ReadDate(moment.replace(microsecond=0), "minute"))


def _read_digits(folded: str) -> Reading | None:
    """20171221101500: a day and a time in digits only; or seconds or milliseconds since 1970, of this century."""
    if re.fullmatch(r"1[0-8][0-9]{8}(?:[0-9]{3})?", folded):
        return _read_epoch(int(folded))
    if not (match := re.fullmatch(r"([12][0-9]{7})([0-2][0-9][0-5][0-9])([0-5][0-9])?", folded)):
        return None
    return _read_iso(f"{match[1]}t{match[2]}{match[3] or ''}")


def _read_iso(folded: str) -> Reading | None:
    if compact := _COMPACT_ISO.fullmatch(folded):
        clock = compact["clock"]
        spread = ":".join(clock[place : place + 2] for place in range(0, len(clock), 2))
        digits = compact["date"].replace("-", "")
        folded = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}t{spread}{compact['zone'] or ''}"
    if not re.match(r"[12][0-9]{3}-?[0-9]{2}-?[0-9]{2}", folded):
        return None
    if len(folded) == len("YYYY-MM-DD"):
        folded += "t00:00"
    try:
        return _moment(datetime.fromisoformat(folded.upper()))
    except ValueError:
        return None


def _read_mail(folded: str) -> Reading | None:
    """ "Thu, 21 Dec 2017 10:15:00 +0200", as feeds and mail write it."""
    if turned := _MAIL_TURNED.fullmatch(folded):
        folded = (
            f"{turned['day']} {turned['month']} {turned['year']} {turned['clock']} {turned['zone'] or ''}".strip()
        )
    elif not _MAIL.match(folded):
        return None
    try:
        return _moment(parsedate_to_datetime(folded))
    except (ValueError, TypeError, IndexError):
        return None


def _read_parts(folded: str) -> Reading | None:
    match, reading = _first_full_date(folded)
    hijri = _HIJRI_DATE.search(folded)
    if match is None and hijri:
        match, reading = hijri, _from_hijri(hijri)
    elif hijri:
        reading = _compared(reading, hijri)
    if match:
        rest = f"{folded[match.end() :]} | {folded[: match.start()]}"
        return _with_clock(reading, next(iter(_clocks(rest)), None))
    if short := _SHORT_YEAR.match(folded):
        year = int(short["year"]) + FIRST_SHORT_YEAR // 100 * 100
        year += 100 if year < FIRST_SHORT_YEAR else 0
        found = _date(year, month_number(short["month"]), int(short["day"]))
        clock = next(iter(_clocks(folded[short.end() :])), None)
        return _with_clock(Reading(ReadDate(found, "day")), clock) if found else None
    bare = " ".join(_ORNAMENT.sub(" ", folded).split()).strip(_AROUND_PIECE)
    if month := _MONTH_DATE.fullmatch(folded.strip()) or _MONTH_DATE.fullmatch(bare):
        return _from_match(month, "month")
    if numeric := _NUMERIC_MONTH.fullmatch(folded):
        found = _date(int(numeric["year"] or numeric["year_2"]), int(numeric["month"] or numeric["month_2"]), 1)
        return Reading(ReadDate(found, "month")) if found else None
    if (year := _YEAR_ALONE.fullmatch(bare)) and (found := _date(int(year["year"]), 1, 1)):
        return Reading(ReadDate(found, "year"))
    return None


def _first_full_date(folded: str) -> tuple[re.Match | None, Reading]:
    """The first date with a day in FOLDED that reads as one in our calendar, and what it says."""
    for pattern in _FULL_DATES:
        for match in pattern.finditer(folded):
            reading = _from_match(match, "day")
            if reading.date or reading.note:
                return match, reading
    return None, Reading()


def _from_match(match: re.Match, precision: str) -> Reading:
    parts = match.groupdict()
    month, twin = (month_number(parts.get(name)) for name in ("month", "twin"))
    if twin and twin != month:
        # Of which month it is nobody knows; the year is said once.
        found = _date(int(parts["year"]), 1, 1)
        note = Note("date_contradiction", {"text": match.group()})
        return Reading(ReadDate(found, "year") if found else None, note)
    day = int(parts.get("day") or 1)
    note = None
    if month > 12 >= day and parts.get("mark"):
        # 12/21/2017 can only be the American order; others of its source, such as 05/04/2017, do not show theirs.
        month, day, note = day, month, Note("date_month_first", {"text": match.group()})
    found = _date(int(parts["year"]), month, day)
    return Reading(ReadDate(found, precision), note) if found else Reading()


def _from_hijri(match: re.Match) -> Reading:
    """The day in our calendar. Countries that look for the moon may have had it a day earlier or later."""
    day, year = (int(match[name] or match[f"{name}_2"] or match[f"{name}_3"]) for name in ("day", "year"))
    number = match["month_2"] or match["month_3"]
    month = int(number) if number else hijri_month_number(match["name"])
    note = Note("date_hijri", {"text": match.group().strip()})
    found = hijri_day(year, month, day)
    return Reading(ReadDate(datetime.combine(found, time()), "day") if found else None, note)


def _compared(reading: Reading, hijri: re.Match) -> Reading:
    """READING, with a note when the Hijri date beside it is of another day than the moon can explain."""
    other = _from_hijri(hijri).date
    if reading.note or not reading.date or not other or abs((reading.date.value - other.value).days) <= MOON_DAYS:
        return reading
    return reading._replace(note=Note("date_calendars_differ", {"text": hijri.group().strip()}))


def _clocks(folded: str) -> list[re.Match]:
    """The times in FOLDED; «18:30 (15:30 غرينتش)» is one moment twice, and the one with its zone says more."""
    if clocks := list(_TIME.finditer(folded)):
        return sorted(clocks[:2], key=lambda clock: clock["zone"] is None)
    clock = _HOUR_ALONE.search(folded) or _HOUR_HALF.search(folded)
    return [clock] if clock else []


def _with_clock(reading: Reading, clock: re.Match | None) -> Reading:
    """READING with the time that CLOCK gives, where it is of a day."""
    day = reading.date
    if clock is None or day is None or day.precision != "day":
        return reading
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    half = clock["half"] or ""
    if half == "ليلا" and hour == 12:
        # Midnight: nobody says of which of the two days.
        return reading
    if hour < 12 and (half in _AFTERNOON or (half == "ظهرا" and hour <= 3) or (half == "ليلا" and hour >= 7)):
        # One to three at noon, and seven to eleven at night, belong to the day's second half.
        hour += 12
    elif half in _MORNING and hour == 12:
        hour = 0
    if hour > 23 or not (half or (hour, minute) != (0, 0)):
        return reading
    zone = _zone(clock["zone"] or "")
    moment = day.value.replace(hour=hour, minute=minute, second=int(clock["second"] or 0), tzinfo=zone)
    return Reading(ReadDate(moment, "minute"), reading.note)


def _zone(text: str) -> tzinfo | None:
    if not text:
        return None
    if place := next((name for name in _ZONE_OF_PLACE if text.endswith(name)), "السعوديه" if text == "ksa" else ""):
        return ZoneInfo(_ZONE_OF_PLACE[place])
    offset = re.search(r"([+-])([0-9]{1,2}):?([0-9]{2})?", text)
    if not offset:
        return UTC
    delta = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-delta if offset[1] == "-" else delta) if delta < timedelta(hours=15) else None


def is_future(moment: date) -> bool:
    """Is MOMENT, a date in any zone, surely after today?"""
    return moment > datetime.now(UTC).date() + timedelta(days=1)

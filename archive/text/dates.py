"""Dates and numbers as Arabic and English readers write them.

Unless the reader wants it otherwise (`archive.preferences`), Arabic pages use Arabic-Indic digits and name the month
twice, Levantine first: «٢١ كانون الأول (ديسمبر) ٢٠١٧».
"""

import re
from datetime import date, datetime, timedelta

from archive import preferences
from archive.preferences import Digits, Months
from archive.text.hijri import hijri_date

LEVANTINE_MONTHS = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip
EGYPTIAN_MONTHS = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
    "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
MAGHREBI_MONTHS = (
    "يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو",
    "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# By their places in a name: what stands first, and what may follow in parentheses.
_ARABIC_MONTHS = {
    Months.LEVANTINE_EGYPTIAN: (LEVANTINE_MONTHS, EGYPTIAN_MONTHS),
    Months.EGYPTIAN_LEVANTINE: (EGYPTIAN_MONTHS, LEVANTINE_MONTHS),
    Months.LEVANTINE: (LEVANTINE_MONTHS,),
    Months.EGYPTIAN: (EGYPTIAN_MONTHS,),
    Months.MAGHREBI: (MAGHREBI_MONTHS,),
}
ARABIC_HIJRI_MONTHS = (
    "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
    "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
)  # fmt: skip
ENGLISH_HIJRI_MONTHS = (
    "Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Thani", "Jumada al-Ula", "Jumada al-Akhira",
    "Rajab", "Shaban", "Ramadan", "Shawwal", "Dhu al-Qada", "Dhu al-Hijja",
)  # fmt: skip
ARABIC_WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

NBSP = "\u00a0"
LEFT_TO_RIGHT_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2066", "\u2069"
ISO_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?", re.ASCII)
_ARABIC_LETTER = re.compile("[\u0620-\u064a]")
_TO_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_TO_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)


def western_digits(text: str) -> str:
    """Return TEXT with its Arabic-Indic and Persian digits as 0 to 9."""
    return text.translate(_TO_WESTERN)


def format_number(value: int | float | str, language: str) -> str:
    """Return VALUE in the digits of LANGUAGE ("ar" or "en") or the reader's own, thousands apart from 10,000 on."""
    if isinstance(value, str):
        text = value
    elif abs(value) >= 10_000:
        text = f"{value:,}"
    else:
        text = str(value)
    if not _is_arabic_indic(language):
        return text
    return text.translate(_TO_ARABIC_INDIC).replace(",", "٬").replace(".", "٫")


def numbering_system(language: str) -> str:
    """Return "arab" or "latn", as Unicode's locales name the digits in which LANGUAGE is shown."""
    return "arab" if _is_arabic_indic(language) else "latn"


def _is_arabic_indic(language: str) -> bool:
    digits = preferences.active().digits
    return language == "ar" if digits is Digits.AUTO else digits is Digits.ARABIC


def format_year(year: int, language: str) -> str:
    """Return YEAR without a thousands separator."""
    return format_number(str(year), language)


def format_month(month: int, language: str) -> str:
    """Return the name of MONTH (1 to 12): «كانون الأول (ديسمبر)», another that the reader asks for, or "December"."""
    first, *others = _month_names(month, language)
    return f"{first} ({others[0]})" if others else first


def format_short_month(month: int, language: str) -> str:
    """Return the name of MONTH (1 to 12) once, for columns: «كانون الأول» or "December"."""
    return _month_names(month, language)[0]


def _month_names(month: int, language: str) -> list[str]:
    calendars = _ARABIC_MONTHS[preferences.active().months] if language == "ar" else (ENGLISH_MONTHS,)
    return [names[month - 1].replace(" ", NBSP) for names in calendars]


def format_date(
    value: date | datetime, language: str, *, precision: str = "day", weekday: bool = False, short: bool = False
) -> str:
    """Return VALUE to PRECISION ("minute", "day", "month", "year"), a datetime in the zone it carries.

    SHORT names the month once.
    """
    year = format_year(value.year, language)
    if precision == "year":
        return year
    month = format_short_month(value.month, language) if short else format_month(value.month, language)
    if precision == "month":
        return f"{month}{NBSP}{year}"
    # The one good line break is before the month in brackets; day and month, month and year stay together.
    text = f"{format_number(value.day, language)}{NBSP}{month}{NBSP}{year}"
    if weekday:
        names = ARABIC_WEEKDAYS if language == "ar" else ENGLISH_WEEKDAYS
        text = f"{names[value.weekday()]} {text}"
    if precision == "minute" and isinstance(value, datetime):
        clock = format_number(f"{value:%H:%M}", language)
        text = f"{text}{'،' if language == 'ar' else ','} {clock}"
    return text


def format_hijri(day: date, language: str) -> str:
    """Return DAY in the calendar of Umm al-Qura: «٣ ربيع الآخر ١٤٣٩ هـ»; empty beyond the years that it knows."""
    found = hijri_date(day)
    if not found:
        return ""
    names, era = (ARABIC_HIJRI_MONTHS, "هـ") if language == "ar" else (ENGLISH_HIJRI_MONTHS, "AH")
    month = names[found.month - 1].replace(" ", NBSP)
    return NBSP.join((format_number(found.day, language), month, format_year(found.year, language), era))


def iso_date(value: date | datetime, precision: str) -> str:
    """Return VALUE for `<time datetime>`: as much of it as PRECISION knows."""
    if precision == "year":
        return f"{value.year:04d}"
    if precision == "month":
        return f"{value.year:04d}-{value.month:02d}"
    if precision == "day" or not isinstance(value, datetime):
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    return value.isoformat(timespec="minutes")


def format_days(first: date, last: date, language: str) -> str:
    """Return the days FIRST to LAST in as few words as say them: a day, a month, a year, or first and last."""
    if precision := span_precision(first, last):
        return format_date(first, language, precision=precision, weekday=True)
    if (first.year, first.month) == (last.year, last.month):
        return f"{format_number(first.day, language)}–{format_date(last, language)}"
    return f"{format_date(first, language)} – {format_date(last, language)}"


def iso_days(first: date, last: date) -> str:
    """Return what `<time datetime>` can say of the days FIRST to LAST: their day, month or year; else nothing."""
    if first == last:
        return iso_date(first, "day")
    if first.year != last.year:
        return ""
    return iso_date(first, "month" if first.month == last.month else "year")


def span_precision(first: date, last: date) -> str:
    """Return "day", "month" or "year" where the days FIRST to LAST are all of one, else ""."""
    if first == last:
        return "day"
    following = last + timedelta(days=1)
    if first.day != 1 or following.day != 1:
        return ""
    months = (following.year - first.year) * 12 + following.month - first.month
    return "month" if months == 1 else "year" if months == 12 and first.month == 1 else ""


def isolate_dates(text: str) -> str:
    """Return TEXT, if it is Arabic, with marks around its ISO dates, which would else be shown day first."""
    if not _ARABIC_LETTER.search(text):
        return text
    return ISO_DATE.sub(rf"{LEFT_TO_RIGHT_ISOLATE}\g<0>{POP_DIRECTIONAL_ISOLATE}", text)

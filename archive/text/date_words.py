"""The words in which Arabic papers tell dates, folded: months, weekdays, ordinals, amounts and seasons.

Months by their Levantine, Egyptian and Gulf, Maghrebi, English and French names, and those of the Hijri year.
"""

import re
from collections.abc import Iterable

MONTHS = (
    "كانون الثاني|كانون ثاني|يناير|جانفي|january|jan|janvier",
    "شباط|فبراير|فبراءر|فيفري|february|feb|fevrier",
    "اذار|مارس|march|mar|mars",
    "نيسان|ابريل|افريل|april|apr|avril",
    "ايار|مايس|مايو|ماي|may|mai",
    "حزيران|يونيو|يونيه|جوان|june|jun|juin",
    "تموز|يوليو|يوليه|يوليوز|جويليه|july|jul|juillet",
    "اب|اغسطس|اوت|غشت|august|aug|aout",
    "ايلول|سبتمبر|شتنبر|september|sept|sep|septembre",
    "تشرين الاول|تشرين اول|اكتوبر|october|oct|octobre",
    "تشرين الثاني|تشرين ثاني|نوفمبر|نونبر|november|nov|novembre",
    "كانون الاول|كانون اول|ديسمبر|دجنبر|december|dec|decembre",
)
"""A name is only ever read beside a day, a year, or another word of time."""

MONTH_NUMBERS = {name: number for number, names in enumerate(MONTHS, 1) for name in names.split("|")}
MONTH_PATTERN = rf"(?:{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True)).replace(' ', ' +')})(?![a-zء-ي])"

HIJRI_MONTHS = (
    "(?:ال)?محرم(?: الحرام)?",
    "صفر(?: الخير)?",
    "ربيع (?:ال)?اول",
    "ربيع (?:ال)?(?:اخر|ثاني)",
    "جماد[ياه]? (?:ال)?(?:اولي|اول)",
    "جماد[ياه]? (?:ال)?(?:اخره|ثانيه|اخر|ثاني)",
    "رجب(?: المرجب| الفرد| الاصب)?",
    "شعبان(?: المعظم)?",
    "رمضان(?: المبارك| المعظم)?",
    "شوال(?: المكرم)?",
    "(?:ذ[ويا] ?)?(?:ال)?قعده",
    "(?:ذ[ويا] ?)?(?:ال)?حجه",
)
"""Patterns with the spellings and the epithets that papers print."""

HIJRI_MONTH_PATTERN = "|".join(HIJRI_MONTHS)
HIJRI_SIGN = r"(?: *(?:هجري[هة]?|ه)(?![ء-ي]))"

WEEKDAYS = ("الاثنين|الاتنين", "الثلاثاء|الثلثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "الاحد")
WEEKDAY_NUMBERS = {name: number for number, names in enumerate(WEEKDAYS) for name in names.split("|")}
"""From Monday, as Python counts."""

_UNITS_OF_ORDINALS = (
    "الحادي", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع",
)  # fmt: skip
ORDINALS = {
    name: number
    for number, names in enumerate(
        (
            "اول|الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر",
            *(f"{unit} عشر" for unit in _UNITS_OF_ORDINALS), "العشرين|العشرون",
            *(f"{unit} والعشرين|{unit} والعشرون" for unit in _UNITS_OF_ORDINALS), "الثلاثين|الثلاثون",
            "الحادي والثلاثين|الحادي والثلاثون",
        ),
        1,
    )
    for name in names.split("|")
}  # fmt: skip
HOURS = (
    "الواحده", "الثانيه", "الثالثه", "الرابعه", "الخامسه", "السادسه", "السابعه", "الثامنه", "التاسعه", "العاشره",
    "الحاديه عشره", "الثانيه عشره",
)  # fmt: skip

AMOUNTS = {
    name: number
    for number, names in {
        1: "واحد|واحده", 2: "اثنان|اثنين|اثنتين", 3: "ثلاثه|ثلاث", 4: "اربعه|اربع", 5: "خمسه|خمس", 6: "سته|ست",
        7: "سبعه|سبع", 8: "ثمانيه|ثماني|ثمان", 9: "تسعه|تسع", 10: "عشره|عشر", 11: "احد عشر|احدي عشره",
        12: "اثني عشر|اثنا عشر|اثنتي عشره", 13: "ثلاثه عشر|ثلاث عشره", 14: "اربعه عشر|اربع عشره",
        15: "خمسه عشر|خمس عشره", 16: "سته عشر|ست عشره", 17: "سبعه عشر|سبع عشره", 18: "ثمانيه عشر|ثماني عشره",
        19: "تسعه عشر|تسع عشره", 20: "عشرين|عشرون", 30: "ثلاثين|ثلاثون", 40: "اربعين|اربعون", 50: "خمسين|خمسون",
        60: "ستين|ستون", 70: "سبعين|سبعون", 80: "ثمانين|ثمانون", 90: "تسعين|تسعون", 100: "مءه|ماءه",
    }.items()
    for name in names.split("|")
}  # fmt: skip

SINGLE_UNITS = {
    name: unit
    for unit, names in {
        "minute": "دقيقه", "hour": "ساعه", "day": "يوم|يوما", "week": "اسبوع|اسبوعا", "month": "شهر|شهرا",
        "year": "سنه|عام|عاما",
    }.items()
    for name in names.split("|")
}  # fmt: skip
PAIRS_OF_UNITS = {
    name: unit
    for unit, names in {
        "minute": "دقيقتين|دقيقتان", "hour": "ساعتين|ساعتان", "day": "يومين|يومان", "week": "اسبوعين|اسبوعان",
        "month": "شهرين|شهران", "year": "سنتين|عامين|سنتان|عامان",
    }.items()
    for name in names.split("|")
}  # fmt: skip
MANY_UNITS = {
    name: unit
    for unit, names in {
        "minute": "دقاءق", "hour": "ساعات", "day": "ايام", "week": "اسابيع", "month": "اشهر|شهور",
        "year": "سنوات|اعوام|سنين",
    }.items()
    for name in names.split("|")
}  # fmt: skip
UNITS = SINGLE_UNITS | PAIRS_OF_UNITS | MANY_UNITS

SEASONS = {"ربيع": (3, 5), "صيف": (6, 8), "خريف": (9, 11), "شتاء": (12, 2)}
"""First and last month; a winter ends in the year after the one it is called by."""

DECADES = {
    "عشرين": 20, "ثلاثين": 30, "اربعين": 40, "خمسين": 50, "ستين": 60, "سبعين": 70, "ثمانين": 80, "تسعين": 90,
}  # fmt: skip


def month_number(name: str | None) -> int:
    """The number of the month that NAME is, or says in digits; 0 for none."""
    if not name:
        return 0
    return int(name) if name.isdigit() else MONTH_NUMBERS[" ".join(name.split())]


def hijri_month_number(name: str) -> int:
    """The number of the Hijri month NAME; 0 for none."""
    name = " ".join(name.split())
    return next((number for number, pattern in enumerate(HIJRI_MONTHS, 1) if re.fullmatch(pattern, name)), 0)


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of WORDS, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))

"""Who wrote an article and where, from the lines and fields that say so."""

import re

from archive.ingest.furniture import compile_folded
from archive.text.normalize import words

MAX_AUTHOR_CHARS = 120
MAX_AUTHOR_WORDS = 10
MAX_BARE_BYLINE_WORDS = 4

_BYLINE = re.compile(
    r"^(?P<label>بقلم|كتبها|كتبه|كتبت|كتب|إعداد|اعداد|تحرير|تقرير|ترجمة|حوار|متابعة|الكاتب|الكاتبة|المحرر|by)"
    r"(?P<mark>\s*[:/|–—-]+\s*|\s+)(?P<name>\S.*)$",
    re.IGNORECASE,
)
_SURE_LABELS = frozenset({"بقلم", "الكاتب", "الكاتبة", "المحرر"})
_NOT_IN_A_NAME = re.compile(r"[\d|؟?!]|\.\s*$")
_AROUND_NAME = " \t:：،,؛;.-–—_|/*•"
_BETWEEN_NAMES = re.compile(r"\s*[،,؛;&]\s*")
_PARTS = re.compile(r"\s*:\s*|\s*[-–—]+\s*")
_BRACKETED = re.compile(r"(?P<name>[^()]+)\((?P<place>[^()]+)\)")

_AGENCY = compile_folded(
    "رويترز|ا ف ب|افب|فرانس برس|الفرنسية|وكالة الصحافة الفرنسية|ا ب|اسوشيتد ?برس|د ب ا|الالمانية|وكالات|الاناضول|سبوتنيك"
    "|قنا|واس|وام|كونا|بترا|سانا|واع|سبا|وفا|بنا|ا ش ا|نوفوستي|شينخوا|تاس|خاص|مراسلنا|(?:مراسل|مكتب) .*"
)

# Where newspapers write from. A line that names one of them beside an author or a date is a dateline.
_PLACE_NAMES = (
    "بيروت|دمشق|حلب|حمص|حماة|اللاذقية|القاهرة|الإسكندرية|الرياض|جدة|الدمام|مكة|مكة المكرمة|"
    "المدينة المنورة|أبها|تبوك|بريدة|حائل|نجران|جازان|الأحساء|الطائف|الباحة|عرعر|الكويت|الدوحة|المنامة|"
    "مسقط|أبوظبي|أبو ظبي|دبي|الشارقة|صنعاء|عدن|تعز|بغداد|أربيل|البصرة|الموصل|كركوك|عمّان|القدس|"
    "القدس المحتلة|غزة|رام الله|نابلس|الخليل|تل أبيب|الخرطوم|أم درمان|طرابلس|بنغازي|تونس|الجزائر|الرباط|"
    "الدار البيضاء|مراكش|فاس|طنجة|نواكشوط|مقديشو|جيبوتي|إسطنبول|أنقرة|طهران|موسكو|واشنطن|نيويورك|لندن|"
    "باريس|برلين|بروكسل|جنيف|فيينا|روما|مدريد|أثينا|بكين|طوكيو|سول|نيودلهي|إسلام آباد|كابول|آستانة|سوتشي|"
    "كييف|وارسو|لاهاي|ستوكهولم|أوسلو|كوبنهاغن|زوريخ|جاكرتا|بانكوك|كوالالمبور|سيدني|ميلانو|برشلونة|"
    "أديس أبابا|نيروبي|بوينس آيرس|هلسنكي"
)
_PLACES = frozenset(words(name) for name in _PLACE_NAMES.split("|"))


def is_place(text: str) -> bool:
    return words(text) in _PLACES


def is_agency(text: str) -> bool:
    return _AGENCY.fullmatch(words(text)) is not None


def author_of_line(line: str) -> str:
    """Return the name in a LINE of a page that only names its author («بقلم: …»), or ""."""
    match = _BYLINE.match(line) if len(line) <= MAX_AUTHOR_CHARS * 2 else None
    if not match:
        return ""
    name = match["name"].strip(_AROUND_NAME)
    count = len(name.split())
    sure = match["label"] in _SURE_LABELS or match["mark"].strip()
    limit = MAX_AUTHOR_WORDS if sure else MAX_BARE_BYLINE_WORDS
    if not 0 < count <= limit or len(name) > MAX_AUTHOR_CHARS or _NOT_IN_A_NAME.search(match["name"]):
        return ""
    return name


def dateline(line: str) -> tuple[str, str] | None:
    """Return the place and the author of a LINE that is nothing but them: «بيروت - رويترز», «رويترز (دبي)»; or None."""
    if len(line) > MAX_AUTHOR_CHARS:
        return None
    if bracketed := _BRACKETED.fullmatch(line.strip(_AROUND_NAME)):
        name, place = bracketed["name"].strip(_AROUND_NAME), bracketed["place"].strip(_AROUND_NAME)
        return (place, name) if is_place(place) and len(name.split()) <= MAX_BARE_BYLINE_WORDS else None
    parts = [part.strip(_AROUND_NAME + '()«»"') for part in _PARTS.split(line.strip(_AROUND_NAME), maxsplit=2)]
    if len(parts) == 1 and is_place(parts[0]):
        return parts[0], ""
    if len(parts) != 2 or not all(parts):
        return None
    for place, name in (parts, parts[::-1]):
        if is_place(place) and not is_place(name) and len(name.split()) <= MAX_BARE_BYLINE_WORDS:
            return place, name
    return None


def authors_of_field(value: str) -> tuple[tuple[str, ...], str]:
    """Return the names in an author field, and the place it names: («صادق …»,), «الأحساء» for «الأحساء - صادق …:»."""
    text, place = value.strip(_AROUND_NAME), ""
    if found := dateline(text):
        place, text = found
    names = (name.strip(_AROUND_NAME) for name in _BETWEEN_NAMES.split(text))
    return tuple(dict.fromkeys(name for name in names if words(name))), place

"""Who wrote an article and where, from the lines and fields that say so."""

import re
from typing import NamedTuple

from archive.ingest.furniture import compile_folded
from archive.text.normalize import words

MAX_AUTHOR_CHARS = 120
MAX_AUTHOR_WORDS = 12
MAX_BARE_BYLINE_WORDS = 4

_BYLINE = re.compile(
    r"^(?P<label>بقلم|كتبها|كتبه|كتبت|كتب|إعداد|اعداد|تحرير|تقرير|ترجمة|حوار|متابعة|الكاتب|الكاتبة|المحرر|by)"
    r"(?P<mark>\s*[:/|–—-]+\s*|\s+)(?P<name>\S.*)$",
    re.IGNORECASE,
)
_SURE_LABELS = frozenset({"بقلم", "الكاتب", "الكاتبة", "المحرر"})
_NOT_IN_A_NAME = re.compile(r"[\d|؟?!]|\.\s*$")
_AROUND_NAME = " \t:：،,؛;.-–—_|/*•"
_BETWEEN_NAMES = re.compile(r"\s*[،,؛;&]\s*(?![^()]*\))")
_PARTS = re.compile(r"\s*:\s*|\s*[-–—]+\s*")
_DASHES = re.compile(r"\s*[-–—_ـ]+\s+|\s+[-–—_ـ]+\s*|[-–—]+")
_FIELD_PARTS = re.compile(rf"\s*:\s*|{_DASHES.pattern}")
_BETWEEN_PLACES = re.compile(rf"\s*[،,/]\s*|{_DASHES.pattern}")
_BRACKETED = re.compile(r"(?P<name>[^()]+)\((?P<place>[^()]+)\)")
_ENCLOSING = {"(": ")", "«": "»", '"': '"', "“": "”", "{": "}", "[": "]"}
_FIELD_LABEL = re.compile(
    r"(?:بقلم|كتبها|كتبه|كتبت|كتب|إعداد|اعداد|تحرير|تقرير|تحقيق|تحليل|ترجمة|حوار|لقاء|حاوره|حاورته|حاورها|متابعة|تصوير"
    r"|عدسة|الكاتب|الكاتبة|المحرر|المصدر|مصدر|by)",
    re.IGNORECASE,
)
_LABELLED = re.compile(rf"^(?:(?:بقلم|by)\s+|{_FIELD_LABEL.pattern}\s*[:/|–—-]+\s*)", re.IGNORECASE)
_STRANGE = re.compile(r"(?<!\w)\d|[؟?!{}|]")

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


NamesAndPlaces = tuple[list[str], list[str]]


class Byline(NamedTuple):
    """What an author field says; STRANGE is what in it is no name."""

    names: tuple[str, ...]
    place: str
    strange: tuple[str, ...] = ()


def read_author_field(value: str) -> Byline:
    """Return the names in an author field and the places it names: «الأحساء - صادق …:», «رويترز (دبي)»."""
    names: dict[str, None] = {}
    places: dict[str, None] = {}
    for piece in _BETWEEN_NAMES.split(_bare(value)):
        found_names, found_places = _names_and_places(_LABELLED.sub("", _bare(piece)))
        names.update(dict.fromkeys(filter(words, found_names)))
        places.update(dict.fromkeys(found_places))
    strange = tuple(name for name in names if len(words(name).split()) > MAX_AUTHOR_WORDS or _STRANGE.search(name))
    return Byline(tuple(name for name in names if name not in strange), "، ".join(places), strange)


def _names_and_places(text: str) -> NamesAndPlaces:
    """What is not understood is one name as it stands."""
    if is_place(text):
        return [], [text]
    for read in (_bracketed_places, _correspondents, _parts, _from_place):
        if found := read(text):
            return found
    return [_bare(text)], []


def _bracketed_places(text: str) -> NamesAndPlaces | None:
    """«منى الخوري (جدة) سامر الحداد (حائل)»: one place known vouches for the others."""
    found = list(_BRACKETED.finditer(text))
    names = [_bare(match["name"]) for match in found]
    places = [_bare(place) for match in found for place in _BETWEEN_PLACES.split(match["place"])]
    is_told = any(map(is_place, places)) or (len(names) == 1 and is_agency(names[0]))
    return (names, places) if is_told and _are_names(names) and not _bare(_BRACKETED.sub("", text)) else None


def _correspondents(text: str) -> NamesAndPlaces | None:
    """«صنعاء: منى الخوري - عدن: سامر الحداد», «لندن - طرابلس: الصحيفة»."""
    if text.count(":") == 1:
        return _correspondent(text)
    pieces = [_correspondent(piece) for piece in _DASHES.split(text)]
    if not all(pieces):
        return None
    return [name for names, _ in pieces for name in names], [place for _, places in pieces for place in places]


def _correspondent(text: str) -> NamesAndPlaces | None:
    before, _, after = text.partition(":")
    places, name = [_bare(place) for place in _DASHES.split(before)], _bare(after)
    # One place known vouches for one other; beside more than that it is the place of a person or of a paper.
    known = sum(is_place(place) for place in places)
    is_told = known == len(places) or (len(places) == 2 and known) or (len(places) == 1 and is_agency(name))
    if is_told and ":" not in after and not _DASHES.search(name) and _are_names([name, *places]):
        return [name], places
    return None


def _parts(text: str) -> NamesAndPlaces | None:
    """«حائل - الصحيفة - منى الخوري»."""
    parts = [part for part in map(_bare, _FIELD_PARTS.split(text)) if part and not _FIELD_LABEL.fullmatch(part)]
    places = [part for part in parts if is_place(part)]
    names = [part for part in parts if part not in places]
    return (names, places) if len(parts) > 1 and places and _are_names(names) else None


def _from_place(text: str) -> NamesAndPlaces | None:
    """«منى الخوري من الدمام»."""
    name, _, place = text.rpartition(" من ")
    name, place = _bare(name), _bare(place)
    return ([name], [place]) if is_place(place) and _are_names([name]) else None


def _are_names(texts: list[str]) -> bool:
    return all(0 < len(text.split()) <= MAX_BARE_BYLINE_WORDS for text in texts)


def _bare(text: str) -> str:
    """TEXT without the punctuation around it, and without brackets or quotation marks that enclose all of it."""
    text = text.strip(_AROUND_NAME)
    while len(text) > 1 and _ENCLOSING.get(text[0]) == text[-1] and text[-1] not in text[1:-1]:
        text = text[1:-1].strip(_AROUND_NAME)
    return text

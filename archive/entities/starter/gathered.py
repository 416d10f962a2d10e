"""Names from open sources, cleaned: cities of GeoNames, people, clubs, universities and provinces of ArWikiCats."""

import re
from collections.abc import Iterator, Mapping, Sequence

from archive.entities.starter.handwritten import words_of
from archive.entities.starter.listing import ORGANISATION, PERSON, PLACE, StarterName
from archive.text.normalize import words

BIG_CITY = 100_000
ARAB_TOWN = 15_000
"""So many people live in a city of the list, and in one of an Arab country."""

ARAB_COUNTRIES = frozenset(words_of("SY LB JO IQ PS SA AE QA KW BH OM YE EG SD LY TN DZ MA MR SO DJ KM EH"))

Tables = Mapping[str, Mapping[str, str]]
City = Mapping[str, object]

_ARABIC = re.compile(r"[ء-غف-ي]+(?:[ -][ء-غف-ي]+)*")
# Spellings of Uighur, Kurdish, Persian and Urdu that have no letter which Arabic has not.
_NOT_ARABIC = re.compile(r"\bئ|ؤ\b|ؤو|ى\B|اا|وو|(.)\1\1")
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)")
_REGION = re.compile(r"^(?:محافظة|منطقة|إقليم|ولاية|مقاطعة|إمارة|قضاء|جهة) ")
_REGION_LATIN = re.compile(r"\b(?:province|governorate|region|state|oblast|prefecture|emirate|krai|department)\b")
_PERSON_LATIN = re.compile(r"[^\W\d_'’.-]+(?:[ '’.-]+[^\W\d_]+)*\.?")
_NO_PERSON = re.compile(
    r"\b(?:of|the|and|family|brothers|murder|death|trial|dynasty|saint|mary|band|group|jesus|god|gospel|lady|sir|works|films|songs|albums)\b"
)
_NO_PERSON_ARABIC = re.compile(r"^(?:مقتل|وفاة|عائلة|محاكمة|القديس|القديسة|سلالة|فرقة|جريمة|قضية|الإله|يسوع|ليدي)\b")
_SMALL = frozenset(
    words_of("of the de la du des von van der den ten ter bin ibn and da do dos di del della al el y le e zu")
)


def cities_of(cities: Sequence[City], wiki: Tables) -> Iterator[StarterName]:
    """The cities that are big enough, the biggest first, in the Arabic letters that seem best known."""
    named = {key: _bare(value) for table in ("yy2", "cities_full") for key, value in wiki[table].items()}
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        arab = city["countrycode"] in ARAB_COUNTRIES
        if city["population"] < (ARAB_TOWN if arab else BIG_CITY):
            continue
        spellings = [name for name in city["alternatenames"] if _is_arabic(name)]
        known = named.get(city["name"].lower(), "")
        # Of cities of one name, the tables know the best known only.
        if known and _is_arabic(known) and (not spellings or words(known) in map(words, spellings)):
            spellings = [known, *spellings]
        if spellings:
            best = spellings[0] if spellings[0] == known else max(spellings, key=_carefulness)
            yield StarterName(PLACE, best, city["name"], round(city["latitude"], 3), round(city["longitude"], 3))


def people_of(wiki: Tables) -> Iterator[StarterName]:
    for english, arabic in wiki["peoples"].items():
        name = _bare(arabic)
        if " " not in name or not _is_arabic(name) or _NO_PERSON_ARABIC.search(name):
            continue
        if _PERSON_LATIN.fullmatch(english) and " " in english and not _NO_PERSON.search(english):
            yield StarterName(PERSON, name, capitalised(english))


def clubs_of(wiki: Tables) -> Iterator[StarterName]:
    """Clubs of more words than one: a single word is a city's or an ordinary one."""
    for english, arabic in wiki["Clubs_key"].items():
        name = _bare(arabic)
        if " " in name and _is_arabic(name) and not re.search(r"لاعبو|مدربو|لاعبات|مواسم", name):
            yield StarterName(ORGANISATION, name, capitalised(english))


def universities_of(wiki: Tables) -> Iterator[StarterName]:
    for table in ("keys2", "keys2_py", "yy2"):
        for english, arabic in wiki[table].items():
            name = _bare(arabic)
            if (
                name.startswith("جامعة ")
                and _is_arabic(name)
                and re.search(r"\b(?:university|université)\b", english)
            ):
                yield StarterName(ORGANISATION, name, capitalised(english))


def regions_of(wiki: Tables) -> Iterator[StarterName]:
    """Provinces and the like: what they are called without محافظة is most often a city's name."""
    for table in ("popopo", "New_Keys", "P17_PP", "regions", "regions2", "India_dd"):
        for english, arabic in wiki.get(table, {}).items():
            name = _bare(arabic)
            if _REGION.match(name) and _is_arabic(name) and _REGION_LATIN.search(english):
                yield StarterName(PLACE, name, capitalised(english))


def capitalised(english: str) -> str:
    """A name in ENGLISH small letters as it is written: Charles de Gaulle."""
    parts = re.split(r"([ -])", english)
    return "".join(part if number and part in _SMALL else _capital(part) for number, part in enumerate(parts))


def _capital(word: str) -> str:
    if re.fullmatch(
        r"(?:[a-z]\.)+[a-z]?|[ivx]{2,}|ce|ud|sd|rcd|se|bk|kk|sk|fc|sc|cf|fk|ac|as|rc|bc|hc|afc|ofk|nk|cd|ca|sv|vfb|vfl|psv|ssv|uc|us",
        word,
    ):
        return word.upper()
    for prefix in ("mc", "o'", "d'"):
        if word.startswith(prefix) and len(word) > len(prefix) + 2:
            return prefix.capitalize() + word[len(prefix) :].capitalize()
    return word[:1].upper() + word[1:]


def _is_arabic(name: str) -> bool:
    return bool(_ARABIC.fullmatch(name)) and not _NOT_ARABIC.search(name) and len(name) > 2


def _bare(name: str) -> str:
    return _IN_BRACKETS.sub("", name).strip()


def _carefulness(name: str) -> tuple[int, int]:
    """Of two spellings, that with its hamzas and its teh marbuta is the newspapers'; then the shorter."""
    return sum(letter in "أإآؤئةى" for letter in name), -len(name)

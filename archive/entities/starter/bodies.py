"""Ministries and other bodies of states, made from the adjectives of countries: وزارة الخارجية الكازاخية."""

from collections.abc import Iterator
from typing import NamedTuple

from archive.entities.starter.handwritten import Country, words_of
from archive.entities.starter.listing import ORGANISATION, StarterName


class Body(NamedTuple):
    """A body that states have. {m} and {f} stand for the country's adjective, {c} for its name.

    NAME comes first; SHORT ones mean it as well. LATIN has the country's name in Latin letters as {c}.
    """

    latin: str
    name: str
    short: tuple[str, ...] = ()


def _ministry(latin: str, field: str, *short: str) -> Body:
    return Body(f"Ministry of {latin} of {{c}}", f"وزارة {field} {{f}}", short)


BODIES = (
    _ministry("Foreign Affairs", "الخارجية", "الخارجية {f}", "وزارة خارجية {c}"),
    _ministry("Defence", "الدفاع", "وزارة الحرب {f}", "وزارة دفاع {c}"),
    _ministry("the Interior", "الداخلية", "الداخلية {f}", "وزارة داخلية {c}"),
    _ministry("Finance", "المالية", "وزارة الخزانة {f}"),
    _ministry("Health", "الصحة"),
    _ministry("Justice", "العدل"),
    _ministry("Education", "التعليم", "وزارة التربية {f}", "وزارة التربية والتعليم {f}", "وزارة المعارف {f}"),
    _ministry("Economy", "الاقتصاد", "وزارة الاقتصاد والتجارة {f}"),
    Body("Parliament of {c}", "البرلمان {m}", ("مجلس النواب {m}", "برلمان {c}")),
    Body("Government of {c}", "الحكومة {f}", ("مجلس الوزراء {m}", "حكومة {c}")),
    Body("Presidency of {c}", "الرئاسة {f}"),
    Body("Armed forces of {c}", "الجيش {m}", ("القوات المسلحة {f}", "جيش {c}")),
    Body("Police of {c}", "الشرطة {f}"),
    Body("Central bank of {c}", "البنك المركزي {m}", ("المصرف المركزي {m}", "المركزي {m}")),
    Body("Supreme court of {c}", "المحكمة العليا {f}"),
    Body(
        "{c} national football team", "المنتخب {m}", ("منتخب {c}", "المنتخب {m} لكرة القدم", "منتخب {c} لكرة القدم")
    ),
    Body("Football association of {c}", "الاتحاد {m} لكرة القدم"),
    Body("Olympic committee of {c}", "اللجنة الأولمبية {f}", ("الأولمبية {f}",)),
)
"""Those of every country."""

MORE_BODIES = (
    _ministry("Information", "الإعلام"),
    _ministry("Culture", "الثقافة", "وزارة الثقافة والإعلام {f}"),
    _ministry("Agriculture", "الزراعة", "وزارة الزراعة والري {f}"),
    _ministry("Industry", "الصناعة", "وزارة التجارة والصناعة {f}", "وزارة الصناعة والتجارة {f}"),
    _ministry("Trade", "التجارة"),
    _ministry("Transport", "النقل", "وزارة النقل والمواصلات {f}"),
    _ministry("Energy", "الطاقة", "وزارة الكهرباء {f}", "وزارة الكهرباء والطاقة {f}"),
    _ministry("Oil", "النفط", "وزارة البترول {f}", "وزارة البترول والثروة المعدنية {f}"),
    _ministry("the Environment", "البيئة"),
    _ministry("Tourism", "السياحة", "وزارة السياحة والآثار {f}"),
    _ministry("Labour", "العمل", "وزارة العمل والشؤون الاجتماعية {f}"),
    _ministry("Housing", "الإسكان"),
    _ministry("Higher Education", "التعليم العالي", "وزارة التعليم العالي والبحث العلمي {f}"),
    _ministry("Islamic Affairs", "الأوقاف", "وزارة الأوقاف والشؤون الإسلامية {f}", "وزارة الشؤون الإسلامية {f}"),
    Body("Senate of {c}", "مجلس الشيوخ {m}"),
    Body("Intelligence service of {c}", "المخابرات {f}", ("الاستخبارات {f}", "جهاز المخابرات {m}")),
    Body("Air force of {c}", "القوات الجوية {f}", ("سلاح الجو {m}",)),
    Body("Navy of {c}", "القوات البحرية {f}", ("البحرية {f}", "سلاح البحرية {m}")),
    Body("Public prosecution of {c}", "النيابة العامة {f}", ("الادعاء العام {m}",)),
    Body("Civil defence of {c}", "الدفاع المدني {m}"),
    Body("{c} Handball Federation", "الاتحاد {m} لكرة اليد"),
    Body("{c} Basketball Federation", "الاتحاد {m} لكرة السلة"),
)
"""And those of countries that Arab newspapers write of most."""

WITH_MORE = frozenset(
    words_of(
        """SY LB JO IQ PS SA AE QA KW BH OM YE EG SD LY TN DZ MA MR SO DJ KM TR IR IL AF PK IN CN JP KR KP ID MY RU UA
        GB FR DE IT ES PT GR SE NL BE CH AT PL HU NG ET KE ZA ER TD ML NE SN SS US CA MX BR AR VE AU"""
    )
)

LANDLOCKED = frozenset(words_of("AF CH AT HU ET ML NE TD SS"))
ONLY_IN = {
    "وزارة الحرب {f}": frozenset(words_of("EG IL US GB FR DE IT RU JP")),
    "وزارة النفط {f}": frozenset(words_of("SY IQ SA AE QA KW BH OM YE EG SD SS LY IR IN PK VE NG NE TD")),
    "وزارة الأوقاف {f}": frozenset(words_of("SY JO IQ PS SA AE QA KW BH OM YE EG SD LY DZ MA MR SO DJ KM AF PK")),
    "مجلس الشيوخ {m}": frozenset(words_of("EG MR SO PK AF JP MY FR IT ES NL BE PL ZA NG KE SN US CA MX BR AR VE AU")),
    "القوات البحرية {f}": WITH_MORE - LANDLOCKED,
}
"""The states that have, or had, what not all have; of others it would be an invention."""


def bodies_of(country: Country, country_latin: str) -> Iterator[StarterName]:
    """The bodies of the state of COUNTRY, by each of its adjectives."""
    if not country.adjectives:
        return
    bodies = BODIES + MORE_BODIES if country.code in WITH_MORE else BODIES
    for body in bodies:
        if not _has(country, body.name):
            continue
        names = [
            pattern.format(m=definite(adjective), f=definite(adjective, feminine=True), c=country.name)
            for pattern in (body.name, *body.short)
            if _has(country, pattern)
            for adjective in country.adjectives
        ]
        name, *spellings = dict.fromkeys(names)
        yield StarterName(ORGANISATION, name, body.latin.format(c=country_latin), spellings=tuple(spellings))


def _has(country: Country, pattern: str) -> bool:
    return pattern not in ONLY_IN or country.code in ONLY_IN[pattern]


def definite(adjective: str, *, feminine: bool = False) -> str:
    """A country's ADJECTIVE with the article, as it follows الوزير or, FEMININE, الوزارة: الكورية الشمالية."""
    words = adjective.split()
    if words[0] == "جنوب":  # جنوب أفريقي: one word of two, which takes one article and one ending.
        return f"ال{adjective}{'ة' if feminine else ''}"
    return " ".join(f"ال{word}{_feminine(word) if feminine else ''}" for word in words)


def _feminine(word: str) -> str:
    return "ة" if word[-1] in "يّ" else ""


def forms_beside_noun(adjective: str) -> Iterator[str]:
    """Every form in which the words of ADJECTIVE may stand beside a noun in the singular."""
    for word in adjective.split():
        if word.endswith("ي"):
            yield from (word, f"{word}ة", f"ال{word}", f"ال{word}ة")

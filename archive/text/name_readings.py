"""A name that was typed, in the words that it may be written in elsewhere: joined, apart, without the article."""

import re
from collections.abc import Iterator

from archive.text.normalize import words

MAX_WORDS = 8
MAX_READINGS = 6
SHORT_LETTERS = 3
"""So short a word may stand joined to the next: De Mistura, ديمستورا."""

MIN_PART_LETTERS = 3

_PARTICLES = """
al el ul il ol de di da do du del della der den dem des van von le la los las dos af av zu e y i
bin ben ibn bint abu abd um umm ould
دي دو دا دل ديل دير دين فان فون لو لا ال بن ابن بنت ابو ابي ابا عبد ام ولد
"""
PARTICLES = frozenset(_PARTICLES.split())
"""Words of names that say little of whose name it is."""

_APOSTROPHES = re.compile("['’‘ʼʻ`´′]")
_ARTICLE = re.compile(r"\b(?:[aeiu][lnrstdz]|[aeu]sh|[ae]th|[ae]dh)-(?=\w)", re.IGNORECASE)
"""The Arabic article in Latin letters, also as it is spoken: el-Sisi, as-Sadr, ez-Zor."""

_ARABIC_ARTICLE = re.compile(r"\bال(?=\w\w)")
_LATIN_ARTICLES = frozenset({"al", "el", "ul", "il"})
_BEGINNING = re.compile("(?P<abd>abd|عبد)(?:[aeiou]{1,2}(?:l|(?=([rsntdz])\\2))?)?(?P<rest>(?=.{3}).+)")
_FIRST_PART = re.compile("(abou|abu|bou|ibn|bin|ben|de|di|da|du|le|van|ابو|ابن|بن|دي|دو|دا|فان)(.{3,})")
_LAST_PART = re.compile(
    "(?P<allah>(?:a|u|i)?llah|الله)|(?P<din>(?:[aeou]dd?|d)[eiy]+ne?|الدين)|(?P<oglu>o[gğ]?h?l[uoy]|اوغلو|اوغلي)"
    "|(?P<zadeh>zad[ae]h?|زاده)|(?P<nejad>n[ei]z?[hj]ad|نجاد)"
)
_MUHAMMAD = "mohamad mohamed mohammad mohammed mohamud mohd muhamad muhamed muhammad muhammed muhammet"
"""The commonest name there is, in the ways it is written: every letter of it but three may be another, or missing."""

_GOD = ("lah", "llah", "allah", "ullah")
_LAST_PARTS = {"allah": "الله", "din": "الدين", "oglu": "اوغلو", "zadeh": "زاده", "nejad": "نجاد"}
_SPELT = {
    **dict.fromkeys(("abd", "abdel", "abdul", "abdal", "abdol", "abdil", "abdou"), "عبد"),
    **dict.fromkeys(("abu", "abou", "abo", "aboul", "abul"), "ابو"),
    **dict.fromkeys(_GOD, "الله"),
    **dict.fromkeys(("bin", "ben", "ibn"), "بن"),
    **dict.fromkeys(_MUHAMMAD.split(), "محمد"),
}
"""Parts of names that are known in either script: as a word of its own, or at one end of a word."""

_SPLIT = re.compile("(?<=[aeiouyngr])(?=[^aeiouy])")

Reading = tuple[str, ...]


def readings(text: str) -> list[Reading]:
    """Return TEXT as folded words, in the ways a name may be written: at most MAX_READINGS, as typed first."""
    typed = _folded(text)[:MAX_WORDS]
    plain = tuple(_SPELT.get(word, word) for word in _without_articles(typed))
    apart = tuple(part for word in plain for part in _known_parts(word))
    found = [plain, apart, tuple(part for word in apart for part in _first_apart(word)), *_joined(plain)]
    return [reading for reading in dict.fromkeys(found) if reading][:MAX_READINGS]


def bare_words(name: str) -> list[str]:
    """The folded words of NAME without the article, in Arabic letters or Latin ones; ألبانيا has none."""
    return _without_articles(_folded(_ARABIC_ARTICLE.sub("", name)))


def split_readings(reading: Reading) -> Iterator[Reading]:
    """Yield READING with its longest word in two, wherever a syllable of it ends: Jinping is جين بينغ."""
    longest = max(reading, key=len)
    place = reading.index(longest)
    for match in _SPLIT.finditer(longest):
        parts = longest[: match.start()], longest[match.start() :]
        if min(map(len, parts)) >= MIN_PART_LETTERS:
            yield (*reading[:place], *parts, *reading[place + 1 :])


def _folded(name: str) -> list[str]:
    return words(_APOSTROPHES.sub("", _ARTICLE.sub("al-", name))).split()


def _without_articles(typed: list[str]) -> list[str]:
    kept = [word for word in typed if word not in _LATIN_ARTICLES]
    return kept or typed


def _known_parts(word: str) -> tuple[str, ...]:
    """WORD in the parts that are written apart in Arabic: Abdulaziz, Nasrallah, Davutoglu."""
    if (match := _BEGINNING.fullmatch(word)) and word != "عبد":
        rest = match["rest"]
        return "عبد", "الله" if rest in _GOD else rest
    for start in range(2, len(word) - 2):
        if match := _LAST_PART.fullmatch(word, start):
            return word[:start], _LAST_PARTS[match.lastgroup]
    return (word,)


def _first_apart(word: str) -> tuple[str, ...]:
    match = _FIRST_PART.fullmatch(word)
    return (_SPELT.get(match[1], match[1]), match[2]) if match else (word,)


def _joined(plain: Reading) -> Iterator[Reading]:
    """Yield PLAIN with two words as one, where one is short or says little."""
    for place in range(len(plain) - 1):
        pair = plain[place : place + 2]
        if any(len(word) <= SHORT_LETTERS or word in PARTICLES for word in pair):
            yield (*plain[:place], "".join(pair), *plain[place + 2 :])

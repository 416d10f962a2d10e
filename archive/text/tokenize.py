"""Words of a text with their offsets, and their stems. The SQL twins are `arabic_forms_v3` and its parts."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from archive.text.normalize import MARK_RANGES, RUN_RANGES, words
from archive.text.remembered import Remembered

_RUN = re.compile(f"[{RUN_RANGES}]+")
# Tashkeel belongs to the letter before it; only invisible marks are trimmed from a word's end.
_TRAILING_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+$")
_LEADING_MARKS = re.compile(f"^[{MARK_RANGES}]+")

ALLAH = "ﷲ"
"""The stem of الله, a single character that folding never leaves in a text, so that no rule takes it apart."""

_ALLAH = re.compile("^[وف]?(?:[بت]?الله|لله)$")
_PREFIX = re.compile("^(?:[وف]?(?:[بك]?ال|لل)(?=..)|[وف]?[بل](?=...)|[وف](?=...))")
_SUFFIX = re.compile("(...)(?:ات|ت)(?:ها|هم|ه|نا)$|(..)(?:ها|ان|ات|ون|ين|يه|يا|ه|ي|ا)$")
_WEAK_LETTERS = str.maketrans("", "", "اويء")

_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "يا", "ه", "ي", "ا")
_ENDINGS_BEHIND = tuple(plural + pronoun for plural in ("ات", "ت") for pronoun in ("ها", "هم", "ه", "نا"))
"""What `_SUFFIX` takes off behind two letters, and behind three."""

MIN_LETTERS_AFTER_ARTICLE = 3
MIN_LETTERS_AFTER_PARTICLE = 4
"""Of the beginning of a word, so many letters must be left for what stands before them to be no part of it."""

KEPT_WORDS = frozenset(words((Path(__file__).parent / "kept_words_v3.txt").read_text(encoding="utf-8")).split())
"""Words whose first letters look like a prefix and are none (وزير, بنك, لبنان), folded."""


class Token(NamedTuple):
    """A word of a text: its folded form and where it stands, as character offsets."""

    word: str
    start: int
    end: int


def tokenize(text: str) -> Iterator[Token]:
    """Yield the words of TEXT in order; a ligature such as ﷺ yields several with the same offsets."""
    for match in runs(text):
        yield from tokens_of(match)


def tokens_of(run: re.Match) -> list[Token]:
    """The words of one stretch that `runs` found."""
    found, leading, trailing = _PARTS[run[0]]
    start, end = run.start() + leading, run.end() - trailing
    return [Token(word, start, end) for word in found]


def word_list(text: str) -> list[str]:
    """The folded words of TEXT in order, as `words` has them: faster where the same words come again and again."""
    return [word for run in _RUN.findall(text) for word in _PARTS[run][0]]


def runs(text: str) -> Iterator[re.Match]:
    """Yield the stretches of TEXT that hold words, marks and all: one word each, save for ligatures."""
    return _RUN.finditer(text)


def run_around(text: str, position: int) -> re.Match | None:
    """Return the run of TEXT that holds the character at POSITION, or None if none does."""
    if not _RUN.match(text, position):
        return None
    while position and _RUN.match(text, position - 1):
        position -= 1
    return _RUN.match(text, position)


def _parts(run: str) -> tuple[tuple[str, ...], int, int]:
    """The folded words of RUN, and how many characters before and behind them belong to none."""
    leading = _LEADING_MARKS.search(run)
    trailing = _TRAILING_INVISIBLE.search(run)
    return (
        tuple(words(run).split()),
        leading.end() if leading else 0,
        len(run) - trailing.start() if trailing else 0,
    )


_PARTS = Remembered(_parts)


def without_suffix(word: str) -> str:
    """Return a folded WORD without its suffix: a pronoun, a plural or feminine ending, or a pronoun behind one."""
    return _SUFFIX.sub(r"\1\2", word)


@lru_cache(maxsize=100_000)
def without_prefix(word: str) -> str:
    """Return a folded WORD without the article and particles before it, unless it is known to begin so itself."""
    if _ALLAH.match(word):
        return ALLAH
    stripped = _PREFIX.sub("", word)
    letters = word[: len(word) - len(stripped)]
    if not letters or word in KEPT_WORDS or letters + without_suffix(stripped) in KEPT_WORDS:
        return word
    # Letters of the word's own that only look like the article, behind particles: بألمانيا, للبنان, للجنة.
    article = "ل" if letters.endswith("لل") else "ال" if letters.endswith("ال") else letters[1:]
    if article and (article + stripped in KEPT_WORDS or article + without_suffix(stripped) in KEPT_WORDS):
        return article + stripped
    return stripped


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the light stem of a folded WORD: one prefix and one suffix off."""
    return without_suffix(without_prefix(word))


class Begun(NamedTuple):
    """The stems of the words that begin in some way: what they BEGIN with, and those that are known as a WHOLE."""

    begin: tuple[str, ...]
    whole: tuple[str, ...]


@lru_cache(maxsize=10_000)
def stems_begun(beginning: str) -> Begun:
    """Return the stems of the words that go on as a folded BEGINNING does, with article and particles or without.

    A stem is known where BEGINNING goes beyond it, into what may be an ending: سوريا has سور. What looks like a
    particle may be the first letter of a word that is not typed to its end: فلسط stays as it is.
    """
    bare = without_prefix(beginning)
    before = beginning.removesuffix(bare) if bare != beginning else ""
    is_article = before.endswith(("ال", "لل"))
    least = MIN_LETTERS_AFTER_ARTICLE if is_article else MIN_LETTERS_AFTER_PARTICLE
    begin = (beginning, bare) if bare == ALLAH or (before and len(bare) >= least) else (beginning,)
    whole = {
        word[:length]: None
        for word in begin
        for length in range(2, len(word))
        if _is_begun(word[length:], _ENDINGS) or (length > 2 and _is_begun(word[length:], _ENDINGS_BEHIND))
    }
    return Begun(begin, tuple(whole))


def _is_begun(letters: str, endings: tuple[str, ...]) -> bool:
    return any(ending.startswith(letters) for ending in endings)


def skeleton(stem: str) -> str:
    """Return the consonants of a STEM, where spellings meet that differ in vowels and hamzas; itself if too few."""
    bones = stem.translate(_WEAK_LETTERS)
    return bones if len(bones) >= 2 else stem


def stems(text: str) -> list[str]:
    """Return the stems of TEXT in order, as the search index holds them."""
    return [stem(word) for word in words(text).split()]

"""Words of a text with their offsets, and their stems. The SQL twin is `arabic_stems_v1`."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from archive.text.normalize import MARK_RANGES, RUN_RANGES, words

_RUN = re.compile(f"[{RUN_RANGES}]+")
# Tashkeel belongs to the letter before it; only invisible marks are trimmed from a word's end.
_TRAILING_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+$")
_LEADING_MARKS = re.compile(f"^[{MARK_RANGES}]+")

ALLAH = "ﷲ"
"""The stem of الله, a single character that folding never leaves in a text, so that no rule takes it apart."""

_ALLAH = re.compile("^[وف]?(?:[بت]?الله|لله)$")
_PREFIX = re.compile("^(?:[وف]?(?:[بك]?ال|لل)(?=[ء-ي]{2})|[وفبل](?=[ء-ي]{3}))")
_ARTICLE = re.compile("^[وف]?(?:[بك]?ال|لل)")
_SUFFIX = re.compile("([ء-ي]{2})(?:ها|ان|ات|ون|ين|يه|يا|ه|ي|ا)$")

KEPT_WORDS = frozenset(words((Path(__file__).parent / "kept_words_v1.txt").read_text(encoding="utf-8")).split())
"""Words whose first letters look like a prefix and are none (وزير, بنك, لبنان), folded."""


class Token(NamedTuple):
    """A word of a text: its folded form and where it stands, as character offsets."""

    word: str
    start: int
    end: int


def tokenize(text: str) -> Iterator[Token]:
    """Yield the words of TEXT in order; a ligature such as ﷺ yields several with the same offsets."""
    for match in _RUN.finditer(text):
        run = match.group()
        start = match.start() + (leading.end() if (leading := _LEADING_MARKS.search(run)) else 0)
        end = match.end()
        if trailing := _TRAILING_INVISIBLE.search(run):
            end = match.start() + trailing.start()
        for word in _run_words(run).split():
            yield Token(word, start, end)


@lru_cache(maxsize=100_000)
def _run_words(run: str) -> str:
    return words(run)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the light stem of a folded WORD: one prefix and one suffix off, unless the word is known to keep it."""
    if _ALLAH.match(word):
        return ALLAH
    bare = _SUFFIX.sub(r"\1", word)
    stripped = _PREFIX.sub("", word)
    if stripped == word or word in KEPT_WORDS or bare in KEPT_WORDS:
        return bare
    if article := _ARTICLE.match(word):
        # Letters of the word's own that only look like the article, behind particles: بألمانيا, للبنان, للجنة.
        own = ("ل" if article[0].endswith("لل") else "ال") + stripped
        own_bare = _SUFFIX.sub(r"\1", own)
        if own in KEPT_WORDS or own_bare in KEPT_WORDS:
            return own_bare
    return _SUFFIX.sub(r"\1", stripped)


def stems(text: str) -> list[str]:
    """Return the stems of TEXT in order, as the search index holds them."""
    return [stem(word) for word in words(text).split()]

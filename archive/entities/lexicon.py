"""Names that a tagger has heard of: whole names by kind, and the parts that names of persons are made of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log
from typing import NamedTuple

from archive.entities.gazetteer import readings_of
from archive.entities.labelled import KINDS
from archive.text.remembered import Remembered

GIVEN, SURNAME = "given", "surname"
COUNTRY, CAPITAL, HOMOGRAPH, NISBA = "country", "capital", "homograph", "nisba"
"""What a name may be besides its kind; the last two are words that most often are none."""

MAX_BIN = 6
_KINDS = frozenset(KINDS)

_PLACE_ENDS = ("", "ا", "ه", "يا", "يه")
"""What a nisba's ending takes the place of: لبنان, فرنسا, غزه, سوريا, سوريه."""


def _readings(word: str) -> tuple[tuple[str, int], ...]:
    return tuple(readings_of(word))


READINGS = Remembered(_readings)
"""What `readings_of` yields, by the word: most words of a newspaper come again and again."""


def in_the_news(kind: str) -> str:
    """What a name of KIND is besides, which was chosen for being in the news."""
    return f"{kind} in the news"


class Known(NamedTuple):
    """Words that are together a known name of KINDS: so many of them (LENGTH), after LETTERS of particles."""

    length: int
    kinds: frozenset[str]
    letters: int


class Lexicon:
    """PARTS are folded words, which part of persons' names they are and how often; NAMES folded names with a kind.

    A name may be there with more than its kind: what else a CRF may learn from, as that it is a country's. COMMON are
    words of any text, folded, with how common each is in tenfold steps.
    """

    def __init__(
        self,
        parts: Iterable[tuple[str, str, int]],
        names: Iterable[tuple[str, str]],
        common: Iterable[tuple[str, int]] = (),
    ):
        self.parts = {word: (part, count) for word, part, count in parts}
        self._common = dict(common)
        self.names: dict[tuple[str, ...], frozenset[str]] = {}
        self.words: dict[str, Counter[str]] = {}
        self._longest: dict[str, int] = {}
        self._begins = Remembered(self._begins_name)
        for name, kind in names:
            self._add(tuple(name.split()), kind)

    def __contains__(self, word: str) -> bool:
        """Is the folded WORD a name, or part of one?"""
        return word in self.parts or not _KINDS.isdisjoint(self.names.get((word,), ()))

    def with_names(self, names: Iterable[tuple[str, str]]) -> "Lexicon":
        """This one and the archive's own NAMES."""
        grown = Lexicon((), ())
        grown.parts, grown.words, grown._common = self.parts, self.words, self._common
        grown.names, grown._longest = dict(self.names), dict(self._longest)
        for name, kind in names:
            key = tuple(name.split())
            if key:
                grown._know(key, kind)
        return grown

    def part(self, word: str) -> tuple[str, int, bool] | None:
        """Which part of names the folded WORD is, how common, from 0 to MAX_BIN, and whether behind particles."""
        for reading, letters in READINGS[word]:
            if found := self.parts.get(reading):
                return found[0], magnitude(found[1]), letters > 0
        return None

    def kinds(self, word: str) -> list[tuple[str, int, bool]]:
        """In names of which kinds the folded WORD stands, and in how many, as `part` has it."""
        for reading, letters in READINGS[word]:
            if found := self.words.get(reading):
                return [(kind, magnitude(count), letters > 0) for kind, count in sorted(found.items())]
        return []

    def commonness(self, word: str) -> tuple[int, bool] | None:
        """How common the folded WORD is in texts of any kind, and whether behind particles; None for a rare one."""
        for reading, letters in READINGS[word]:
            if (common := self._common.get(reading)) is not None:
                return common, letters > 0
        return None

    def is_nisba(self, word: str) -> bool:
        """Is the folded WORD an adjective of a known place: «روسي», «السورية»?"""
        bare = word.removeprefix("ال")
        for ending in ("يه", "ي"):
            if bare.endswith(ending):
                root = bare.removesuffix(ending)
                return len(root) > 1 and any("place" in self.names.get((root + end,), ()) for end in _PLACE_ENDS)
        return False

    def find(self, words: Sequence[str]) -> dict[int, Known]:
        """The longest known names in WORDS, folded and in order, by the number of their first; none overlap."""
        found = {}
        number = 0
        while number < len(words):
            known = self._at(words, number) if self._begins[words[number]] else None
            if known:
                found[number] = known
            number += known.length if known else 1
        return found

    def _begins_name(self, word: str) -> bool:
        """Does WORD begin a name, in any reading?"""
        return any(reading in self._longest for reading, _letters in READINGS[word])

    def _at(self, words: Sequence[str], number: int) -> Known | None:
        for reading, letters in READINGS[words[number]]:
            for length in range(self._longest.get(reading, 0), 0, -1):
                kinds = self.names.get((reading, *words[number + 1 : number + length]))
                if kinds and number + length <= len(words):
                    return Known(length, kinds, letters)
        return None

    def _add(self, name: tuple[str, ...], kind: str) -> None:
        self._know(name, kind)
        if kind in _KINDS:
            for word in name:
                self.words.setdefault(word, Counter())[kind] += 1

    def _know(self, name: tuple[str, ...], kind: str) -> None:
        self.names[name] = self.names.get(name, frozenset()) | {kind}
        self._longest[name[0]] = max(self._longest.get(name[0], 0), len(name))


def magnitude(count: int) -> int:
    """COUNT in steps of three times as much, from 0 to MAX_BIN."""
    return min(int(log(count + 1, 3)), MAX_BIN)

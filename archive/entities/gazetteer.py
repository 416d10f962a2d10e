"""Known names in texts: which of them stand where, before anything is made of what stands around them.

Names are compared folded and word by word, the longest first; the first word may carry Arabic's attached particles
(و ف ب ل ك, and لل for ل + ال), which stay outside the name.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from re import Match
from typing import NamedTuple

from django.db.models import Count

from archive.entities.homographs import (
    HOMOGRAPHS,
    NISBAS,
    NUMBERED,
    OFFICES,
    PARTICLES_OF_NAMES,
    SECOND_HALVES,
)
from archive.entities.word_decisions import decisions_about
from archive.models import Alias, Entity, NameChange, NameProposal, RefusedName
from archive.text.normalize import fold, strip_marks, words
from archive.text.remembered import Remembered
from archive.text.stop_words import is_stop_word
from archive.text.tokenize import Token, tokens_of

WITHOUT_PARTICLE = frozenset({"بقطر"})
"""Folded words that no particle is taken from to find a name: «بقطر» tells a diameter more often than it is Qatar."""

MIN_SURNAME_LETTERS = 3

LEARNED_DECISIONS = 5
LEARNED_SHARE = 0.9
"""A homograph is linked wherever it stands once editors accepted so many of its proposals, and as long as so large a
share of what they decided about it speaks for it."""

_kept: tuple[tuple, "Gazetteer"] | None = None
"""The names as they were last loaded in this process, and the state of which they are."""


class KnownName(NamedTuple):
    """A name as a text is searched for it. KEY is its folded words, WEAK says that it needs its context."""

    key: str
    entity_id: int
    kind: str = ""
    weak: bool = False


class Doubtful:
    """A name that does not by itself say whom it means: whose it is, and why that is doubtful."""

    __slots__ = ("homograph", "key", "nisba", "strong", "surname_of", "weak")

    def __init__(self, key: str):
        self.key = key
        self.strong: set[int] = set()
        self.weak: set[int] = set()
        self.surname_of: set[int] = set()
        self.homograph = False
        self.nisba = False

    @property
    def is_certain(self) -> bool:
        return len(self.strong) == 1 and not (self.weak or self.homograph or self.nisba)

    @property
    def is_shared(self) -> bool:
        """Is it surely the name of one of several, and no word besides?"""
        return len(self.strong) > 1 and not self.homograph


class Candidate(NamedTuple):
    """A known name in a text: an entity's id or what is doubtful, the offsets, and the runs it begins and ends in."""

    known: int | Doubtful
    start: int
    end: int
    first_run: int
    last_run: int


Readings = tuple[tuple[int, str, int], ...]
"""Of a run: the position of a word in it, the word as it may be read, and how many letters stand before that."""


class Gazetteer:
    """The archive's names, ready to be found in texts."""

    def __init__(
        self,
        names: Iterable[KnownName],
        *,
        places: Mapping[int, tuple[float, float]] | None = None,
        no_homographs: Collection[str] = (),
    ):
        """PLACES are the coordinates of those that are known; NO_HOMOGRAPHS are linked wherever they stand."""
        self.kinds: dict[int, str] = {}
        self.places = places or {}
        self._names: dict[str, int | Doubtful | None] = {}
        self._begins = Remembered(self._begins_with)
        known = self._by_key(names)
        for surname, entity_ids in _surnames(known, self.kinds).items():
            known.setdefault(surname, Doubtful(surname)).surname_of = entity_ids
        for key, doubtful in known.items():
            doubtful.homograph = key in HOMOGRAPHS and key not in no_homographs
            doubtful.nisba = key in NISBAS or (" " in key and key.split(" ", 1)[0] in OFFICES)
            self._add(key, next(iter(doubtful.strong)) if doubtful.is_certain else doubtful)

    @classmethod
    def load(cls) -> "Gazetteer":
        """Those of the database, but for names that were refused; a common word (في) is a name nowhere."""
        refused = set(RefusedName.objects.values_list("key", flat=True))
        rows = Alias.objects.order_by("pk").values_list("name", "key", "entity_id", "ambiguous", "entity__kind")
        coordinates = Entity.objects.exclude(latitude=None).values_list("pk", "latitude", "longitude")
        return cls(
            (
                KnownName(key, entity_id, kind, ambiguous)
                for name, key, entity_id, ambiguous, kind in rows
                if key not in refused and not is_stop_word(name)
            ),
            places={pk: (latitude, longitude) for pk, latitude, longitude in coordinates},
            no_homographs=_learned_names(),
        )

    @classmethod
    def current(cls) -> "Gazetteer":
        """Those of the database as they are now: loaded anew when a name, or what is known of it, has changed."""
        global _kept
        state = NameChange.state()
        if _kept is None or _kept[0] != state:
            _kept = state, cls.load()
        return _kept[1]

    def candidates(self, found: Sequence[Match], text: str) -> Iterator[Candidate]:
        """Yield the names in TEXT, whose runs are FOUND, in order, never overlapping."""
        end = 0
        behind = (0, 0)
        begins = self._begins
        for number, run in enumerate(found):
            readings = begins[run[0]]
            if not readings or number < behind[0]:
                continue
            window = _Window(found, number)
            for position, word, letters in readings:
                if window.places[position] < behind:
                    continue
                known, length = self._longest_name(text, word, window, position)
                if known is None:
                    continue
                last, order = window.places[position + length - 1]
                behind = (last, order + 1)
                start = after_letters(text, window.tokens[position], letters)
                # The words of a ligature all stand in the same place: the first name there is the one.
                if start >= end:
                    end = window.tokens[position + length - 1].end
                    yield Candidate(known, start, end, number, last)

    def _by_key(self, names: Iterable[KnownName]) -> dict[str, Doubtful]:
        known: dict[str, Doubtful] = {}
        for name in names:
            self.kinds[name.entity_id] = name.kind
            for key in _written(" ".join(name.key.split())):
                doubtful = known.setdefault(key, Doubtful(key))
                (doubtful.weak if name.weak else doubtful.strong).add(name.entity_id)
        for doubtful in known.values():
            doubtful.weak -= doubtful.strong
        return known

    def _add(self, key: str, known: int | Doubtful) -> None:
        self._names[key] = known
        begun, *rest = key.split(" ")
        for word in rest:
            self._names.setdefault(begun, None)
            begun = f"{begun} {word}"

    def _begins_with(self, run: str) -> Readings:
        """The words of RUN with which a name may begin; most runs recur, and begin none."""
        return tuple(
            (position, reading, letters)
            for position, word in enumerate(words(run).split())
            for reading, letters in readings_of(word)
            if reading in self._names
        )

    def _longest_name(
        self, text: str, word: str, window: "_Window", position: int
    ) -> tuple[int | Doubtful | None, int]:
        """Whose is the longest name that begins with WORD, at POSITION in WINDOW, and how many words it has."""
        names = self._names
        tokens = window.tokens
        key, last = word, position
        found: int | Doubtful | None = None
        length = 0
        while key in names:
            if (known := names[key]) is not None:
                found, length = known, last - position + 1
            last += 1
            if last == len(tokens) and not window.grow():
                break
            if not is_unbroken(text, tokens[last - 1].end, tokens[last].start):
                break
            key = f"{key} {tokens[last].word}"
        return found, length


class _Window:
    """The words of a run and, as they are asked for, of those behind it.

    PLACES tell of each of TOKENS in which run it stands, and as which of its words: a ligature has several.
    """

    __slots__ = ("_found", "_next", "places", "tokens")

    def __init__(self, found: Sequence[Match], number: int):
        self._found = found
        self._next = number
        self.places: list[tuple[int, int]] = []
        self.tokens: list[Token] = []
        self.grow()

    def grow(self) -> bool:
        """Take in the next run that has words; False when there is none."""
        while self._next < len(self._found):
            own = tokens_of(self._found[self._next])
            self.places += [(self._next, order) for order in range(len(own))]
            self.tokens += own
            self._next += 1
            if own:
                return True
        return False


def is_unbroken(text: str, end: int, start: int) -> bool:
    """Is there nothing but spaces and hyphens in TEXT between two words of a name?"""
    return text[end:start].strip(" \u00a0-\u2010\u2011ـ\u200e\u200f") == ""


def attached(word: str) -> Iterator[str]:
    """Yield the folded WORD in every way it may stand in a text, with and without particles before it."""
    for conjunction in ("", "و", "ف"):
        yield conjunction + word
        yield from (conjunction + preposition + word for preposition in "بلك")
        if word.startswith("ال"):
            yield f"{conjunction}لل{word[2:]}"


def _written(key: str) -> Iterator[str]:
    """Yield KEY as newspapers write it: عبد is joined to what follows, or is not."""
    if key:
        yield key
        joined = f" {key}".replace(" عبد ال", " عبدال")
        parted = joined.replace(" عبدال", " عبد ال")
        if parted != joined:
            yield from {joined[1:], parted[1:]} - {key}


def _surnames(known: Mapping[str, Doubtful], kinds: Mapping[int, str]) -> dict[str, set[int]]:
    """The surnames behind the full names of people, with whose they are; none that is anybody's first name."""
    full = {
        key: doubtful.strong
        for key, doubtful in known.items()
        if " " in key and any(kinds[pk] == Entity.Kind.PERSON for pk in doubtful.strong)
    }
    given = {key.split(" ", 1)[0] for key in full}
    found: dict[str, set[int]] = defaultdict(set)
    for key, entity_ids in full.items():
        *_, penultimate, last = key.split(" ")
        surname = last
        if penultimate in PARTICLES_OF_NAMES or last in SECOND_HALVES:
            surname = f"{penultimate} {last}"
        if (
            surname != key
            and len(surname) >= MIN_SURNAME_LETTERS
            and surname not in given
            and not (surname in NISBAS or surname in HOMOGRAPHS or surname in NUMBERED)
        ):
            found[surname] |= entity_ids
    return found


def _learned_names() -> set[str]:
    """The homographs that are names after all, as editors have decided."""
    accepted = NameProposal.objects.filter(reason=NameProposal.Reason.HOMOGRAPH, state=NameProposal.State.ACCEPTED)
    often = accepted.order_by().values("key").annotate(n=Count("pk")).filter(n__gte=LEARNED_DECISIONS)
    keys = set(often.values_list("key", flat=True))
    if not keys:
        return keys
    owners = set(Alias.objects.filter(key__in=keys).values_list("entity", flat=True))
    decisions = decisions_about(keys, owners)
    return {
        key for key in keys if decisions[key, True] >= LEARNED_SHARE * (decisions[key, True] + decisions[key, False])
    }


def readings_of(word: str) -> Iterator[tuple[str, int]]:
    """Yield WORD as it may be read, with how many letters of particles stand before it: itself first."""
    yield word, 0
    for conjunction in ("", "و", "ف"):
        if not word.startswith(conjunction) or len(word) <= len(conjunction) + 2:
            continue
        rest = word[len(conjunction) :]
        if conjunction:
            yield rest, len(conjunction)
        if rest.startswith("لل") and len(rest) > 4:
            yield f"ا{rest[0]}{rest[2:]}", len(conjunction) + 1
        if rest[0] in "بلك" and len(rest) > 3 and rest not in WITHOUT_PARTICLE:
            yield rest[1:], len(conjunction) + 1


def after_letters(text: str, token: Token, letters: int) -> int:
    """The offset in TEXT after the first LETTERS letters of TOKEN and the marks they carry.

    A ligature may write the particle and the name as one character, which then belongs to the name.
    """
    offset = token.start
    while offset < token.end and (letters > 0 or _is_mark(text[offset])):
        letters -= len(fold(text[offset]))
        offset += 1
    return offset if letters == 0 and offset < token.end else token.start


def _is_mark(character: str) -> bool:
    return strip_marks(character) == ""

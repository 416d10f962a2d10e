"""What the sentences of an article say together of the names in each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archive.entities.edges import Edges
from archive.entities.features import Word
from archive.models import Entity

MIN_ECHOED = 0.6
"""How sure a name must be to count elsewhere in the article."""

UNSHAKEN = 0.8
"""What is so sure of its kind goes by no other place of the article."""

MIN_ECHO = 0.05
"""How likely a name it must be there by itself."""


class Candidate(NamedTuple):
    """A name by the numbers of its FIRST and LAST word."""

    first: int
    last: int
    kind: str
    confidence: float
    is_best: bool


def places_of(candidates: Iterable[Candidate]) -> set[int]:
    return {place for candidate in candidates for place in range(candidate.first, candidate.last + 1)}


class Agreement:
    """What the sentences of an article say together: a name that is sure in one is a name in the next, of one kind.

    A surname too is sure where its person is named in full elsewhere: «لافروف» after «سيرغي لافروف».
    """

    def __init__(
        self, article: Sequence[Sequence[Word]], read: Iterable[tuple[list[Candidate], object]], edges: Edges
    ):
        self._edges = edges
        self._votes: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        sure: dict[tuple[str, ...], str] = {}
        surnames: dict[tuple[str, ...], str] = {}
        for sentence, (candidates, _chances) in zip(article, read, strict=True):
            for name in candidates:
                key = self._key(sentence, name.first, name.last)
                if name.is_best:
                    self._votes[key][name.kind] += name.confidence
                if name.confidence >= MIN_ECHOED:
                    sure[key] = name.kind
                    if name.kind == Entity.Kind.PERSON and len(key) > 1:
                        surnames[key[-1:]] = name.kind
        self._sure = surnames | sure
        self._longest = max(map(len, self._sure), default=0)

    def of(self, sentence: Sequence[Word], candidates: list[Candidate], chances: Sequence[float]) -> list[Candidate]:
        """The names in SENTENCE in order: its CANDIDATES, and those that have some of the CHANCES of its words."""
        agreed = [self._agreed(sentence, name) for name in candidates]
        taken = places_of(candidates)
        place = 0
        while place < len(sentence):
            length = self._echo(sentence, place, chances, taken) if chances[place] >= MIN_ECHO else 0
            if length:
                key = self._key(sentence, place, place + length - 1)
                chance = min(chances[place : place + length])
                agreed.append(Candidate(place, place + length - 1, self._kind(key), (1 + chance) / 2, True))
            place += length or 1
        return sorted(agreed)

    def _agreed(self, sentence: Sequence[Word], name: Candidate) -> Candidate:
        key = self._key(sentence, name.first, name.last)
        if name.confidence >= UNSHAKEN or not (key in self._sure or (name.is_best and key in self._votes)):
            return name
        return name._replace(kind=self._kind(key), is_best=True)

    def _echo(self, sentence: Sequence[Word], place: int, chances: Sequence[float], taken: set[int]) -> int:
        """How many words from PLACE on are a name that is sure elsewhere, and may be one here."""
        for length in range(min(self._longest, len(sentence) - place), 0, -1):
            places = range(place, place + length)
            if (
                taken.isdisjoint(places)
                and min(chances[other] for other in places) >= MIN_ECHO
                and self._key(sentence, place, place + length - 1) in self._sure
            ):
                return length
        return 0

    def _kind(self, key: tuple[str, ...]) -> str:
        votes = self._votes.get(key)
        return max(votes, key=votes.__getitem__) if votes else self._sure[key]

    def _key(self, sentence: Sequence[Word], first: int, last: int) -> tuple[str, ...]:
        return (
            self._edges.bare(sentence[first].word),
            *(word.word for word in sentence[first + 1 : last + 1]),
        )

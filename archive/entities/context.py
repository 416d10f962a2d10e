"""What a name means where it stands: which of the known names in a text are mentions, and which are held back.

A homograph (صور), a name that several share and a weak one are linked where the article makes clear who is meant:

- another name of the same entity stands in it (of a person: earlier);
- a word of its kind stands before it (مدينة صور), or what only follows places does (صور اللبنانية);
- it is a place and joined to one (صيدا وصور);
- of several places, one is far nearer to the other places of the article;
- the same word was made clear elsewhere in the article.

A surname behind a full name means that person. An adjective of a country (الحكومة السعودية) is no mention. What is
left is held back, with what speaks for it.
"""

from collections.abc import Mapping, Sequence
from math import asin, cos, radians, sin, sqrt
from re import Match
from typing import NamedTuple

from archive.entities.gazetteer import Candidate, Doubtful, Gazetteer, is_unbroken
from archive.entities.homographs import (
    BEFORE_ORGANISATIONS,
    BEFORE_PEOPLE,
    BEFORE_PLACES,
    CONTAINERS,
    GENERIC_NOUNS,
    MASCULINE,
    NISBAS,
    OFFICE_HOLDERS,
    PREPOSITIONS,
    TIMES,
)
from archive.models import Entity
from archive.text.normalize import fold, strip_marks
from archive.text.tokenize import runs, tokens_of

PERSON, ORGANISATION, PLACE = Entity.Kind.PERSON.value, Entity.Kind.ORGANISATION.value, Entity.Kind.PLACE.value
BEFORE = ((BEFORE_PLACES, PLACE), (BEFORE_PEOPLE, PERSON), (BEFORE_ORGANISATIONS, ORGANISATION))
EARTH_RADIUS_KM = 6_371.0
NEAR_KM = 500.0
FAR_NEARER = 2.5
"""A place is meant where another of its name is so many times as far from the nearest place of the article."""

QUOTATION_ENDS = tuple('»”"')

ANOTHER_NAME = frozenset({"الدين"})
"""Behind the name of a person: it is another's (محمد صلاح الدين)."""


class Found(NamedTuple):
    """A known name in a text: the entity's id and the character offsets."""

    entity_id: int
    start: int
    end: int


class Held(NamedTuple):
    """A name that is not linked, for it is not clear whom it means. NEAR are those of its places that are near others
    of the article; FOLLOWS_PREPOSITION tells that it stands where a name may."""

    known: Doubtful
    start: int
    end: int
    near: frozenset[int]
    follows_preposition: bool


class Reading(NamedTuple):
    """What a text names, each in order."""

    found: list[Found]
    held: list[Held]


def read(text: str, gazetteer: Gazetteer, linked: Mapping[tuple[int, int], int] | None = None) -> Reading:
    """Return the names in TEXT that are mentions, and those that are held back.

    LINKED are the entities' ids by the offsets at which they were linked before: what several share stays linked
    there.
    """
    found = list(runs(text))
    candidates = list(gazetteer.candidates(found, text))
    if not candidates:
        return Reading([], [])
    return _Article(text, found, candidates, gazetteer, linked or {}).read()


class _Article:
    """A text with the names that may stand in it."""

    def __init__(
        self,
        text: str,
        found: Sequence[Match],
        candidates: Sequence[Candidate],
        gazetteer: Gazetteer,
        linked: Mapping[tuple[int, int], int],
    ):
        self._text = text
        self._runs = found
        self._candidates = candidates
        self._kinds = gazetteer.kinds
        self._coordinates = gazetteer.places
        self._linked = linked
        self._certain = {candidate.known for candidate in candidates if type(candidate.known) is int}
        self._places = [self._coordinates[pk] for pk in self._certain if pk in self._coordinates]

    def read(self) -> Reading:
        earlier: set[int] = set()
        meant: dict[Doubtful, int] = {}
        decided: list[Found | Candidate] = []
        previous: Found | None = None
        for candidate in self._candidates:
            known = candidate.known
            if type(known) is int:
                entity_id = None if self._kinds[known] == PERSON and self._is_part_of_name(candidate) else known
            elif self._is_adjective(candidate):
                continue
            else:
                entity_id = self._meant(candidate, earlier, previous)
                if entity_id is None:
                    if known.strong or known.weak:
                        decided.append(candidate)
                    continue
                if known.homograph or len(known.strong) != 1:
                    meant.setdefault(known, entity_id)
            if entity_id is not None:
                previous = Found(entity_id, candidate.start, candidate.end)
                earlier.add(entity_id)
                decided.append(previous)
        return self._sorted_out(decided, meant)

    def _sorted_out(self, decided: Sequence[Found | Candidate], meant: Mapping[Doubtful, int]) -> Reading:
        """What was made clear in one place is clear in all; a homograph only where a name may stand."""
        reading = Reading([], [])
        for one in decided:
            if isinstance(one, Found):
                reading.found.append(one)
                continue
            held = self._held(one)
            entity_id = meant.get(one.known)
            if entity_id is not None and (held.follows_preposition or not one.known.homograph):
                reading.found.append(Found(entity_id, one.start, one.end))
            else:
                reading.held.append(held)
        return reading

    def _meant(self, candidate: Candidate, earlier: set[int], previous: Found | None) -> int | None:
        """Whom the doubtful CANDIDATE means, if that is clear from what stands EARLIER and around it."""
        known = candidate.known
        before = self._linked.get((candidate.start, candidate.end))
        if before in known.strong:
            return before
        if present := self._present(known, earlier):
            return present
        owners = known.strong | known.weak
        if not owners:
            return None
        if len(known.strong) == 1 and not known.homograph:
            # Another has it as a weak name only: whoever it is, is meant where it lies far nearer.
            return self._nearest(owners) or next(iter(known.strong))
        for ids in (known.strong, owners):
            fitting = self._fitting(candidate, ids, previous)
            if len(fitting) == 1:
                return next(iter(fitting))
        return self._nearest(known.strong) if known.is_shared else None

    def _present(self, known: Doubtful, earlier: set[int]) -> int | None:
        """The only one of those who have the name whom the article names by another."""
        owners = known.strong | known.weak
        if known.key in GENERIC_NOUNS:
            owners = known.strong
        present = {pk for pk in owners & self._certain if self._kinds[pk] != PERSON} | (owners & earlier)
        if not (known.strong or known.weak):
            present = known.surname_of & earlier
        return next(iter(present)) if len(present) == 1 else None

    def _fitting(self, candidate: Candidate, owners: set[int], previous: Found | None) -> set[int]:
        """Those of OWNERS whose kind the words around CANDIDATE tell."""
        kinds = self._kinds_around(candidate)
        fitting = {pk for pk in owners if self._kinds[pk] in kinds}
        if previous and self._kinds[previous.entity_id] == PLACE and self._is_joined(candidate, previous):
            fitting |= {pk for pk in owners & candidate.known.strong if self._kinds[pk] == PLACE}
        return fitting

    def _kinds_around(self, candidate: Candidate) -> set[str]:
        word = self._word(candidate.first_run, -1)
        if word in NISBAS and word.startswith("ال"):  # الرئيس السوري …
            word = self._word(candidate.first_run - 1, -1)
        kinds = {kind for trigger, kind in BEFORE if word in trigger or (word[1:] in trigger and word[0] in "وبلف")}
        following = self._word(candidate.last_run, 1)
        if following.startswith("ال") and following.endswith("ه") and following in NISBAS:
            kinds |= {PLACE, ORGANISATION}
        if self._is_dateline(candidate):
            kinds.add(PLACE)
        return kinds

    def _is_joined(self, candidate: Candidate, previous: Found) -> bool:
        run = self._runs[candidate.first_run]
        is_joined = fold(self._text[run.start() : candidate.start]) == "و"
        return is_joined and not self._text[previous.end : run.start()].strip(" ،")

    def _is_dateline(self, candidate: Candidate) -> bool:
        """Does CANDIDATE begin a paragraph, with a dash, a colon or an agency in brackets behind it?"""
        line_start = self._text.rfind("\n", 0, candidate.start) + 1
        behind = self._text[candidate.end : candidate.end + 3].lstrip(" \u00a0")
        return not self._text[line_start : candidate.start].strip() and behind[:1] in {"-", "–", "—", ":", "("}

    def _nearest(self, owners: set[int]) -> int | None:
        """The one of OWNERS that is far nearer than the others to a place of the article."""
        distances = sorted((self._distance(pk), pk) for pk in owners if pk in self._coordinates)
        if len(distances) < len(owners) or len(distances) < 2:
            return None
        (nearest, pk), (next_nearest, _other) = distances[:2]
        return pk if nearest <= NEAR_KM and next_nearest >= FAR_NEARER * nearest else None

    def _distance(self, entity_id: int) -> float:
        """How far the entity is from the nearest other place of the article, in kilometres."""
        own = self._coordinates[entity_id]
        return min((_kilometres(own, place) for place in self._places if place != own), default=float("inf"))

    def _held(self, candidate: Candidate) -> Held:
        owners = candidate.known.strong | candidate.known.weak
        near = frozenset(pk for pk in owners if pk in self._coordinates and self._distance(pk) <= NEAR_KM)
        run = self._runs[candidate.first_run]
        particles = fold(self._text[run.start() : candidate.start])
        follows = particles[-1:] in tuple("بل") or (
            not particles and self._word(candidate.first_run, -1) in PREPOSITIONS
        )
        return Held(candidate.known, candidate.start, candidate.end, near, follows)

    def _is_part_of_name(self, candidate: Candidate) -> bool:
        """Is a person's name part of another's, or of what is called after him: جامعة الملك سعود?"""
        return self._word(candidate.first_run, -1) in CONTAINERS or self._word(candidate.last_run, 1) in ANOTHER_NAME

    def _is_adjective(self, candidate: Candidate) -> bool:
        """Is a country's name the adjective of what stands before it: الحكومة السعودية, مصادر أمنية سورية?"""
        known = candidate.known
        if not known.nisba:
            return False
        run = self._runs[candidate.first_run]
        particles = fold(self._text[run.start() : candidate.start])
        before = self._word(candidate.first_run, -1)
        is_definite = known.key.startswith("ال")
        if is_definite and self._follows_quotation(run.start()):
            return True
        if particles[-1:] in tuple("بلك") or not before or before in PREPOSITIONS:
            return False
        if particles:  # الإيرانية والسورية, but إيران وسورية.
            return before in NISBAS and before.endswith("ه") and before.startswith("ال") == is_definite
        if is_definite:
            if " " in known.key and before in OFFICE_HOLDERS:
                return True
            return (
                _is_definite(before)
                and before not in MASCULINE | TIMES
                and not (before in NISBAS and before.endswith("ي"))
            )
        spelt = strip_marks(self._runs[candidate.first_run - 1][0])
        return spelt.endswith(("ة", "ات"))

    def _follows_quotation(self, start: int) -> bool:
        """Does the word at START stand behind a name in quotation marks: صحيفة «الشرق الأوسط» السعودية?"""
        return self._text[max(start - 3, 0) : start].rstrip(" ").endswith(QUOTATION_ENDS)

    def _word(self, number: int, step: int) -> str:
        """The folded word one STEP from the run NUMBER; "" where there is none, or punctuation parts them."""
        other = number + step
        if not 0 <= other < len(self._runs):
            return ""
        left, right = (self._runs[other], self._runs[number]) if step < 0 else (self._runs[number], self._runs[other])
        if not is_unbroken(self._text, left.end(), right.start()):
            return ""
        tokens = tokens_of(self._runs[other])
        return tokens[-1 if step < 0 else 0].word if tokens else ""


def _is_definite(word: str) -> bool:
    """Does the folded WORD carry the article, with particles before it or without?"""
    bare = word[1:] if word[:1] in tuple("وف") and len(word) > 4 else word
    return len(bare) > 3 and bare.startswith(("ال", "لل", "بال", "كال"))


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance between two points, latitude and longitude in degrees, by the haversine formula."""
    (north, east), (other_north, other_east) = (map(radians, one), map(radians, other))
    bow = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(bow))

"""Entities that may be one: pairs whose names are alike, for an editor to merge or to dismiss for good.

Names that could be alike share a key (`_keys`); those that do are compared. A way by which names are alike is a key
more there, and a line in `_likeness`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, groupby
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef

from archive.models import Alias, Entity, EntityPair, Mention
from archive.text.tokenize import skeleton

Reason = EntityPair.Reason

MAX_PAIRS = 5_000
MAX_ALIKE = 100
"""A key that more names share tells nothing."""

SHORT_LETTERS = 5
LONG_LETTERS = 8
"""A word of so many letters may differ in one, or in two; a shorter one in none."""

MIN_BONES = 3
MAX_EDITS = 3
"""So many letters may differ in all, and in a word of the same consonants, of which there are enough."""

COMMON_PART = 20
"""A word of so many names is a name of its own: حسن and حسين differ in a letter, and are two."""

COMPANY_ARTICLES = 100
MIN_COMPANY = 3
MIN_SHARED_COMPANY = 0.3
MAX_COMPARED_COMPANIES = 2_000
_NUMBER_BITS = 24


class Name(NamedTuple):
    """A name of an entity, folded, word by word."""

    entity_id: int
    kind: str
    words: tuple[str, ...]


class Pair(NamedTuple):
    """Two entities that may be one, by their keys in order."""

    first: int
    second: int
    reason: str
    likeness: float


def find_pairs() -> int:
    """Look for entities that may be one, and write them for an editor; return how many wait.

    One of the two at least is in the archive's texts. Those that were dismissed stay dismissed.
    """
    mentions = Mention.objects.filter(entity=OuterRef("pk")).exclude(confirmed=False)
    mentioned = set(Entity.objects.filter(Exists(mentions)).values_list("pk", flat=True))
    names = _names()
    found: dict[tuple[int, int], Pair] = {}
    for pair in (*_alike(names, mentioned), *_contained([name for name in names if name.entity_id in mentioned])):
        place = (pair.first, pair.second)
        found[place] = max(pair, found.get(place, pair), key=lambda one: one.likeness)
    return _write(sorted(found.values(), key=lambda pair: (-pair.likeness, pair.first, pair.second)))


def _names() -> list[Name]:
    """The names by which entities are told apart: no family name alone, nor what is an ordinary word too."""
    rows = Alias.objects.filter(ambiguous=False).exclude(key="").order_by("pk")
    names = []
    for entity_id, kind, main, name, key in rows.values_list("entity", "entity__kind", "entity__name", "name", "key"):
        words = tuple(key.split())
        if len(words) > 1 or kind != Entity.Kind.PERSON or name == main:
            names.append(Name(entity_id, kind, words))
    return names


def _write(pairs: Sequence[Pair]) -> int:
    with transaction.atomic():
        dismissed = set(EntityPair.objects.exclude(dismissed_at=None).values_list("first", "second"))
        EntityPair.objects.filter(dismissed_at=None).delete()
        waiting = [pair for pair in pairs if (pair.first, pair.second) not in dismissed][:MAX_PAIRS]
        EntityPair.objects.bulk_create(
            EntityPair(first_id=pair.first, second_id=pair.second, reason=pair.reason, likeness=pair.likeness)
            for pair in waiting
        )
    return len(waiting)


# --- Names of the same letters, or nearly ------------------------------------------------------------------------


def _alike(names: Sequence[Name], mentioned: set[int]) -> Iterator[Pair]:
    parts = Counter(word for name in names for word in set(name.words))
    for one, other in _candidates(names):
        if (
            one.entity_id != other.entity_id
            and one.kind == other.kind
            and {one.entity_id, other.entity_id} & mentioned
        ):
            reason, likeness = _likeness(one.words, other.words, parts)
            if likeness:
                yield Pair(*sorted((one.entity_id, other.entity_id)), reason, likeness)


def _candidates(names: Sequence[Name]) -> Iterator[tuple[Name, Name]]:
    """Pairs of NAMES that share a key."""
    # Numbers in one sorted list take a tenth of the room of a dictionary of keys.
    numbers = sorted(
        (hash(key) & 0xFFFFFFFFFF) << _NUMBER_BITS | number
        for number, name in enumerate(names)
        for key in _keys(name)
    )
    seen = set()
    for _key, group in groupby(numbers, key=lambda number: number >> _NUMBER_BITS):
        places = sorted({number & (1 << _NUMBER_BITS) - 1 for number in group})
        if len(places) <= MAX_ALIKE:
            seen.update(combinations(places, 2))
    yield from ((names[one], names[other]) for one, other in sorted(seen))


def _keys(name: Name) -> Iterator[tuple]:
    """Names share a key if they differ in vowels and spaces only, or in a letter or two of one word."""
    yield (name.kind, skeleton("".join(name.words)))
    for place, word in enumerate(name.words):
        rest = (*name.words[:place], "", *name.words[place + 1 :])
        yield (name.kind, rest, word)
        for letter in range(len(word)):
            yield (name.kind, rest, word[:letter] + word[letter + 1 :])


def _likeness(one: tuple[str, ...], other: tuple[str, ...], parts: Counter[str]) -> tuple[str, float]:
    """Why names may be of one entity, and how much so, from 0 to 1; PARTS counts the names that have a word."""
    if one == other:
        return Reason.SAME_NAME, 1.0
    if len(one) != len(other):
        one, other = ("".join(one),), ("".join(other),)
    differing = [(left, right) for left, right in zip(one, other, strict=True) if left != right]
    if any(_are_two(left, right, parts) for left, right in differing):
        return Reason.SPELLING, 0.0
    edits = sum(_edits(left, right, MAX_EDITS) for left, right in differing)
    letters = sum(map(len, one))
    return Reason.SPELLING, 1 - (edits + 1) / (letters + 1) if edits <= MAX_EDITS else 0.0


def _are_two(one: str, other: str, parts: Counter[str]) -> bool:
    """Are they words of their own, and not spellings of one?"""
    if _digits(one) != _digits(other) or min(parts[one], parts[other]) >= COMMON_PART:
        return True
    shorter = min(len(one), len(other))
    allowed = (shorter >= SHORT_LETTERS) + (shorter >= LONG_LETTERS)
    bones = skeleton(one)
    if len(bones) >= MIN_BONES and bones == skeleton(other):
        allowed = MAX_EDITS
    return _edits(one, other, allowed) > allowed


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _edits(one: str, other: str, limit: int) -> int:
    """How many letters must be put in, left out or changed to make ONE of OTHER; more than LIMIT is LIMIT + 1."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, counterpart in enumerate(other, 1):
            same = last[column - 1] + (letter != counterpart)
            current.append(min(same, last[column] + 1, current[-1] + 1))
        if min(current) > limit:
            return limit + 1
        last = current
    return last[-1]


# --- Names that hold others --------------------------------------------------------------------------------------


def _contained(names: Sequence[Name]) -> Iterator[Pair]:
    """Those of NAMES with another's inside, where both stand in the same company."""
    owners: dict[tuple, set[int]] = {}
    for name in names:
        owners.setdefault((name.kind, name.words), set()).add(name.entity_id)
    pairs = {
        tuple(sorted((name.entity_id, owner)))
        for name in names
        for words in _parts(name.words)
        for owner in owners.get((name.kind, words), ())
        if owner != name.entity_id
    }
    compared = sorted(pairs)[:MAX_COMPARED_COMPANIES]
    companies = {entity_id: _company(entity_id) for entity_id in {one for pair in compared for one in pair}}
    for first, second in compared:
        left, right = companies[first] - {second}, companies[second] - {first}
        shared = len(left & right)
        if shared >= MIN_COMPANY and shared >= MIN_SHARED_COMPANY * min(len(left), len(right)):
            yield Pair(first, second, Reason.CONTAINED, shared / len(left | right))


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every run of WORDS but all of them."""
    for start, end in combinations(range(len(words) + 1), 2):
        if end - start < len(words):
            yield words[start:end]


def _company(entity_id: int) -> set[int]:
    """Who is mentioned with an entity, in some of its articles."""
    standing = Mention.objects.exclude(confirmed=False)
    articles = standing.filter(entity=entity_id).order_by("-article").values_list("article", flat=True)
    there = standing.filter(article__in=list(articles.distinct()[:COMPANY_ARTICLES])).exclude(entity=entity_id)
    return set(there.order_by().values_list("entity", flat=True).distinct())

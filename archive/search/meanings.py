"""What a query says in other words: words that mean the same, and the other names of an entity that it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from archive.asking import Asking, asked, together
from archive.search.names import hear_runs, is_latin_run, names_that_sound_so, other_names
from archive.search.parser import is_plain
from archive.search.query import Group, Not, Part, Phrase, Query, Same, Word
from archive.search.same_words import Stems, Words, other_words, stems_of

MAX_RUN_WORDS = 6
"""As long as a name or phrase may be, to be known in a query."""


@dataclass(frozen=True)
class _Known:
    """What else a run of words can be said as: SAME words by its stems, NAMES by the run itself."""

    same: dict[Stems, list[Words]]
    names: dict[Words, list[Words]]


@asked
def widen(query: Query, *, names_as_written: bool = False) -> Asking[Query]:
    """Return QUERY with the words that mean the same as its own; of what lies one in another, the longest counts.

    Only words meant in all their forms are widened, neither phrases, nor exact spellings, nor titles; but a name in
    Latin letters also as a phrase, by its names in Arabic letters, unless NAMES_AS_WRITTEN.
    """
    phrases = set(_latin_phrases(query.wanted))
    runs = {_words(run) for run in _all_runs(query.wanted)} | {
        _words([part]) for part in query.excluded if is_plain(part)
    }
    if not runs | phrases:
        return query
    known = _Known(
        *(
            yield from together(
                other_words({stems_of(run) for run in runs}), _known_names(runs | phrases, names_as_written)
            )
        )
    )
    return replace(
        query,
        wanted=_widened(query.wanted, known),
        # Each was left out by itself.
        excluded=tuple(part for one in query.excluded for part in _widened([one], known)),
    )


def _all_runs(parts: Sequence[Part]) -> Iterator[Sequence[Word]]:
    for plain, neighbours in groupby(parts, is_plain):
        neighbours = list(neighbours)
        if plain:
            for start in range(len(neighbours)):
                for end in range(start + 1, min(start + MAX_RUN_WORDS, len(neighbours)) + 1):
                    yield neighbours[start:end]
        for inner in () if plain else map(_inner, neighbours):
            yield from _all_runs(inner)


def _latin_phrases(parts: Sequence[Part]) -> Iterator[Words]:
    for part in parts:
        match part:
            case Phrase(within=0, exact=False, in_title=False) if is_latin_run(part.forms):
                yield part.forms
        yield from _latin_phrases(_inner(part))


def _known_names(runs: set[Words], names_as_written: bool) -> Asking[dict[Words, list[Words]]]:
    latin = {run for run in runs if is_latin_run(run)}
    if names_as_written:
        return (yield from other_names(runs - latin))
    names, heard = yield from together(other_names(runs), hear_runs(latin))
    return names | (yield from names_that_sound_so(latin, names, heard))


def _inner(part: Part) -> Sequence[Part]:
    match part:
        case Group():
            return part.parts
        case Not():
            return (part.part,)
    return ()


def _widened(parts: Sequence[Part], known: _Known, longest: int = MAX_RUN_WORDS) -> tuple[Part, ...]:
    widened: list[Part] = []
    place = 0
    while place < len(parts):
        part, length = _longest_known(parts[place : place + longest], known)
        widened.append(part)
        place += length
    return tuple(widened)


def _longest_known(parts: Sequence[Part], known: _Known) -> tuple[Part, int]:
    """The first of PARTS, or the most of them that are known as one, and how many they are."""
    for length in range(len(parts), 0, -1):
        run = parts[:length]
        if all(map(is_plain, run)) and (same := _same(run, known)):
            return same, length
    match parts[0]:
        case Phrase(exact=False) as phrase if names := known.names.get(phrase.forms):
            return Same(phrase.text, phrase, tuple(map(_written, names)), is_name=True), 1
        case Group(alternatives=True) as group:
            inner = tuple(part for one in group.parts for part in _widened([one], known))
            return replace(group, parts=inner), 1
        case Group() as group:
            return replace(group, parts=_widened(group.parts, known)), 1
        case Not() as denied:
            return replace(denied, part=_longest_known([denied.part], known)[0]), 1
    return parts[0], 1


def _same(run: Sequence[Word], known: _Known) -> Same | None:
    words = _words(run)
    same, names = known.same.get(stems_of(words), []), known.names.get(words, [])
    others = {stems_of(other): other for other in (*same, *names)}
    if not others:
        return None
    text = " ".join(word.text for word in run)
    if len(run) == 1:
        meant = run[0]
    elif same:
        meant = Phrase(text, words)
    else:
        # The words of a name may stand apart, and are known by themselves too.
        meant = Group(text, _widened(run, known, len(run) - 1))
    return Same(text, meant, tuple(map(_written, others.values())), is_name=bool(names))


def _words(run: Sequence[Word]) -> Words:
    return tuple(form for word in run for form in word.forms)


def _written(other: Words) -> Word | Phrase:
    text = " ".join(form.typed for form in other)
    return Word(text, other) if len(other) == 1 else Phrase(text, other)

"""Entities that a query names, also by the sound of Latin letters, and the other names they go by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db.models import Q
from django.utils import timezone

from archive.asking import Asking, at_once, rows_of, rows_of_queryset, together
from archive.entities.names import FoundName, Heard, find_names, hear
from archive.models import Alias, Entity
from archive.models.article import FoldedWords
from archive.search.query import Group, Part, Same
from archive.search.same_words import Stems, Words, stems_of
from archive.search.statistics import read_statistics
from archive.search.terms import forms
from archive.text.normalize import words
from archive.text.sounds import is_latin
from archive.text.stop_words import is_stop_word

MAX_NAMES = 8
"""So many other names of what a query names join it."""

MAX_NAME_WORDS = 5

LEAST_LIKE = 0.9
LEAST_LIKE_WORD = 0.91
MAX_LIKEST = 5
"""So much like a run of Latin letters must words of a name sound that it joins, or a single one; and so many do."""

MAX_LOOKED_UP = 10
FEW_LATIN_WORDS = 5
MAX_RUN_OF_MANY = 2
"""So many runs are looked up by their sound; where a query has more than a few Latin words, only short ones."""

_ENGLISH_WORDS = "the of and in on for to a an at by with from is as"
ENGLISH_WORDS = frozenset(_ENGLISH_WORDS.split())
"""A run that begins or ends with one of these is no name."""

NAMES = """
WITH named AS MATERIALIZED (
    SELECT key, entity_id FROM archive_alias AS alias
    WHERE key = ANY (%(keys)s) AND NOT ambiguous AND NOT EXISTS (
        SELECT FROM archive_alias AS twin WHERE twin.key = alias.key AND twin.entity_id <> alias.entity_id)
)
SELECT named.key, other.name
FROM named JOIN archive_alias AS other USING (entity_id)
WHERE other.script = 'arabic' AND other.key <> named.key AND NOT other.ambiguous
    AND NOT EXISTS (
        SELECT FROM archive_alias AS twin WHERE twin.key = other.key AND twin.entity_id <> other.entity_id)
    -- As EntityQuerySet.visible(): a name that only unpublished articles mention would tell of them.
    AND (EXISTS (
            SELECT FROM archive_mention AS mention JOIN archive_articlesearch AS entry USING (article_id)
            WHERE mention.entity_id = named.entity_id AND mention.confirmed IS DISTINCT FROM false
                AND entry.visible_from <= %(now)s)
        OR NOT EXISTS (
            SELECT FROM archive_mention AS mention
            WHERE mention.entity_id = named.entity_id AND mention.confirmed IS DISTINCT FROM false))
ORDER BY other.kind <> 'name', length(other.name), other.name
"""


def other_names(runs: Collection[Words]) -> Asking[dict[Words, list[Words]]]:
    """Return, for those of RUNS of a query's words that name an entity, its other names in Arabic letters.

    A name that several entities share, or that is marked as ambiguous, says too little: it neither leads to others
    nor joins them. A name that holds every word of the run finds nothing that the run does not.
    """
    runs_by_key: dict[str, list[Words]] = defaultdict(list)
    for run in runs:
        for key in _keys(run):
            if not is_stop_word(key):
                runs_by_key[key].append(run)
    others: dict[Words, dict[Stems, Words]] = defaultdict(dict)
    for key, name in (yield from _names(sorted(runs_by_key))):
        words = tuple(forms(name))
        if is_stop_word(name) or not 0 < len(words) <= MAX_NAME_WORDS:
            continue
        for run in runs_by_key[key]:
            if not set(stems_of(run)) <= set(stems_of(words)):
                others[run].setdefault(stems_of(words), words)
    return {run: list(names.values())[:MAX_NAMES] for run, names in others.items()}


def is_latin_run(run: Words) -> bool:
    """Is every word of RUN written in Latin letters?"""
    return all(is_latin(word.folded) for word in run)


def hear_runs(runs: Collection[Words]) -> Asking[Heard]:
    """Return the words of names that may sound like those of RUNS in Latin letters, for `names_that_sound_so`."""
    return hear(map(_typed, _to_look_up(runs)))


def names_that_sound_so(
    runs: Collection[Words], known: Collection[Words], heard: Heard
) -> Asking[dict[Words, list[Words]]]:
    """Return, for the longest of RUNS in Latin letters that sound like names, these in Arabic letters.

    What lies in a run that is KNOWN, or found to be one, is passed over. All are looked for at once: the shorter in
    vain where the longer is one, but a page waits for each length otherwise.
    """
    found: dict[Words, list[Words]] = {}
    possible = [run for run in _to_look_up(runs) if not _lies_in(run, known)]
    names = yield from together(*(_names_like(_typed(run), heard) for run in possible))
    for run, others in zip(possible, names, strict=True):
        if others and not _lies_in(run, (longer for longer in found if len(longer) > len(run))):
            found[run] = others
    return found


def _lies_in(run: Words, others: Iterable[Words]) -> bool:
    return any(set(run) <= set(larger) for larger in others)


def _typed(run: Words) -> str:
    return " ".join(word.typed for word in run)


def names_in_arabic(parts: Sequence[Part]) -> Iterator[tuple[str, list[str]]]:
    """Yield the names in Latin letters among PARTS as they were typed, with what they are in Arabic letters too."""
    for part in parts:
        if isinstance(part, Same) and is_latin_run(part.forms):
            yield part.text.strip("«»"), [other.text.strip("«»") for other in part.others]
        elif isinstance(part, Group):
            yield from names_in_arabic(part.parts)


def _to_look_up(runs: Collection[Words]) -> list[Words]:
    """Those of RUNS that may be names in Latin letters, the longest first; not too many."""
    latin = [run for run in runs if is_latin_run(run)]
    many = len({word for run in latin for word in run}) > FEW_LATIN_WORDS
    possible = [
        run
        for run in latin
        if len(run) <= (MAX_RUN_OF_MANY if many else MAX_NAME_WORDS)
        and not ENGLISH_WORDS & {run[0].folded, run[-1].folded}
    ]
    return sorted(possible, key=len, reverse=True)[:MAX_LOOKED_UP]


def _names_like(text: str, heard: Heard) -> Asking[list[Words]]:
    """The stretches of names in Arabic letters that sound like TEXT; the entity's other names too, if one is whole.

    Where a stretch is an ambiguous name, the entity's main one stands for it.
    """
    least = LEAST_LIKE if " " in text else LEAST_LIKE_WORD
    alike = yield from find_names.part(text, limit=MAX_LIKEST, heard=heard)
    likest = [one for one in alike if one.span_like >= least]
    ids = [one.entity_id for one in likest]
    main_names = Entity.objects.filter(pk__in=ids).values_list(FoldedWords("name"))
    stretches = Q(key__in={words(one.span) for one in likest}) | Q(key__in=main_names)
    of_visible, of_whole, of_ambiguous, _figures = yield from together(
        rows_of_queryset(Entity.objects.visible().filter(pk__in=ids).values_list("pk", "name")),
        _names([words(one.name) for one in likest if _is_whole(one)]),
        rows_of_queryset(Alias.objects.filter(stretches, ambiguous=True).values_list("key")),
        # What is found joins the query, and then the figures of its words are wanted: a page remembers them.
        read_statistics.part({word.stem_term for one in likest for word in forms(f"{one.name} {one.span}")}),
    )
    visible = dict(of_visible)
    seen = [one for one in likest if one.entity_id in visible]
    whole = {words(one.name) for one in seen if _is_whole(one)}
    ambiguous = {key for (key,) in of_ambiguous}
    written = [visible[one.entity_id] if words(one.span) in ambiguous else one.span for one in seen]
    written += [name for key, name in of_whole if key in whole]
    others = {
        stems_of(other): other
        for name in written
        if words(name) not in ambiguous and not is_latin(words(name)) and (other := tuple(forms(name)))
    }
    return list(others.values())[:MAX_NAMES]


def _is_whole(one: FoundName) -> bool:
    return words(one.span) == words(one.name)


def _keys(run: Words) -> Iterator[str]:
    """What names may be written as that RUN says: with and without what stands before its first word (بالكويت)."""
    first, *rest = run
    begins = [first.folded]
    if first.bare != first.folded:
        begins += [first.bare, f"ال{first.bare}"]
    for begin in dict.fromkeys(begins):
        yield " ".join([begin, *(word.folded for word in rest)])


def _names(keys: Collection[str]) -> Asking[list[tuple[str, str]]]:
    """The other names of entities that one of KEYS names, with the key, full ones first."""
    return rows_of(NAMES, {"keys": list(keys), "now": timezone.now()}) if keys else at_once([])

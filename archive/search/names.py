"""Entities that a query names, and the other names they go by."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db import connection
from django.utils import timezone

from archive.search.same_words import Stems, Words, stems_of
from archive.search.terms import forms
from archive.text.stop_words import is_stop_word

MAX_NAMES = 8
"""So many other names of what a query names join it."""

MAX_NAME_WORDS = 5

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


def other_names(runs: Collection[Words]) -> dict[Words, list[Words]]:
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
    for key, name in _names(runs_by_key):
        words = tuple(forms(name))
        if is_stop_word(name) or not 0 < len(words) <= MAX_NAME_WORDS:
            continue
        for run in runs_by_key[key]:
            if not set(stems_of(run)) <= set(stems_of(words)):
                others[run].setdefault(stems_of(words), words)
    return {run: list(names.values())[:MAX_NAMES] for run, names in others.items()}


def _keys(run: Words) -> Iterator[str]:
    """What names may be written as that RUN says: with and without what stands before its first word (بالكويت)."""
    first, *rest = run
    begins = [first.folded]
    if first.bare != first.folded:
        begins += [first.bare, f"ال{first.bare}"]
    for begin in dict.fromkeys(begins):
        yield " ".join([begin, *(word.folded for word in rest)])


def _names(keys: Collection[str]) -> list[tuple[str, str]]:
    """The other names of entities that one of KEYS names, with the key, full ones first."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES, {"keys": list(keys), "now": timezone.now()})
        return cursor.fetchall()

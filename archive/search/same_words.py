"""Words that mean one thing and share no stem: broken plurals (وزير, وزراء), names in several spellings.

Some ship with the project, the others are the editors' own. These are read for every search, so that what an editor
saves holds at once, in every process.
"""

from collections import defaultdict
from collections.abc import Collection
from functools import cache
from pathlib import Path

from archive.asking import Asking, rows_of
from archive.search.terms import Forms, forms

FILE = Path(__file__).parent / "same_words_v1.txt"

Stems = tuple[str, ...]
Words = tuple[Forms, ...]


def other_words(wanted: Collection[Stems]) -> Asking[dict[Stems, list[Words]]]:
    """Return what else those of the words or phrases WANTED are written as that are known, by their stems."""
    others = {stems: list(found) for stems in wanted if (found := shipped_words().get(stems))}
    for stems, found in (yield from _of_editors(wanted)).items():
        others.setdefault(stems, []).extend(found)
    return others


@cache
def shipped_words() -> dict[Stems, list[Words]]:
    """What ships with the project: for the stems of each word or phrase, the others of its group."""
    others: dict[Stems, list[Words]] = defaultdict(list)
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        members = [tuple(forms(member)) for member in line.split("=")]
        for member in members:
            others[stems_of(member)] += [other for other in members if stems_of(other) != stems_of(member)]
    return dict(others)


def stems_of(words: Words) -> Stems:
    return tuple(word.stem for word in words)


OF_EDITORS = """
SELECT asked.key, other.text
FROM archive_synonym AS asked
    JOIN archive_synonymgroup AS synonyms ON synonyms.id = asked.group_id AND synonyms.state = 'confirmed'
    JOIN archive_synonym AS other ON other.group_id = asked.group_id AND other.key <> asked.key
WHERE asked.key = ANY (%s) ORDER BY other.id
"""


def _of_editors(wanted: Collection[Stems]) -> Asking[dict[Stems, list[Words]]]:
    by_key = {" ".join(stems): stems for stems in sorted(wanted)}
    others: dict[Stems, list[Words]] = defaultdict(list)
    for key, text in (yield from rows_of(OF_EDITORS, [list(by_key)])):
        others[by_key[key]].append(tuple(forms(text)))
    return others

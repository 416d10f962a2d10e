"""Words that mean one thing and share no stem: broken plurals (وزير, وزراء), names in several spellings."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from archive.search.terms import Forms, forms

FILE = Path(__file__).parent / "same_words_v1.txt"


def other_words(stems: Sequence[str]) -> list[tuple[Forms, ...]]:
    """Return what else the word or words with STEMS is written as; nothing for most."""
    return _groups().get(tuple(stems), [])


def longest_group() -> int:
    """How many words the longest name has that another is written as."""
    return max(map(len, _groups()))


@cache
def _groups() -> dict[tuple[str, ...], list[tuple[Forms, ...]]]:
    groups: dict[tuple[str, ...], list[tuple[Forms, ...]]] = defaultdict(list)
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        members = [tuple(forms(member)) for member in line.split("=")]
        for member in members:
            key = tuple(word.stem for word in member)
            groups[key] += [other for other in members if tuple(word.stem for word in other) != key]
    return dict(groups)

"""How two texts differ, word by word, for people to read."""

from collections.abc import Iterator
from difflib import SequenceMatcher

CONTEXT_WORDS = 5
LEFT_OUT = "…"


def word_diff(before: str, after: str) -> str:
    """Return the stretches in which the words differ: `word [-gone-] {+come+} word`, and what lies between as “…”.

    Empty when no word differs.
    """
    old, new = before.split(), after.split()
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT_WORDS)
    shown = [" ".join(_stretch(group, old, new)) for group in groups]
    if not shown:
        return ""
    return f" {LEFT_OUT} ".join(shown)


def _stretch(group: list[tuple], old: list[str], new: list[str]) -> Iterator[str]:
    for kind, old_from, old_to, new_from, new_to in group:
        if kind == "equal":
            yield " ".join(old[old_from:old_to])
            continue
        if old_to > old_from:
            yield f"[-{' '.join(old[old_from:old_to])}-]"
        if new_to > new_from:
            yield f"{{+{' '.join(new[new_from:new_to])}+}}"

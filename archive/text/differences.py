"""How two texts differ, word by word, for people to read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

CONTEXT_WORDS = 5
LEFT_OUT = "…"

FEWEST_SAME_WORDS = 2
"""One word alone that stayed between two changes is read with them."""

LEAST_LIKENESS = 0.3
"""Paragraphs that share less of their words are two, not one that was rewritten."""

SEARCHED_PARAGRAPHS = 12
"""So far ahead is looked for what a paragraph was before."""

MAX_EXACT_WORDS = 1000
"""In a longer paragraph the commonest words are not looked for: it would take minutes."""


class Piece(NamedTuple):
    """A run of words that stayed, went or came."""

    kind: Literal["same", "gone", "new"]
    text: str


class ChangedParagraph(NamedTuple):
    """A paragraph that changed, in PIECES; BEFORE it stand so many that did not."""

    pieces: list[Piece]
    before: int


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


def changed_paragraphs(before: str, after: str) -> list[ChangedParagraph]:
    """Return the paragraphs, lines of a plain text, in which BEFORE and AFTER differ, in the order of the texts.

    One that was rewritten is told word by word; one that has little of the other's words went, and the other came.
    """
    old, new = before.split("\n"), after.split("\n")
    changed: list[ChangedParagraph] = []
    unchanged = 0
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            unchanged += end - start
            continue
        for left, right in _paired(old[start:end], new[new_start:new_end]):
            if pieces := changed_words(left, right):
                changed.append(ChangedParagraph(pieces, unchanged))
                unchanged = 0
    return changed


def side_by_side(before: str, after: str) -> list[tuple[list[Piece], list[Piece]]]:
    """Return the paragraphs of BEFORE and AFTER beside each other: what stayed or went, and what stayed or came.

    A side is empty where the other's paragraph has no counterpart.
    """
    old, new = before.split("\n"), after.split("\n")
    rows: list[tuple[list[Piece], list[Piece]]] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += [([Piece("same", text)], [Piece("same", text)]) for text in old[start:end] if text]
            continue
        for left, right in _paired(old[start:end], new[new_start:new_end]):
            pieces = changed_words(left, right) or [Piece("same", right)]
            if any(beside := sides(pieces)):
                rows.append(beside)
    return rows


def sides(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Return what of PIECES stayed or went, and what stayed or came."""
    return (
        [piece for piece in pieces if piece.kind != "new"],
        [piece for piece in pieces if piece.kind != "gone"],
    )


def changed_words(before: str, after: str) -> list[Piece]:
    """Return BEFORE and AFTER as one text in pieces: what stayed, what went, what came.

    Empty when no word differs.
    """
    old, new = before.split(), after.split()
    if old == new:
        return []
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > MAX_EXACT_WORDS)
    blocks = _blocks_worth_telling(matcher.get_opcodes())
    return [
        Piece(kind, " ".join(words))
        for same, old_words, new_words in ((same, old[a:b], new[c:d]) for same, a, b, c, d in blocks)
        for kind, words in ([("same", old_words)] if same else [("gone", old_words), ("new", new_words)])
        if words
    ]


def _blocks_worth_telling(opcodes: Sequence[tuple]) -> list[tuple[bool, int, int, int, int]]:
    """OPCODES as (stayed, and where in both texts); runs too short to stand alone are joined to their neighbours."""
    blocks: list[tuple[bool, int, int, int, int]] = []
    for place, (kind, *where) in enumerate(opcodes):
        inside = 0 < place < len(opcodes) - 1
        same = kind == "equal" and not (inside and where[1] - where[0] < FEWEST_SAME_WORDS)
        if blocks and not same and not blocks[-1][0]:
            _same, start, _end, new_start, _new_end = blocks.pop()
            where = [start, where[1], new_start, where[3]]
        blocks.append((same, *where))
    return blocks


def _paired(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """The paragraphs OLD beside those of NEW that they became, in order; "" beside one that went, or came."""
    next_old = 0
    came: list[str] = []
    for paragraph in new:
        searched = range(next_old, min(len(old), next_old + SEARCHED_PARAGRAPHS))
        likest = max(searched, key=lambda place: _likeness(old[place], paragraph), default=None)
        if likest is None or _likeness(old[likest], paragraph) < LEAST_LIKENESS:
            came.append(paragraph)
            continue
        # What went is told before what came in its place.
        yield from ((gone, "") for gone in old[next_old:likest])
        yield from (("", one) for one in came)
        yield old[likest], paragraph
        next_old, came = likest + 1, []
    yield from ((gone, "") for gone in old[next_old:])
    yield from (("", one) for one in came)


def _likeness(one: str, other: str) -> float:
    """How much of their words two paragraphs share, from 0 to 1."""
    words, others = Counter(one.split()), Counter(other.split())
    return 2 * (words & others).total() / max(1, words.total() + others.total())


def _stretch(group: list[tuple], old: list[str], new: list[str]) -> Iterator[str]:
    for kind, old_from, old_to, new_from, new_to in group:
        if kind == "equal":
            yield " ".join(old[old_from:old_to])
            continue
        if old_to > old_from:
            yield f"[-{' '.join(old[old_from:old_to])}-]"
        if new_to > new_from:
            yield f"{{+{' '.join(new[new_from:new_to])}+}}"

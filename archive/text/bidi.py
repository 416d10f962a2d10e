"""The order in which mixed text is read: the Unicode bidirectional algorithm (UAX #9) for one paragraph.

Explicit embeddings, overrides and isolates are not followed: titles have none, and `plain_line` drops their marks.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

LEFT_TO_RIGHT, RIGHT_TO_LEFT = 0, 1
"""The levels of a paragraph: of a deeper run, odd ones are read from the right too."""

_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_CLOSING = {closing: opening for opening, closing in _BRACKETS.items()}
_STRONG = {"L": "L", "R": "R", "AL": "R"}
_AS_NEIGHBOUR = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
"""What a neutral or a bracket takes a character beside it for."""

_NEUTRAL = {"B", "S", "WS", "ON"}
# Controls and format characters: all that the algorithm removes, but not the joiners, which shape letters.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
_JOINERS = "\u200c\u200d"


class Run(NamedTuple):
    """A stretch of text that is read one way: START and END are offsets, LEVEL is odd from right to left."""

    start: int
    end: int
    level: int


def plain_line(text: str) -> str:
    """Return TEXT as one line of single spaces, without characters that are not seen."""
    return " ".join(_UNSEEN.sub("", text).split())


def base_level(text: str) -> int:
    """The level of the paragraph TEXT: that of its first letter; from the right where it has none (P2, P3)."""
    strong = (_STRONG.get(unicodedata.bidirectional(character)) for character in text)
    return LEFT_TO_RIGHT if next(filter(None, strong), "R") == "L" else RIGHT_TO_LEFT


def levels(text: str, base: int) -> list[int]:
    """Return the level of each character of TEXT, a paragraph of the level BASE."""
    classes = [_bidi_class(character) for character in text]
    embedding = "R" if base % 2 else "L"
    resolved = _weak(classes, embedding)
    _pair_brackets(text, classes, resolved, embedding)
    _neutrals(resolved, embedding)
    implicit = ({"R": 1, "AN": 2, "EN": 2}, {"L": 1, "AN": 1, "EN": 1})[base % 2]
    return [base + implicit.get(kind, 0) for kind in resolved]


def visual_runs(line: Sequence[int], base: int, blanks: Sequence[bool]) -> list[Run]:
    """Return the runs of a LINE of levels as they stand from left to right (L1, L2).

    BLANKS are true where a character is a space: those that end the line stand at its end.
    """
    shown = list(line)
    for place in range(len(shown) - 1, -1, -1):
        if not blanks[place]:
            break
        shown[place] = base
    runs, start = [], 0
    for level, members in groupby(shown):
        end = start + sum(1 for _member in members)
        runs.append(Run(start, end, level))
        start = end
    lowest_odd = min((run.level | 1 for run in runs), default=1)
    for level in range(max((run.level for run in runs), default=0), lowest_odd - 1, -1):
        runs = _reversed_from(runs, level)
    return runs


def _reversed_from(runs: list[Run], level: int) -> list[Run]:
    """RUNS with every stretch of those of LEVEL and above turned round."""
    turned: list[Run] = []
    for is_deep, stretch in groupby(runs, key=lambda run: run.level >= level):
        members = list(stretch)
        turned += members[::-1] if is_deep else members
    return turned


def _bidi_class(character: str) -> str:
    # The joiners count as what they join, as marks do; what this Python's Unicode has not heard of reads on.
    return "NSM" if character in _JOINERS else unicodedata.bidirectional(character) or "L"


def _weak(classes: list[str], embedding: str) -> list[str]:
    """CLASSES after the rules W1 to W7: L, R, EN, AN and neutrals are left."""
    kinds: list[str] = []
    for kind in classes:  # W1
        kinds.append((kinds[-1] if kinds else embedding) if kind == "NSM" else kind)
    strong = embedding
    for place, kind in enumerate(kinds):  # W2, W3
        strong = kind if kind in _STRONG else strong
        if kind == "EN" and strong == "AL":
            kinds[place] = "AN"
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    _join_numbers(kinds)
    strong = embedding
    for place, kind in enumerate(kinds):  # W7
        strong = kind if kind in _STRONG else strong
        if kind == "EN" and strong == "L":
            kinds[place] = "L"
    return kinds


def _join_numbers(kinds: list[str]) -> None:
    """What belongs to a number: one separator inside it (W4), signs beside it (W5); others are neutral (W6)."""
    for place in range(1, len(kinds) - 1):
        before, kind, after = kinds[place - 1 : place + 2]
        if before == after and (before, kind) in (("EN", "ES"), ("EN", "CS"), ("AN", "CS")):
            kinds[place] = before
    start = 0
    for kind, members in groupby(list(kinds)):
        end = start + sum(1 for _member in members)
        if kind == "ET" and "EN" in (*kinds[max(0, start - 1) : start], *kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
        start = end
    kinds[:] = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in kinds]


def _pair_brackets(text: str, classes: list[str], kinds: list[str], embedding: str) -> None:
    """Brackets take the direction of what is between them, both the same (N0)."""
    for opening, closing in _bracket_pairs(text, kinds):
        inside = {_AS_NEIGHBOUR[kind] for kind in kinds[opening + 1 : closing] if kind in _AS_NEIGHBOUR}
        if not inside:
            continue
        if embedding not in inside:
            before = (_AS_NEIGHBOUR[kind] for kind in reversed(kinds[:opening]) if kind in _AS_NEIGHBOUR)
            taken = next(before, embedding)
        else:
            taken = embedding
        for place in (opening, closing):
            kinds[place] = taken
            for follower in range(place + 1, len(kinds)):
                if classes[follower] != "NSM":
                    break
                kinds[follower] = taken


def _bracket_pairs(text: str, kinds: list[str]) -> list[tuple[int, int]]:
    """The places of the brackets of TEXT that belong together, in the order of the first of each."""
    open_at: list[int] = []
    pairs = []
    for place, character in enumerate(text):
        if kinds[place] != "ON":
            continue
        if character in _BRACKETS:
            open_at.append(place)
        elif character in _CLOSING:
            matching = [at for at in open_at if text[at] == _CLOSING[character]]
            if matching:
                pairs.append((matching[-1], place))
                del open_at[open_at.index(matching[-1]) :]
    return sorted(pairs)


def _neutrals(kinds: list[str], embedding: str) -> None:
    """Neutrals between two of one direction take it, others that of the paragraph (N1, N2)."""
    start = 0
    for is_neutral, members in groupby(list(kinds), key=lambda kind: kind in _NEUTRAL):
        end = start + sum(1 for _member in members)
        if is_neutral:
            before = _AS_NEIGHBOUR[kinds[start - 1]] if start else embedding
            after = _AS_NEIGHBOUR[kinds[end]] if end < len(kinds) else embedding
            kinds[start:end] = [before if before == after else embedding] * (end - start)
        start = end

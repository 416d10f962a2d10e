"""What stands between quotation marks in a text, as papers set them: «…», "…", “…” in either order, nested, torn."""

import re
from typing import NamedTuple

DEEPEST = 8
MAX_TORN_CHARS = 1_500
"""How far a closing mark may stand from the opening one of another paragraph."""

_MARKS = re.compile('[«»“”„"\n]')
_FAMILIES = {"«": "«»", "»": "«»", "“": "“”„", "”": "“”„", "„": "“”„", '"': '"'}


class Quoted(NamedTuple):
    """The stretch START to END within the marks; CLOSED is False when it ends with its paragraph only."""

    start: int
    end: int
    closed: bool


def quoted_stretches(text: str) -> list[Quoted]:
    """The outermost stretches of TEXT between quotation marks, in order."""
    found: list[Quoted] = []
    open_marks: list[tuple[str, int]] = []
    for match in _MARKS.finditer(text):
        mark = match[0]
        if mark == "\n":
            if open_marks and not _closes_later(text, open_marks[0], match.start()):
                found.append(Quoted(open_marks[0][1], match.start(), closed=False))
                open_marks.clear()
            continue
        family = _FAMILIES[mark]
        opened = next((place for place, (other, _) in enumerate(open_marks) if other in family), None)
        if _opens(text, match, opened is not None):
            if len(open_marks) < DEEPEST:
                open_marks.append((mark, match.end()))
        elif opened is not None:
            if opened == 0:
                found.append(Quoted(open_marks[0][1], match.start(), closed=True))
            del open_marks[opened:]
    if open_marks:
        found.append(Quoted(open_marks[0][1], len(text), closed=False))
    return [_trimmed(text, stretch) for stretch in found if text[stretch.start : stretch.end].strip()]


def _opens(text: str, match: re.Match, is_open: bool) -> bool:
    """Is the mark an opening one? Guillemets tell it themselves; the others close what they may close."""
    if match[0] in "«»":
        return match[0] == "«"
    return not is_open


def _closes_later(text: str, opened: tuple[str, int], paragraph_end: int) -> bool:
    """Does the mark that was OPENED close in a later paragraph, before any other mark of its family?"""
    mark, start = opened
    if mark == '"':
        return False
    following = re.compile(f"[{_FAMILIES[mark]}]").search(text, paragraph_end, start + MAX_TORN_CHARS)
    if following is None:
        return False
    return following[0] == "»" if mark == "«" else following[0] != mark


def _trimmed(text: str, stretch: Quoted) -> Quoted:
    within = text[stretch.start : stretch.end]
    start = stretch.start + len(within) - len(within.lstrip())
    return stretch._replace(start=start, end=start + len(within.strip()))

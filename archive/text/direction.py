"""Text of one direction in lines of the other.

A line is ordered by its letters (Unicode's bidirectional algorithm). Marks and spaces between the two directions go
with the line, so an Arabic line takes "+961 1 234 567" apart and shows its groups from the right, and puts the end of
"C++" before its beginning. Where there is markup, `<bdi>` and `dir` say what belongs together; elsewhere isolates do.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape

from archive.text.dates import ISO_DATE, POP_DIRECTIONAL_ISOLATE

LEFT_TO_RIGHT_ISOLATE = "\u2066"
FIRST_STRONG_ISOLATE = "\u2068"
_RIGHT_TO_LEFT_LANGUAGES = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"})
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_LEFT_TO_RIGHT = frozenset({"L"})

# A number of a telephone begins with + or 0; groups of digits alone may as well be years, which follow the line.
_RUNS = re.compile(
    r"(?i:https?)://[^\s<>«»،؛]+"
    r"|(?<![\d+])\+\d(?:[ \u00a0./()-]{0,2}\d){6,14}(?!\d)"
    r"|(?<![\d+/-])[0٠]\d{1,4}(?:[ \u00a0]\d{1,8}){2,5}(?![\d/-])"
    rf"|(?<![\w/-]){ISO_DATE.pattern}(?![\w/-])"
    r"|(?<![A-Za-z0-9_&])[A-Za-z][A-Za-z0-9_.]*(?:\+\+|#|\(\))"
    r"|(?<![A-Za-z0-9_&])[@#.][A-Za-z][A-Za-z0-9_]*"
)
_TAG = re.compile("<[^>]*>")
_TAG_OR_RUN = re.compile(rf"(?P<tag>{_TAG.pattern})|{_RUNS.pattern}")


def direction(text: str, language: str) -> str:
    """Return "rtl" or "ltr" for TEXT, perhaps escaped, of a language: that of LANGUAGE, if it has any letter of it.

    The first letter, by which a browser would go, says little: many an Arabic sentence begins with a Latin name.
    """
    is_right_to_left = language.partition("-")[0].lower() in _RIGHT_TO_LEFT_LANGUAGES
    expected, other = (_RIGHT_TO_LEFT, _LEFT_TO_RIGHT) if is_right_to_left else (_LEFT_TO_RIGHT, _RIGHT_TO_LEFT)
    words = unescape(_TAG.sub("", text))
    runs_otherwise = not _has_letter(words, expected) and _has_letter(words, other)
    return "rtl" if is_right_to_left != runs_otherwise else "ltr"


def isolated(text: str, *, right_to_left: bool) -> str:
    """Return TEXT, which may be escaped, as it can stand in a line of plain text that runs RIGHT_TO_LEFT or not.

    With letters of the other direction it is put between isolates, which keep its order and leave the line's alone;
    so is in it whatever runs from the left in any line.
    """
    has_right, has_left = (_has_letter(unescape(text), classes) for classes in (_RIGHT_TO_LEFT, _LEFT_TO_RIGHT))
    if has_right or (right_to_left and not has_left):
        text = _RUNS.sub(lambda run: f"{LEFT_TO_RIGHT_ISOLATE}{run[0]}{POP_DIRECTIONAL_ISOLATE}", str(text))
    return _isolate(text) if (has_left if right_to_left else has_right) else text


def joined(names: Iterable[str], separator: str) -> str:
    """Return NAMES with SEPARATOR between, for a line whose direction is that of the first of them."""
    names = list(names)
    is_mixed = len({_has_letter(name, _RIGHT_TO_LEFT) for name in names}) > 1
    return separator.join(map(_isolate, names) if is_mixed else names)


def _has_letter(text: str, classes: frozenset[str]) -> bool:
    """Whether a character of TEXT is of one of Unicode's bidirectional CLASSES."""
    return any(unicodedata.bidirectional(character) in classes for character in text)


def _isolate(text: str) -> str:
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_DIRECTIONAL_ISOLATE}"


def left_to_right_runs(text: str) -> Iterator[tuple[int, int]]:
    """Where in TEXT stand telephone numbers, ISO dates, addresses and code: what runs from the left in any line."""
    for found in _RUNS.finditer(text):
        yield found.span()


def with_left_to_right_runs(html: str) -> str:
    """Return HTML, text with perhaps a few tags, with its left-to-right runs in elements that keep their order."""
    return _TAG_OR_RUN.sub(lambda found: found[0] if found["tag"] else f'<bdi dir="ltr">{found[0]}</bdi>', html)

"""The sentence around a place in a text."""

import re
from typing import NamedTuple

from archive.text.tokenize import run_around

MAX_SENTENCE_CHARS = 320
_END = re.compile(r"[.!?؟؛…](?=\s)|\n")


class Passage(NamedTuple):
    """A stretch of a text in three parts: what stands BEFORE some words, the WORDS, and what stands AFTER them."""

    before: str
    words: str
    after: str


def sentence_around(text: str, start: int, end: int, *, max_chars: int = MAX_SENTENCE_CHARS) -> Passage:
    """Return the sentence of TEXT around the words from START to END, which are taken whole, as they are printed.

    A sentence is cut at spaces where it is longer than MAX_CHARS before or after the words together.
    """
    first_word, last_word = run_around(text, start), run_around(text, end - 1)
    start, end = first_word.start() if first_word else start, last_word.end() if last_word else end
    first = max((match.end() for match in _END.finditer(text, max(0, start - max_chars), start)), default=None)
    before = text[first:start] if first is not None else _cut_before(text, start, max_chars)
    last = _END.search(text, end, end + max_chars)
    after = text[end : last.end()] if last else _cut_after(text, end, max_chars)
    room = max_chars - (end - start)
    return Passage(
        _cut_before(before, len(before), max(room - len(after), room // 2)).lstrip(),
        text[start:end],
        _cut_after(after, 0, max(room - len(before), room // 2)).rstrip(),
    )


def _cut_before(text: str, end: int, max_chars: int) -> str:
    if end <= max_chars:
        return text[:end]
    return "…" + text[end - max_chars : end].partition(" ")[2]


def _cut_after(text: str, start: int, max_chars: int) -> str:
    if len(text) - start <= max_chars:
        return text[start:]
    return text[start : start + max_chars].rpartition(" ")[0] + "…"

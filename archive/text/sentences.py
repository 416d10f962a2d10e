"""Sentences of plain text."""

import re
from typing import NamedTuple

from archive.text.tokenize import run_around

MAX_SENTENCE_CHARS = 320

SENTENCE_END = r"(?<![ .][ء-ي])[.؟!]+(?=[\s»”\"]|$)"
"""Not behind an initial, as in «د. أحمد», and not inside a number."""

_END = re.compile(rf"{SENTENCE_END}|\n")
_CLOSING = '»”"'


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence of TEXT stands that holds the stretch START to END, as character offsets."""
    first = 0
    for match in _END.finditer(text, 0, start):
        first = match.end()
    match = _END.search(text, end)
    last = match.end() if match else len(text)
    while last < len(text) and text[last] in _CLOSING:
        last += 1
    sentence = text[first:last]
    return first + len(sentence) - len(sentence.lstrip(' \n\t»”"')), first + len(sentence.rstrip())


class Passage(NamedTuple):
    """A stretch of a text in three parts: what stands BEFORE some words, the WORDS, and what stands AFTER them."""

    before: str
    words: str
    after: str


def passage_around(text: str, start: int, end: int, *, max_chars: int = MAX_SENTENCE_CHARS) -> Passage:
    """Return the sentence of TEXT around the words from START to END, which are taken whole, as they are printed.

    A sentence is cut at spaces where it is longer than MAX_CHARS before or after the words together.
    """
    first_word, last_word = run_around(text, start), run_around(text, end - 1)
    start, end = first_word.start() if first_word else start, last_word.end() if last_word else end
    first, last = sentence_around(text, start, end)
    before, after = text[first:start], text[end:last]
    room = max_chars - (end - start)
    return Passage(
        _cut_before(before, max(room - len(after), room // 2)).lstrip(),
        text[start:end],
        _cut_after(after, max(room - len(before), room // 2)).rstrip(),
    )


def _cut_before(text: str, max_chars: int) -> str:
    return text if len(text) <= max_chars else "…" + text[len(text) - max_chars :].partition(" ")[2]


def _cut_after(text: str, max_chars: int) -> str:
    return text if len(text) <= max_chars else text[:max_chars].rpartition(" ")[0] + "…"

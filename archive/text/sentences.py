"""Sentences of plain text."""

import re

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

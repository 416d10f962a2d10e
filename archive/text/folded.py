"""A text folded as a whole, in which patterns are looked for, and the way back to where they stand in the text."""

import re

from archive.text.normalize import MARK_RANGES, PRESENTATION_RANGES, fold

_NOT_ONE_FOR_ONE = re.compile(f"([{PRESENTATION_RANGES}])|[{MARK_RANGES}]+")
_MARKS = re.compile(f"[{MARK_RANGES}]*")
_SPACES = str.maketrans("\u00a0\u2009\u202f", "   ")


class FoldedText:
    """TEXT and `folded`, its folded form, with the offsets of the one for those of the other.

    No-break and thin spaces are spaces there, so that a pattern has to know no others.
    """

    def __init__(self, text: str):
        self.text = text
        self._places: list[int] | None = None
        if not _NOT_ONE_FOR_ONE.search(text):
            self.folded = fold(text).translate(_SPACES)
            return
        pieces, places, done = [], [], 0
        for match in _NOT_ONE_FOR_ONE.finditer(text):
            pieces.append(fold(text[done : match.start()]))
            places += range(done, match.start())
            if match[1]:
                pieces.append(fold(match[1]))
                places += [match.start()] * len(pieces[-1])
            done = match.end()
        pieces.append(fold(text[done:]))
        places += range(done, len(text))
        self.folded = "".join(pieces).translate(_SPACES)
        self._places = places

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text the stretch START to END of `folded` stands, with the marks of its last letter."""
        if self._places is None or start >= end:
            return start, end
        last = self._places[end - 1] + 1
        return self._places[start], _MARKS.match(self.text, last).end()

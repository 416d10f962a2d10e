"""What is made of a word, kept for the next time: most words of a text have been in another."""

from collections.abc import Callable
from typing import Generic, TypeVar

MOST_RUNS = 100_000
MOST_CHARS = 100

Made = TypeVar("Made")


class Remembered(dict[str, Made], Generic[Made]):
    """What MAKE makes of each run, as `remembered[run]`: a dictionary, for an `lru_cache` costs a call each time.

    What is no word of any language may be as long as a text, and is not kept.
    """

    def __init__(self, make: Callable[[str], Made], *, most: int = MOST_RUNS):
        """MOST are kept, then it begins anew."""
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, run: str) -> Made:
        made = self._make(run)
        if len(run) <= MOST_CHARS:
            if len(self) >= self._most:
                self.clear()
            self[run] = made
        return made

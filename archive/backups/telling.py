"""How far a long work on backups is, as whoever asked for it wants to hear."""

from collections.abc import Iterable, Iterator

MEGABYTE = 1000 * 1000


class Teller:
    """Hears which step begins, and how many things of how many are done; this one says nothing of it."""

    def begin(self, step: str) -> None:
        """A step has begun: a sentence."""

    def __call__(self, done: int, total: int) -> None:
        """DONE of TOTAL things of the step are done."""

    def written(self, megabytes: int) -> None:
        """So much of a step whose end is not known is done."""

    def measured(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Hand PIECES on, and tell how much they are."""
        total = 0
        for piece in pieces:
            total += len(piece)
            self.written(total // MEGABYTE)
            yield piece

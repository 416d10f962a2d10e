"""How far a long command is, told on standard error."""

import sys
import time
from typing import Self

from django.utils.translation import gettext as _

PROGRESS_SECONDS = 0.5
UNWATCHED_PROGRESS_SECONDS = 10


class Progress:
    """Tells how many of how many are done: in one line that changes where somebody watches, else now and then.

    As a context it takes that line away at its end, whatever that was.
    """

    def __init__(self, *, quiet: bool):
        self.quiet = quiet
        self._watched = not quiet and sys.stderr.isatty()
        self._started_at = self._told_at = time.monotonic()
        self._done = 0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done < self._done:
            # Something else is counted from here on.
            self._started_at = now
        self._done = done
        if self.quiet or now - self._told_at < (PROGRESS_SECONDS if self._watched else UNWATCHED_PROGRESS_SECONDS):
            return
        self._told_at = now
        rate = done / max(now - self._started_at, 1)
        line = _("%(done)d of %(total)d, %(rate)d a second") % {"done": done, "total": total, "rate": rate}
        sys.stderr.write(f"\r\x1b[K{line}" if self._watched else f"{line}\n")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    def end(self) -> None:
        if self._watched:
            sys.stderr.write("\r\x1b[K")

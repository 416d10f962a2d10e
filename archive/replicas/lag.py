"""How old what a replica has is: told by where the primary's log was, and when.

No clock of another machine is asked, and nothing is written for it. A primary at which nothing happens is no lag: its
replicas have all that there is.
"""

from collections import deque
from threading import Lock

KEPT_SECONDS = 600
"""What a replica lacks for longer is not told in seconds any more."""

UNKNOWN = float("inf")


class Positions:
    """Positions in the primary's log, as bytes since its beginning, with the times at which they were seen."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._heard_at = 0.0
        self._lock = Lock()

    def note(self, position: int, at: float) -> None:
        """Note that the primary's log had come to POSITION, AT seconds of a clock that only goes forward."""
        with self._lock:
            self._heard_at = at
            # Another server has become the primary: what the one before it had written beyond is no more.
            if self._seen and position < self._seen[-1][1]:
                self._seen.clear()
            if not self._seen or position > self._seen[-1][1]:
                self._seen.append((at, position))
            while len(self._seen) > 1 and self._seen[1][0] < at - KEPT_SECONDS:
                self._seen.popleft()

    def lag_seconds(self, replayed: int) -> float | None:
        """For how long a replica that has REPLAYED so much has lacked something; None where that cannot be told.

        It is told as of when the primary was last heard: one that is down leaves none behind. What was written before
        the first look, or long ago, was so at a time that nobody knows, UNKNOWN.
        """
        with self._lock:
            if not self._seen:
                return None
            lacking = next(
                ((at, first) for first, (at, position) in enumerate(self._seen) if position > replayed), None
            )
            if lacking is None:
                return 0.0
            at, first = lacking
            return self._heard_at - at if first else UNKNOWN

"""What many messages have in common: read, and rendered, once in a few seconds for all that are sent together."""

import time
from collections.abc import Callable, Hashable
from typing import TypeVar

KEPT_SECONDS = 2
"""So long an article that was withdrawn may still go out."""

MOST = 500

Made = TypeVar("Made")


class Common:
    """Keeps what was made, by a key, for KEPT_SECONDS."""

    def __init__(self):
        self._kept: dict[Hashable, tuple[float, object]] = {}

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made for KEY of late, or what MAKE makes now."""
        now = time.monotonic()
        since, made = self._kept.get(key, (0.0, None))
        if not since or now - since > KEPT_SECONDS:
            if len(self._kept) >= MOST:
                self._kept.clear()
            made = make()
            self._kept[key] = (now, made)
        return made

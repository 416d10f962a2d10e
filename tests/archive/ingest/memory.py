"""How much memory a call takes at most."""

import tracemalloc
from collections.abc import Callable
from typing import Any


def peak_of(call: Callable[[], Any]) -> tuple[Any, int]:
    """What CALL returns, and how many bytes of Python's memory there were at once meanwhile, beyond those before it."""
    tracemalloc.start()
    try:
        return call(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

"""The numbers under which the search index files an article; the SQL twin is `article_keys_v2`."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import IntEnum

KIND_BITS = 3
SAMPLES = 64
"""Every article is in one of so many samples of equal size, by its id."""


class Kind(IntEnum):
    SAMPLE = 0
    SECTION = 1
    SOURCE = 2
    MONTH = 3
    ENTITY = 4


def key(kind: Kind, value: int) -> int:
    """Return the key of VALUE: an id, a sample's number, or a month as year * 12 + month - 1."""
    return value << KIND_BITS | kind


def keys(kind: Kind, values: Iterable[int]) -> list[int]:
    return [key(kind, value) for value in values]


def month_of(moment: datetime) -> int:
    """Return the month of MOMENT, of UTC, as keys and statistics have it."""
    moment = moment.astimezone(UTC)
    return moment.year * 12 + moment.month - 1

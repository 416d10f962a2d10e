"""Searches that found nothing: what readers miss. Words and a day are kept, and nothing of who searched."""

from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError
from django.db.models import Sum

from archive.asking import Asking, asked, rows_of
from archive.models import FruitlessSearch
from archive.replicas.reading import primary_meanwhile, reads_from_replica
from archive.replicas.watch import is_primary_down
from archive.text.normalize import words

MAX_CHARS = 100
MAX_A_DAY = 2000
"""Beyond so many different ones a day none is added: nobody fills the table."""

KEPT_DAYS = 90

_COUNT = "SELECT fruitless_search_v1(%s, %s, %s) AS counted"


class Fruitless(NamedTuple):
    words: str
    count: int


@asked
def note(text: str, day: date) -> Asking[None]:
    """Count a search for TEXT that found nothing on DAY; a replica, which takes no writes, counts nothing."""
    folded = words(text)
    if folded and len(folded) <= MAX_CHARS:
        yield from rows_of(_COUNT, [folded, day, MAX_A_DAY])


def note_at_primary(text: str, day: date) -> None:
    """Do what `note` does, where that was asked of a replica; while the primary is away nothing is counted."""
    if reads_from_replica() and not is_primary_down():
        with suppress(DatabaseError, InterfaceError), primary_meanwhile():
            note(text, day)


def most_missed(today: date, *, days: int, limit: int) -> list[Fruitless]:
    """Return the words most often searched for in vain in the last DAYS days."""
    rows = FruitlessSearch.objects.filter(day__gt=today - timedelta(days=days))
    totals = rows.values("words").annotate(total=Sum("count")).order_by("-total", "words")
    return [Fruitless(row["words"], row["total"]) for row in totals[:limit]]


def forget_old(today: date) -> None:
    FruitlessSearch.objects.filter(day__lte=today - timedelta(days=KEPT_DAYS)).delete()

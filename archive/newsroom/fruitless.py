"""Searches that found nothing: what readers miss. Words and a day are kept, and nothing of who searched."""

from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from django.db import InternalError, OperationalError, connection, transaction
from django.db.models import Sum

from archive.models import FruitlessSearch
from archive.text.normalize import words

MAX_CHARS = 100
MAX_A_DAY = 2000
"""Beyond so many different ones a day none is added: nobody fills the table."""

KEPT_DAYS = 90

_COUNT = """
INSERT INTO archive_fruitlesssearch (words, day, count)
SELECT %(words)s, %(day)s, 1
WHERE EXISTS (SELECT FROM archive_fruitlesssearch WHERE day = %(day)s AND words = %(words)s)
    OR (SELECT count(*) FROM archive_fruitlesssearch WHERE day = %(day)s) < %(most)s
ON CONFLICT (day, words) DO UPDATE SET count = archive_fruitlesssearch.count + 1
"""


class Fruitless(NamedTuple):
    words: str
    count: int


def note(text: str, day: date) -> None:
    """Count a search for TEXT that found nothing on DAY. A database that takes no writes is no reader's concern."""
    folded = words(text)
    if folded and len(folded) <= MAX_CHARS:
        with suppress(OperationalError, InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COUNT, {"words": folded, "day": day, "most": MAX_A_DAY})


def most_missed(today: date, *, days: int, limit: int) -> list[Fruitless]:
    """Return the words most often searched for in vain in the last DAYS days."""
    rows = FruitlessSearch.objects.filter(day__gt=today - timedelta(days=days))
    totals = rows.values("words").annotate(total=Sum("count")).order_by("-total", "words")
    return [Fruitless(row["words"], row["total"]) for row in totals[:limit]]


def forget_old(today: date) -> None:
    FruitlessSearch.objects.filter(day__lte=today - timedelta(days=KEPT_DAYS)).delete()

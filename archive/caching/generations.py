"""What pages are made of, as numbers: while they stay the same, a page stays the same.

Triggers give a kind another number whenever one of its tables changes (`page_generations_v1`), in the transaction
that changes it. Reading the numbers is one question of a fraction of a millisecond, asked for every page: so an edit
is seen as soon as it is committed, by whatever process, on whatever machine, and nothing has to be told to anyone.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from archive.models import PageGeneration
from archive.models.article import shown_in_sql

Kind = PageGeneration.Kind

CURRENT = f"""
SELECT
    (SELECT json_object_agg(kind, numbers)
        FROM (SELECT kind, array_agg(number ORDER BY id) AS numbers FROM archive_pagegeneration GROUP BY 1) AS kinds),
    (SELECT listed_at FROM archive_article
        WHERE {shown_in_sql("archive_article")} AND listed_at > %s ORDER BY listed_at LIMIT 1)
"""  # noqa: S608 - of constants
RENEW = """
INSERT INTO archive_pagegeneration (kind, number)
SELECT kind, nextval('page_generation_numbers_v1') FROM unnest(%s::text[]) AS kind
"""


@dataclass(frozen=True)
class Generations:
    """The NUMBERS of each kind as they are now; NEXT_ARTICLE_AT is when the next article is published by itself."""

    numbers: dict[str, list[int]]
    next_article_at: datetime | None

    def of(self, kinds: tuple[str, ...]) -> tuple:
        """What stays equal while nothing of KINDS changes."""
        return tuple(tuple(self.numbers.get(kind, ())) for kind in kinds)

    def precede(self, others: "Generations") -> bool:
        """Whether OTHERS know of a change that these do not: numbers only rise, and rows are only added."""
        return any(
            own < other
            for kind, numbers in others.numbers.items()
            for own, other in zip_longest(self.numbers.get(kind, ()), numbers, fillvalue=0)
        )


def current() -> Generations:
    """Return the generations as they are now, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT, [timezone.now()])
        numbers, next_article_at = cursor.fetchone()
    return Generations(numbers or {}, next_article_at)


def generations_of(request: HttpRequest) -> Generations:
    """Return the generations as they were when REQUEST was begun to be answered."""
    if not hasattr(request, "generations"):
        request.generations = current()
    return request.generations


def renew() -> None:
    """Make every page stale: for what wrote to tables with their triggers off."""
    with connection.cursor() as cursor:
        cursor.execute(RENEW, [Kind.values])

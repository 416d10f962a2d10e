"""Articles that editors chose for a query."""

from dataclasses import dataclass

from django.db import connection

from archive.models import SearchPin
from archive.models.fields import QueryKeyField
from archive.search import compiler
from archive.search.conditions import Condition
from archive.search.parser import is_plain
from archive.search.query import Query, Same

MAX_PINS = 10
"""So many of them stand first, half of a page."""


@dataclass(frozen=True)
class Pins:
    """The ids of the articles pinned to a query, in order; STRANGERS are those that its words would not find."""

    ids: tuple[int, ...] = ()
    strangers: tuple[int, ...] = ()

    def or_pinned(self, condition: Condition) -> Condition:
        return (
            condition | Condition.of("entry.article_id = ANY (%s)", list(self.strangers))
            if self.strangers
            else condition
        )

    def left_out(self, condition: Condition) -> Condition:
        return condition & Condition.of("entry.article_id <> ALL (%s)", list(self.ids)) if self.ids else condition


def find_pins(query: Query, scope: Condition) -> Pins:
    """Return the articles pinned to the words of QUERY that SCOPE and its restrictions let through.

    Only plain words have pins: who asks for a phrase or a spelling wants nothing else.
    """
    if not query.sought or not all(is_plain(part) or isinstance(part, Same) for part in query.sought):
        return Pins()
    key = QueryKeyField.derive(" ".join(form.typed for form in query.words))
    pinned = list(SearchPin.objects.filter(key=key).values_list("article", flat=True)[:MAX_PINS])
    if not pinned:
        return Pins()
    among = scope & compiler.always(query) & Condition.of("entry.article_id = ANY (%s)", pinned)
    shown = _ids(among)
    strangers = shown - _ids(among & compiler.every_part(query))
    return Pins(tuple(pk for pk in pinned if pk in shown), tuple(sorted(strangers)))


def _ids(condition: Condition) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT entry.article_id FROM archive_articlesearch AS entry {condition.where}", condition.where_params
        )
        return {pk for (pk,) in cursor.fetchall()}

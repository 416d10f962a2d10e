"""Articles that editors chose for a query."""

from dataclasses import dataclass

from archive.asking import Asking, rows_of, together
from archive.models.fields import QueryKeyField
from archive.search import compiler
from archive.search.conditions import Condition
from archive.search.parser import is_plain
from archive.search.query import Query, Same

MAX_PINS = 10
"""So many of them stand first, half of a page."""

PINNED = f"SELECT article_id FROM archive_searchpin WHERE key = %s ORDER BY position, id LIMIT {MAX_PINS:d}"


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


def pinned_to(query: Query) -> Asking[list[int]]:
    """Return the ids of the articles pinned to the words of QUERY, in order, whatever else it says."""
    key = QueryKeyField.derive(" ".join(form.typed for form in query.words))
    return [pk for (pk,) in (yield from rows_of(PINNED, [key]))] if key else []


def find_pins(query: Query, scope: Condition, pinned: list[int]) -> Asking[Pins]:
    """Return those PINNED to the words of QUERY that SCOPE and its restrictions let through.

    Only plain words have pins: who asks for a phrase or a spelling wants nothing else.
    """
    if not pinned or not query.sought or not all(is_plain(part) or isinstance(part, Same) for part in query.sought):
        return Pins()
    among = scope & compiler.always(query) & Condition.of("entry.article_id = ANY (%s)", pinned)
    shown, found = yield from together(_ids(among), _ids(among & compiler.every_part(query)))
    return Pins(tuple(pk for pk in pinned if pk in shown), tuple(sorted(shown - found)))


def _ids(condition: Condition) -> Asking[set[int]]:
    sql = f"SELECT entry.article_id FROM archive_articlesearch AS entry {condition.where}"
    return {pk for (pk,) in (yield from rows_of(sql, condition.where_params))}

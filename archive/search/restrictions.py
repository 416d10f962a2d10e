"""What a query is restricted by in its own words (قسم:سياسة من:2017), as conditions on search entries."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.db.models import Q

from archive.asking import Asking, asked, memory, rows_of_queryset, together
from archive.entities.names import named
from archive.models import Author, Entity, Section, Source
from archive.search.conditions import Condition
from archive.search.filters import SearchFilters
from archive.search.keys import Kind, keys
from archive.search.query import Field, Group, Not, Part, Problem, Query, Restriction, Trouble
from archive.text.normalize import words
from archive.text.tokenize import without_prefix

MAX_THINGS = 200
"""A name as short as a letter may mean half of all names: so many are taken."""


Known = dict[tuple[Field, str], tuple[int, ...]]
"""The ids of what a name in a field means."""


@asked
def look_up(query: Query) -> Asking[Query]:
    """Return QUERY with the things that the names in it mean, and a problem for each name that nothing here has."""
    known: Known = memory("restrictions")
    unknown = {
        (one.field, one.value): one
        for one in _restrictions((*query.wanted, *query.excluded))
        if (one.field, one.value) not in known
    }
    ids = yield from together(*map(_ids, unknown.values()))
    known |= {key: tuple(found) for key, found in zip(unknown, ids, strict=True)}
    problems: list[Problem] = []
    wanted = tuple(_looked_up(part, known, problems) for part in query.wanted)
    excluded = tuple(_looked_up(part, known, problems) for part in query.excluded)
    return replace(query, wanted=wanted, excluded=excluded, problems=(*query.problems, *problems))


def _restrictions(parts: Iterable[Part]) -> Iterator[Restriction]:
    for part in parts:
        match part:
            case Group():
                yield from _restrictions(part.parts)
            case Not():
                yield from _restrictions([part.part])
            case Restriction(day=None):
                yield part


def _looked_up(part: Part, known: Known, problems: list[Problem]) -> Part:
    match part:
        case Group():
            return replace(part, parts=tuple(_looked_up(inner, known, problems) for inner in part.parts))
        case Not():
            return replace(part, part=_looked_up(part.part, known, problems))
        case Restriction(day=None):
            if not (ids := known[part.field, part.value]):
                problems.append(Problem(Trouble.NOT_FOUND, part.text))
            return replace(part, ids=ids)
    return part


def _ids(restriction: Restriction) -> Asking[list[int]]:
    match restriction.field:
        case Field.ENTITY:
            return _entities(restriction.value)
        case Field.SECTION:
            return _named(Section, restriction.value)
        case Field.SOURCE:
            return _named(Source, restriction.value)
    return _named(Author, restriction.value)


def restricted(restriction: Restriction) -> Condition:
    """Return the condition of RESTRICTION; a name that nothing has is met by nothing."""
    match restriction.field:
        case Field.FROM:
            return SearchFilters(date_from=restriction.day).condition()
        case Field.TO:
            return SearchFilters(date_to=restriction.day).condition()
        case Field.AUTHOR:
            return Condition.of(
                "entry.article_id IN (SELECT article_id FROM archive_article_authors WHERE author_id = ANY (%s))",
                list(restriction.ids),
            )
    kind = {Field.SECTION: Kind.SECTION, Field.SOURCE: Kind.SOURCE, Field.ENTITY: Kind.ENTITY}[restriction.field]
    return Condition.filed_under_any(keys(kind, restriction.ids))


def _entities(name: str) -> Asking[list[int]]:
    found = (yield from named.part(Entity.objects.visible(), name)).order_by("-begins_so", "name", "pk")
    return [pk for (pk,) in (yield from rows_of_queryset(found.values_list("pk")[:MAX_THINGS]))]


def _named(model: type[Section | Source | Author], name: str) -> Asking[list[int]]:
    """Those with a name that holds NAME word for word, in any spelling, with the article or without."""
    wanted = _bare(name)
    fields = ("name", "name_latin", *(["slug"] if model is not Author else []))
    things = yield from rows_of_queryset(model.objects.filter(~Q(name="")).values_list("pk", *fields))
    return [
        pk
        for pk, own_name, name_latin, *slug in things
        if any(wanted in _bare(known) for known in (own_name, name_latin, *(one.replace("-", " ") for one in slug)))
    ][:MAX_THINGS]


def _bare(name: str) -> str:
    return f" {' '.join(without_prefix(word) for word in words(name).split())} "

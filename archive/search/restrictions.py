"""What a query is restricted by in its own words (قسم:سياسة من:2017), as conditions on search entries."""

from dataclasses import replace

from django.db.models import Q

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


def look_up(query: Query) -> Query:
    """Return QUERY with the things that the names in it mean, and a problem for each name that nothing here has."""
    problems: list[Problem] = []
    wanted = tuple(_looked_up(part, problems) for part in query.wanted)
    excluded = tuple(_looked_up(part, problems) for part in query.excluded)
    return replace(query, wanted=wanted, excluded=excluded, problems=(*query.problems, *problems))


def _looked_up(part: Part, problems: list[Problem]) -> Part:
    match part:
        case Group():
            return replace(part, parts=tuple(_looked_up(inner, problems) for inner in part.parts))
        case Not():
            return replace(part, part=_looked_up(part.part, problems))
        case Restriction(day=None):
            if not (ids := _ids(part)):
                problems.append(Problem(Trouble.NOT_FOUND, part.text))
            return replace(part, ids=tuple(ids))
    return part


def _ids(restriction: Restriction) -> list[int]:
    match restriction.field:
        case Field.ENTITY:
            found = named(Entity.objects.visible(), restriction.value).order_by("-begins_so", "name", "pk")
            return list(found.values_list("pk", flat=True)[:MAX_THINGS])
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


def _named(model: type[Section | Source | Author], name: str) -> list[int]:
    """Those with a name that holds NAME word for word, in any spelling, with the article or without."""
    wanted = _bare(name)
    things = model.objects.filter(~Q(name="")).only("name", "name_latin", *(["slug"] if model is not Author else []))
    return [
        thing.pk
        for thing in things
        if any(
            wanted in _bare(known)
            for known in (thing.name, thing.name_latin, getattr(thing, "slug", "").replace("-", " "))
        )
    ][:MAX_THINGS]


def _bare(name: str) -> str:
    return f" {' '.join(without_prefix(word) for word in words(name).split())} "

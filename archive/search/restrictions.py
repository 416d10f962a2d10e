"""What a query is restricted by in its own words (قسم:سياسة من:2017), as conditions on search entries."""

from collections.abc import Sequence

from django.db.models import Q

from archive.models import Author, Entity, Section, Source
from archive.search.conditions import Condition
from archive.search.filters import SearchFilters
from archive.search.keys import Kind, keys
from archive.search.query import Field, Problem, Restriction, Trouble
from archive.text.normalize import words

MAX_THINGS = 200
"""A name as short as a letter may mean half of all names: so many are taken."""


def restrict(restrictions: Sequence[Restriction]) -> tuple[Condition, list[Problem]]:
    """Return the condition of all RESTRICTIONS, and a problem for each whose name the archive does not know."""
    condition, problems = Condition(), []
    for restriction in restrictions:
        if restriction.day:
            days = {"date_from": restriction.day} if restriction.field is Field.FROM else {"date_to": restriction.day}
            condition &= SearchFilters(**days).condition()
            continue
        if not (narrowed := _narrow(restriction)):
            problems.append(Problem(Trouble.NOT_FOUND, restriction.text))
        condition &= narrowed
    return condition, problems


def _narrow(restriction: Restriction) -> Condition:
    match restriction.field:
        case Field.SECTION:
            return _filed(Kind.SECTION, _named(Section, restriction.value))
        case Field.SOURCE:
            return _filed(Kind.SOURCE, _named(Source, restriction.value))
        case Field.ENTITY:
            named = Entity.objects.visible().named(restriction.value)
            return _filed(Kind.ENTITY, named.values_list("pk", flat=True)[:MAX_THINGS])
        case Field.AUTHOR:
            if authors := list(_named(Author, restriction.value)):
                return Condition.of(
                    "entry.article_id IN (SELECT article_id FROM archive_article_authors WHERE author_id = ANY (%s))",
                    authors,
                )
    return Condition()


def _filed(kind: Kind, ids) -> Condition:
    wanted = keys(kind, ids)
    return Condition.of("entry.keys && %s::bigint[]", wanted) if wanted else Condition()


def _named(model: type[Section | Source | Author], name: str) -> list[int]:
    """Those with a name that holds NAME word for word, in any spelling; slugs and Latin names too."""
    wanted = f" {words(name)} "
    things = model.objects.filter(~Q(name="")).only("name", "name_latin", *(["slug"] if model is not Author else []))
    return [
        thing.pk
        for thing in things.iterator()
        if any(
            wanted in f" {words(known)} "
            for known in (thing.name, thing.name_latin, getattr(thing, "slug", "").replace("-", " "))
        )
    ][:MAX_THINGS]

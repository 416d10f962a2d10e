"""Loading the starter list into an archive, and taking out what nobody has used of it."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from archive.entities.starter.listing import StarterName, read_list
from archive.models import Alias, Entity, Mention, NameProposal
from archive.text.normalize import words

ENTITIES_PER_BATCH = 1_000


class NameCount(NamedTuple):
    """How many names of the list were put in, and how many were known already."""

    added: int
    known: int


@transaction.atomic
def load_names(kinds: Collection[str] = Entity.Kind.values, names: Iterable[StarterName] | None = None) -> NameCount:
    """Put in the names of the starter list, or NAMES, that are of KINDS and not here yet.

    An entity is here if one of its kind has its name, or a spelling that means it alone; that one stays as it is.
    """
    known = _known_keys()
    wanted = [name for name in (read_list() if names is None else names) if name.kind in kinds]
    new = [name for name in wanted if known.isdisjoint((name.kind, key) for key in _keys(name))]
    rest = iter(new)
    while batch := list(islice(rest, ENTITIES_PER_BATCH)):
        entities = Entity.objects.bulk_create(_entity(name) for name in batch)
        Alias.objects.bulk_create(
            alias for entity, name in zip(entities, batch, strict=True) for alias in _aliases(entity, name)
        )
        if len(batch) == ENTITIES_PER_BATCH:
            _count_anew()
    return NameCount(len(new), len(wanted) - len(new))


@transaction.atomic
def remove_names() -> int:
    """Take out what came with the starter list, no article mentions and no editor has changed; return how much."""
    unused = list(unused_names().values_list("pk", flat=True))
    waiting = NameProposal.objects.filter(entity__in=unused, state=NameProposal.State.WAITING)
    waiting.exclude(reason=NameProposal.Reason.UNKNOWN).delete()
    Entity.objects.filter(pk__in=unused).delete()
    return len(unused)


def _count_anew() -> None:
    """Let PostgreSQL know that the tables have grown: planned for few names, the triggers would read all for each."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE archive_alias, archive_searchname")


def unused_names() -> QuerySet[Entity]:
    """The entities of the starter list that no article mentions, and nobody has decided about."""
    return Entity.objects.filter(from_starter_list=True).exclude(
        Exists(Mention.objects.filter(entity=OuterRef("pk")))
        | Exists(NameProposal.objects.filter(entity=OuterRef("pk")).exclude(state=NameProposal.State.WAITING))
    )


def _known_keys() -> set[tuple[str, str]]:
    """The kind and the folded words of every name that means one entity wherever it stands."""
    known = set(Alias.objects.filter(ambiguous=False).values_list("entity__kind", "key"))
    return known | {(kind, words(name)) for kind, name in Entity.objects.values_list("kind", "name")}


def _keys(name: StarterName) -> Iterator[str]:
    yield words(name.name)
    yield from map(words, name.spellings)


def _entity(name: StarterName) -> Entity:
    return Entity(
        kind=name.kind,
        name=name.name,
        name_latin=name.name_latin,
        latitude=name.latitude,
        longitude=name.longitude,
        from_starter_list=True,
    )


def _aliases(entity: Entity, name: StarterName) -> Iterator[Alias]:
    mains = dict.fromkeys(filter(None, (name.name, name.name_latin)))
    for spelling in dict.fromkeys((*mains, *name.spellings, *name.weak)):
        yield Alias(
            entity=entity,
            name=spelling,
            script=Alias.Script.ARABIC if "\u0600" <= spelling[0] <= "\u06ff" else Alias.Script.LATIN,
            kind=Alias.Kind.NAME if spelling in mains else Alias.Kind.SPELLING,
            ambiguous=spelling in name.weak,
        )

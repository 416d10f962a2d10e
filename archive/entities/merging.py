"""Two entities that are one: what refers to either then refers to the one that stays, until the merge is undone.

Whatever table refers to entities is found among the models, so that a new one needs no line here. Search entries of
articles follow by triggers.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext as _
from pghistory.models import Event

from archive.entities.changes import Changes, take_back
from archive.exceptions import DecisionError
from archive.models import Alias, Entity, EntityMerge, EntityPair, Mention, UnannotatedArticle

FILLED = ("name_latin", "description", "description_latin", "wikidata_id")


class Moved(NamedTuple):
    """How many rows of a model refer to an entity, and would go with it."""

    model: type[models.Model]
    count: int


class Unique(NamedTuple):
    """What must be unique together with a column: the OTHERS, in rows that meet the CONDITION."""

    others: list[str]
    nulls_distinct: bool = True
    condition: Q = Q()


def references() -> Iterator[models.ForeignKey]:
    """Yield every column of the archive that refers to an entity, but for the history and for pairs.

    The history is of the entity as it was, and pairs are settled by `merge`. A row that is made of an entity alone,
    as its count, goes with it, and that of the other is made anew.
    """
    for model in apps.get_models(include_auto_created=True):
        if model is EntityPair or model._meta.proxy or issubclass(model, Event):
            continue
        yield from (
            field
            for field in model._meta.local_concrete_fields
            if field.related_model is Entity and not field.primary_key
        )


def what_moves(entity: Entity) -> list[Moved]:
    """What refers to ENTITY and would refer to another once it is merged, for an editor to see before."""
    counts: dict[type[models.Model], int] = {}
    for field in references():
        number = field.model._base_manager.filter(**{field.attname: entity.pk}).count()
        counts[field.model] = counts.get(field.model, 0) + number
    return [Moved(model, count) for model, count in counts.items() if count]


@transaction.atomic
def merge(gone: Entity, kept: Entity, *, by: AbstractBaseUser | None) -> EntityMerge:
    """Let KEPT be what GONE was too, and remove GONE; raise DecisionError if that is no longer possible.

    KEPT keeps its own names and descriptions; what it lacks it takes from GONE.
    """
    found = Entity.objects.select_for_update().order_by("pk").in_bulk([gone.pk, kept.pk])
    if len(found) < 2:
        raise DecisionError(_("One of the two is no longer there, or both are the same."))
    gone, kept = found[gone.pk], found[kept.pk]
    changes = Changes()
    _settle_mentions(changes, gone, kept)
    _settle_pairs(changes, gone, kept)
    for field in references():
        changes.delete(_doubles(field, gone, kept))
        changes.set(field.model._base_manager.filter(**{field.attname: gone.pk}), **{field.attname: kept.pk})
    _keep_names(changes, gone, kept)
    changes.delete(Entity.objects.filter(pk=gone.pk))
    _fill(changes, gone, kept)
    return EntityMerge.objects.create(
        former_id=gone.pk,
        former_name=gone.name,
        kept=kept,
        kept_number=kept.pk,
        changes=changes.steps,
        made_by=by,
    )


@transaction.atomic
def undo(merged: EntityMerge) -> Entity:
    """Part again what MERGED brought together, also after other merges; return the entity that is back.

    What has come to the one that was kept since then stays with it; who said what where the other is mentioned is
    found anew. Raises DecisionError if that is not possible.
    """
    merged = EntityMerge.objects.select_for_update().get(pk=merged.pk)
    if merged.undone_at:
        raise DecisionError(_("This merge was undone already."))
    take_back(merged.changes, moved={merged.kept_number: merged.kept_id})
    if not (entity := Entity.objects.filter(pk=merged.former_id).first()):
        raise DecisionError(
            _("“%(name)s” cannot come back: another entity has its Wikidata identifier.") % {"name": merged}
        )
    EntityMerge.objects.filter(pk=merged.pk).update(undone_at=timezone.now())
    UnannotatedArticle.add_mentioning(entity)
    return entity


def _settle_mentions(changes: Changes, gone: Entity, kept: Entity) -> None:
    """Of two mentions at one place the one stays that says more; a refusal said that it is the other, and is void."""
    says = Case(
        When(confirmed=False, then=Value(0)),
        When(confirmed=None, method__in=[method for method in Mention.Method if method != "editor"], then=Value(1)),
        default=Value(2),
    )
    ranked = Mention.objects.annotate(says=says)
    better = ranked.filter(_alike("article", "start"), entity=gone, says__gt=OuterRef("says"))
    changes.delete(ranked.filter(Exists(better), entity=kept))
    for one, other in ((gone, kept), (kept, gone)):
        standing = Mention.objects.filter(entity=other, article=OuterRef("article")).exclude(confirmed=False)
        changes.delete(Mention.objects.filter(Exists(standing), entity=one, start=None, confirmed=False))


def _settle_pairs(changes: Changes, gone: Entity, kept: Entity) -> None:
    """What GONE was said not to be, KEPT is not either; other pairs with GONE are looked for anew."""
    pairs = EntityPair.objects.filter(Q(first=gone) | Q(second=gone))
    refused = [pair for pair in pairs if pair.dismissed_at and kept.pk not in (pair.first_id, pair.second_id)]
    changes.delete(pairs)
    for pair in refused:
        other = pair.first_id if pair.second_id == gone.pk else pair.second_id
        pair.pk, (pair.first_id, pair.second_id) = None, sorted((kept.pk, other))
        if not EntityPair.objects.filter(first=pair.first_id, second=pair.second_id).exists():
            changes.create([pair])


def _doubles(field: models.ForeignKey, gone: Entity, kept: Entity) -> models.QuerySet:
    """The rows with GONE in FIELD that could not have KEPT there, for there is such a row already."""
    rows = field.model._base_manager
    twins = Q(pk__in=[])
    for unique in _unique_with(field):
        same = rows.filter(unique.condition, _alike(*unique.others, nulls_distinct=unique.nulls_distinct))
        twins |= Q(Exists(same.filter(**{field.attname: kept.pk}))) & unique.condition
    return rows.filter(twins, **{field.attname: gone.pk})


def _unique_with(field: models.ForeignKey) -> Iterator[Unique]:
    if field.unique:
        yield Unique([])
    for names in field.model._meta.unique_together:
        if field.name in names:
            yield Unique([name for name in names if name != field.name])
    for constraint in field.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and field.name in constraint.fields:
            others = [name for name in constraint.fields if name != field.name]
            yield Unique(others, constraint.nulls_distinct is not False, constraint.condition or Q())


def _alike(*names: str, nulls_distinct: bool = False) -> Q:
    """A condition on a row beside an outer one: the same in the columns NAMES."""
    alike = Q()
    for name in names:
        equal = Q(**{name: OuterRef(name)})
        alike &= equal if nulls_distinct else equal | Q(IsNull(F(name), True), IsNull(OuterRef(name), True))
    return alike


def _keep_names(changes: Changes, gone: Entity, kept: Entity) -> None:
    """Let KEPT be found by the main names of GONE, which are other spellings of it now."""
    main = {kept.name, kept.name_latin}
    former = [name for name in (gone.name, gone.name_latin) if name and name not in main]
    changes.set(kept.aliases.filter(name__in=former, kind=Alias.Kind.NAME), kind=Alias.Kind.SPELLING)
    known = set(kept.aliases.filter(name__in=former).values_list("name", flat=True))
    changes.create(
        Alias(entity=kept, name=name, script=Alias.Script.of(name))
        for name in dict.fromkeys(former)
        if name not in known
    )


def _fill(changes: Changes, gone: Entity, kept: Entity) -> None:
    """Give KEPT what only GONE had."""
    rows = Entity.objects.filter(pk=kept.pk)
    for name in FILLED:
        if getattr(gone, name) and not getattr(kept, name):
            changes.set(rows, **{name: getattr(gone, name)})
    if kept.latitude is None:
        changes.set(rows, latitude=gone.latitude, longitude=gone.longitude)

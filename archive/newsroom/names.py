"""Known names that stand in an article and are not linked to whom they mean, for whoever writes it to link."""

from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from archive.entities.context import read
from archive.entities.deciding import accept
from archive.entities.gazetteer import Gazetteer
from archive.models import Article, Entity, Mention, NameProposal

MAX_SHOWN = 12


class UnlinkedName(NamedTuple):
    """A name at the offsets START and END of an article's plain text, and the ENTITY that it likely means."""

    entity: Entity
    start: int
    end: int


def unlinked_names(article: Article) -> list[UnlinkedName]:
    """Return the first place of each known name in ARTICLE, as it is stored, that no mention is at.

    These are names that became known after the article was linked, and proposals that wait and know whom they mean.
    What an editor refused does not come again.
    """
    places = {(found.entity_id, found.start, found.end) for found in read(article.text, Gazetteer.current()).found}
    waiting = NameProposal.objects.filter(article=article, state=NameProposal.State.WAITING, start__isnull=False)
    places |= set(waiting.exclude(entity=None).values_list("entity_id", "start", "end"))
    mentions = list(article.mentions.values_list("entity_id", "start", "end", "confirmed"))
    taken = [(start, end) for _entity, start, end, _confirmed in mentions if start is not None]
    # One whose entity is linked elsewhere in the article is no discovery.
    known = {entity for entity, start, _end, confirmed in mentions if start is None or confirmed is not False}
    first: dict[int, tuple[int, int]] = {}
    for entity_id, start, end in sorted(places, key=lambda place: place[1]):
        if entity_id not in known and not any(start < other_end and other < end for other, other_end in taken):
            first.setdefault(entity_id, (start, end))
    entities = Entity.objects.in_bulk(list(first)[:MAX_SHOWN])
    return [UnlinkedName(entities[pk], start, end) for pk, (start, end) in first.items() if pk in entities]


@transaction.atomic
def link_name(article: Article, name: UnlinkedName, *, by: AbstractBaseUser) -> None:
    """Let NAME, one of `unlinked_names` of ARTICLE, mean its entity; a proposal of it is accepted with that."""
    waiting = NameProposal.objects.filter(article=article, state=NameProposal.State.WAITING)
    proposed = waiting.filter(start=name.start, end=name.end, entity=name.entity)
    if proposed.exists():
        accept(proposed, name.entity, by=by)
    else:
        Mention.objects.create(
            article=article,
            entity=name.entity,
            start=name.start,
            end=name.end,
            method=Mention.Method.EDITOR,
            confirmed=True,
        )

"""Known names that stand in an article and are not linked to whom they mean, for whoever writes it to link."""

from collections.abc import Iterator
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


class WrittenName(NamedTuple):
    """A name at START and END of a text that is being written; OFFERED is it in the article as it is stored, if so.

    One that is not there yet is linked by itself, once what is written is saved.
    """

    entity: Entity
    start: int
    end: int
    offered: UnlinkedName | None


def names_in(text: str, article: Article | None) -> list[WrittenName]:
    """Return the first place in TEXT of each known name that ARTICLE, as it is stored, is not linked to.

    TEXT is plain, and what ARTICLE, None for a new one, is about to be.
    """
    stored = unlinked_names(article) if article else []
    if article and text == article.text:
        return [WrittenName(*name, name) for name in stored]
    offered = {name.entity.pk: name for name in stored}
    decided = set(article.mentions.values_list("entity_id", flat=True)) if article else set()
    first: dict[int, tuple[int, int]] = {}
    for entity_id, start, end in sorted([*_known(text), *_kept(stored, text, article)], key=lambda place: place[1]):
        if entity_id in offered or entity_id not in decided:
            first.setdefault(entity_id, (start, end))
    entities = Entity.objects.in_bulk(list(first)[:MAX_SHOWN])
    return [WrittenName(entities[pk], *place, offered.get(pk)) for pk, place in first.items() if pk in entities]


def _known(text: str) -> Iterator[tuple[int, int, int]]:
    return ((found.entity_id, found.start, found.end) for found in read(text, Gazetteer.current()).found)


def _kept(stored: list[UnlinkedName], text: str, article: Article | None) -> Iterator[tuple[int, int, int]]:
    """Those STORED whose words still stand in TEXT: the first place, unless they stand where they did."""
    for entity, start, end in stored:
        words = article.text[start:end]
        place = start if text[start:end] == words else text.find(words)
        if place >= 0:
            yield entity.pk, place, place + len(words)


def unlinked_names(article: Article) -> list[UnlinkedName]:
    """Return the first place of each known name in ARTICLE, as it is stored, that no mention is at.

    These are names that became known after the article was linked, and proposals that wait and know whom they mean.
    What an editor refused does not come again.
    """
    places = set(_known(article.text))
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
        accept(proposed, name.entity, by=by, elsewhere=False)
    else:
        Mention.objects.create(
            article=article,
            entity=name.entity,
            start=name.start,
            end=name.end,
            method=Mention.Method.EDITOR,
            confirmed=True,
        )

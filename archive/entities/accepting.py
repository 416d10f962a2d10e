"""Where an accepted name is linked: at its own place, and wherever it stands in the same article."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q

from archive.entities.changes import Changes
from archive.entities.gazetteer import Gazetteer, KnownName
from archive.models import Article, Entity, Mention, NameProposal
from archive.text.tokenize import runs

Place = tuple[int, int]


class Linked(NamedTuple):
    """What linking does to the mentions of an article: keys of those CONFIRMED and REMOVED, and those MADE."""

    confirmed: dict[Place, int]
    removed: set[int]
    made: dict[Place, Mention]


def link(changes: Changes, proposals: Sequence[NameProposal], entity: Entity) -> dict[int, int]:
    """Let ENTITY be mentioned where PROPOSALS are, and where their names stand else in their articles.

    Returns the key of each proposal's mention. Mentions that nobody decided about give way, those decided stay.
    """
    by_article: dict[int, list[NameProposal]] = defaultdict(list)
    for proposal in proposals:
        by_article[proposal.article_id].append(proposal)
    standing: dict[int, list[Mention]] = defaultdict(list)
    for mention in Mention.objects.filter(article__in=by_article, start__isnull=False):
        standing[mention.article_id].append(mention)
    names = Gazetteer(KnownName(key, entity.pk) for key in {proposal.key for proposal in proposals})
    texts = dict(Article.objects.filter(pk__in=by_article).values_list("pk", "text"))
    linked = {
        article_id: _link_article(own, entity, texts[article_id], names, standing[article_id])
        for article_id, own in by_article.items()
    }
    _write(changes, linked, entity)
    return dict(_mentions_of(by_article, linked))


def _link_article(
    proposals: Sequence[NameProposal], entity: Entity, text: str, names: Gazetteer, standing: Sequence[Mention]
) -> Linked:
    linked = Linked({}, set(), {})
    own = [(proposal.start, proposal.end) for proposal in proposals]
    elsewhere = [(found.start, found.end) for found in names.candidates(list(runs(text)), text)]
    for start, end in [*own, *(place for place in elsewhere if not _overlapping(place, own))]:
        there = [mention for mention in standing if mention.start < end and start < mention.end]
        same = [mention for mention in there if mention.entity_id == entity.pk and mention.start == start]
        if (start, end) not in own and any(_stays(mention, start, end) for mention in there if mention not in same):
            continue
        linked.removed.update(mention.pk for mention in there if _is_undecided(mention) and mention not in same)
        if same:
            linked.confirmed[start, end] = same[0].pk
        else:
            linked.made[start, end] = Mention(
                article_id=proposals[0].article_id,
                entity=entity,
                start=start,
                end=end,
                method=Mention.Method.PROPOSAL,
                confirmed=True,
            )
    return linked


def _write(changes: Changes, linked: dict[int, Linked], entity: Entity) -> None:
    """Write what was LINKED in each article; what is said of whole articles, or was proposed there, gives way."""
    removed = {key for one in linked.values() for key in one.removed}
    confirmed = [key for one in linked.values() for key in one.confirmed.values()]
    refused = Q(article__in=linked, entity=entity, start=None, confirmed=False)
    changes.delete(Mention.objects.filter(Q(pk__in=removed) | refused))
    changes.set(Mention.objects.filter(pk__in=confirmed), confirmed=True)
    changes.create(mention for one in linked.values() for mention in one.made.values())


def _mentions_of(by_article: dict[int, list[NameProposal]], linked: dict[int, Linked]) -> Iterator[tuple[int, int]]:
    """Pairs of the keys of a proposal and of its mention; a mention is of one proposal."""
    confirmed = [key for one in linked.values() for key in one.confirmed.values()]
    taken = set(NameProposal.objects.filter(mention__in=confirmed).values_list("mention", flat=True))
    for article_id, proposals in by_article.items():
        keys = linked[article_id].confirmed | {place: made.pk for place, made in linked[article_id].made.items()}
        for proposal in proposals:
            if (key := keys[proposal.start, proposal.end]) not in taken:
                yield proposal.pk, key


def _overlapping(place: Place, others: Collection[Place]) -> bool:
    return any(start < place[1] and place[0] < end for start, end in others)


def _stays(mention: Mention, start: int, end: int) -> bool:
    """Does MENTION keep its place before a name from START to END? A longer one does, and one decided about."""
    return not _is_undecided(mention) or mention.start < start or mention.end > end


def _is_undecided(mention: Mention) -> bool:
    return mention.confirmed is None and mention.method != Mention.Method.EDITOR

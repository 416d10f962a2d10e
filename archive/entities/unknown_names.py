"""Proposals of names that nobody has told the archive, for editors to decide on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from archive.entities.current import KnownNames, current_model, known_names
from archive.entities.tagging import FoundName, Model
from archive.models import Article, Entity, Mention, NameProposal, RefusedName
from archive.text.normalize import words
from archive.text.stop_words import is_stop_word

MAX_NAME_CHARS = 200
State, Reason = NameProposal.State, NameProposal.Reason


@dataclass
class _Decided:
    """What is known of the names of an article: PLACES that are taken, names (KEYS) and entities not to propose."""

    places: list[tuple[int, int]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)

    def leaves(self, name: FoundName, key: str, known: KnownNames) -> bool:
        """May NAME be proposed?"""
        return not (
            key in self.keys
            or known.owners(key) & self.refused
            or any(name.start < end and start < name.end for start, end in self.places)
        )


def propose_unknown_names(articles: Sequence[Article]) -> None:
    """Propose the names in ARTICLES that are no mentions, each once an article, in place of what waits.

    What an editor decided in an article, or refused everywhere, is not asked again.
    """
    model, known = current_model(), known_names()
    decided = _decided([article.pk for article in articles])
    found = [proposal for article in articles for proposal in _proposals(article, model, known, decided[article.pk])]
    refused = set(
        RefusedName.objects.filter(key__in={words(one.name) for one in found}).values_list("key", flat=True)
    )
    # The names that are remembered may be older than the deletion of one.
    entities = set(Entity.objects.filter(pk__in={one.entity_id for one in found}).values_list("pk", flat=True))
    for proposal in found:
        if proposal.entity_id not in entities:
            proposal.entity_id = None
    _replace(articles, [proposal for proposal in found if words(proposal.name) not in refused])


def _proposals(article: Article, model: Model, known: KnownNames, decided: _Decided) -> Iterator[NameProposal]:
    """One for each name in ARTICLE, at its first place, as sure as at its surest."""
    proposals: dict[str, NameProposal] = {}
    for found in model.find(article.text):
        name = article.text[found.start : found.end]
        key = words(name)
        if len(name) > MAX_NAME_CHARS or is_stop_word(name) or not decided.leaves(found, key, known):
            continue
        proposal = proposals.setdefault(
            key,
            NameProposal(
                article=article, start=found.start, end=found.end, name=name, reason=Reason.UNKNOWN, confidence=0.0
            ),
        )
        if found.confidence > proposal.confidence:
            proposal.kind, proposal.confidence = found.kind, min(found.confidence, 1.0)
    for key, proposal in proposals.items():
        proposal.entity_id = known.nearest(key, proposal.kind)
        yield proposal


def _decided(article_ids: Sequence[int]) -> defaultdict[int, _Decided]:
    decided: defaultdict[int, _Decided] = defaultdict(_Decided)
    mentions = Mention.objects.filter(article__in=article_ids).order_by()
    for article_id, entity_id, start, end, confirmed in mentions.values_list(
        "article", "entity", "start", "end", "confirmed"
    ):
        if start is not None:
            decided[article_id].places.append((start, end))
        elif confirmed is False:
            decided[article_id].refused.add(entity_id)
    proposals = NameProposal.objects.filter(article__in=article_ids).exclude(
        state=State.WAITING, reason=Reason.UNKNOWN
    )
    for article_id, start, end, key, state in proposals.values_list("article", "start", "end", "key", "state"):
        if start is not None:
            decided[article_id].places.append((start, end))
        if state != State.WAITING:
            decided[article_id].keys.add(key)
    return decided


def _replace(articles: Sequence[Article], found: Iterable[NameProposal]) -> None:
    """Write what was FOUND in ARTICLES; a proposal that is found again stays the row that it is."""
    waiting = {
        (proposal.article_id, proposal.start, proposal.end): proposal
        for proposal in NameProposal.objects.filter(article__in=articles, state=State.WAITING, reason=Reason.UNKNOWN)
    }
    new, changed = [], []
    for proposal in found:
        before = waiting.pop((proposal.article_id, proposal.start, proposal.end), None)
        if before is None:
            new.append(proposal)
        elif (before.kind, before.confidence, before.entity_id) != (
            proposal.kind,
            proposal.confidence,
            proposal.entity_id,
        ):
            proposal.pk = before.pk
            changed.append(proposal)
    NameProposal.objects.filter(pk__in=[proposal.pk for proposal in waiting.values()]).delete()
    NameProposal.objects.bulk_create(new)
    NameProposal.objects.bulk_update(changed, ["kind", "confidence", "entity"])

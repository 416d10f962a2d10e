"""Whom the names mean that were held back: linked where that is likely enough, proposed to an editor where it may be.

A step of `archive.annotating`. It weighs what the text around a name says, what the entities are usually named with,
and what editors decided about the name before. What it links is a mention like any other, which an editor may refuse.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import exp, log

from archive.entities.context import Held, read
from archive.entities.gazetteer import Doubtful, Gazetteer
from archive.entities.named_with import closeness, companies_of, entities_in, features_of, likelihoods
from archive.entities.word_decisions import decisions_about
from archive.models import Article, Mention, NameProposal

LINKED = 0.9
PROPOSED = 0.4
"""A name is linked, or proposed, from such a confidence on. A shared one is always proposed: it is somebody's."""

HOMOGRAPH_PRIOR = 0.15
WEAK_PRIOR = 0.3
PRIOR_WEIGHT = 4
"""Before editors have decided: how often such a word is the name, which counts as so many decisions."""

NEAR, AFTER_PREPOSITION, IN_COMPANY = 1.2, 1.0, 2.5
"""What speaks for a name, in logits: a place near others, a word that names follow, all of its usual company."""

MAX_DECISIONS = 500

Reason, State = NameProposal.Reason, NameProposal.State


def resolve_held_back(articles: Sequence[Article]) -> None:
    """Link or propose the names in ARTICLES that were held back, anew; what editors decided is kept."""
    ids = [article.pk for article in articles]
    waiting = NameProposal.objects.filter(article__in=ids, state=State.WAITING)
    waiting.exclude(reason=Reason.UNKNOWN).delete()
    gazetteer = Gazetteer.current()
    mentions = _mentions_of(ids)
    decided = _decided_places(ids)
    held = {
        article.pk: _held_in(article, gazetteer, mentions[article.pk], decided[article.pk]) for article in articles
    }
    judge = _Judge(gazetteer, {one.known for places in held.values() for one in places})
    company = entities_in(ids)
    for article in articles:
        refused = {mention.entity_id for mention in mentions[article.pk] if mention.confirmed is False}
        _write(article, held[article.pk], company[article.pk], refused, judge)


def _mentions_of(article_ids: Collection[int]) -> Mapping[int, list[Mention]]:
    found: dict[int, list[Mention]] = defaultdict(list)
    for mention in Mention.objects.filter(article__in=article_ids):
        found[mention.article_id].append(mention)
    return found


def _decided_places(article_ids: Collection[int]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    decided = NameProposal.objects.filter(article__in=article_ids, start__isnull=False)
    for article_id, start in decided.values_list("article_id", "start"):
        found[article_id].add(start)
    return found


def _held_in(article: Article, gazetteer: Gazetteer, mentions: Sequence[Mention], decided: set[int]) -> list[Held]:
    """The names in ARTICLE that are held back, where nothing is mentioned or was decided."""
    placed = [mention for mention in mentions if mention.start is not None]
    linked = {(mention.start, mention.end): mention.entity_id for mention in placed if mention.confirmed is not False}
    return [
        held
        for held in read(article.text, gazetteer, linked).held
        if held.start not in decided
        and not any(mention.start < held.end and held.start < mention.end for mention in placed)
    ]


class _Judge:
    """Weighs names that are held back, with what is known of those who have them."""

    def __init__(self, gazetteer: Gazetteer, names: Collection[Doubtful]):
        self.kinds = gazetteer.kinds
        keys, owners = {name.key for name in names}, {pk for name in names for pk in name.strong | name.weak}
        self._decisions = decisions_about(keys, owners, newest=MAX_DECISIONS)
        self._companies: dict[str, dict] = {}

    def __call__(
        self, text: str, held: Held, company: Collection[int], refused: set[int]
    ) -> tuple[int | None, float]:
        """Whom HELD most likely means, and how likely that is."""
        owners = (held.known.strong | held.known.weak) - refused
        if not owners:
            return None, 0
        companies = {pk: one for pk, one in self._company(held.known).items() if pk in owners}
        features = features_of(text, held.start, held.end, company)
        shares = likelihoods(features, companies)
        entity_id = max(sorted(owners), key=lambda pk: (shares[pk], pk in held.near))
        if held.known.is_shared:
            return entity_id, shares[entity_id]
        evidence = (
            NEAR * (entity_id in held.near)
            + AFTER_PREPOSITION * held.follows_preposition
            + IN_COMPANY * closeness(features, companies[entity_id])
        )
        return entity_id, shares[entity_id] * _shifted(self._prior(held.known), evidence)

    def _company(self, name: Doubtful) -> dict:
        if name.key not in self._companies:
            self._companies[name.key] = companies_of(name.strong | name.weak, name.key)
        return self._companies[name.key]

    def _prior(self, name: Doubtful) -> float:
        accepted, rejected = self._decisions[name.key, True], self._decisions[name.key, False]
        prior = HOMOGRAPH_PRIOR if name.homograph else WEAK_PRIOR
        return (accepted + prior * PRIOR_WEIGHT) / (accepted + rejected + PRIOR_WEIGHT)


def _write(
    article: Article, held: Sequence[Held], company: Collection[int], refused: set[int], judge: _Judge
) -> None:
    """Write what JUDGE says of the names HELD back in ARTICLE: each is judged where it most likely is the name."""
    best: dict[Doubtful, tuple[float, int, Held]] = {}
    for one in held:
        entity_id, confidence = judge(article.text, one, company, refused)
        if entity_id is not None and confidence > best.get(one.known, (0,))[0]:
            best[one.known] = (confidence, entity_id, one)
    mentions, proposals = [], []
    for known, (confidence, entity_id, place) in best.items():
        if confidence >= LINKED:
            mentions += [
                Mention(
                    article=article, entity_id=entity_id, start=one.start, end=one.end, method=Mention.Method.NAMES
                )
                for one in held
                if one.known is known and (one.follows_preposition or not known.homograph or one is place)
            ]
        elif confidence >= PROPOSED or known.is_shared:
            proposals.append(
                NameProposal(
                    article=article,
                    start=place.start,
                    end=place.end,
                    name=article.text[place.start : place.end],
                    kind=judge.kinds[entity_id],
                    entity_id=entity_id,
                    reason=Reason.HOMOGRAPH if known.homograph else Reason.SHARED,
                    confidence=confidence,
                )
            )
    # Another step may have proposed the same place.
    Mention.objects.bulk_create(mentions, ignore_conflicts=True)
    NameProposal.objects.bulk_create(proposals, ignore_conflicts=True)


def _shifted(probability: float, logits: float) -> float:
    return 1 / (1 + exp(-(log(probability / (1 - probability)) + logits)))

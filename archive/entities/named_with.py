"""What an entity is named with: the words around its mentions, and the entities in the same articles.

By these an article that holds a name of several entities is told from another. They are read anew from a bounded
number of mentions whenever they are asked for: editors' decisions count at once, and nothing is kept in memory.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from math import exp, log
from typing import NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from archive.models import Mention
from archive.text.normalize import words
from archive.text.stop_words import essential_stems

SAMPLES = 20
"""So many mentions of an entity are read, the newest."""

CONTEXT_CHARS = 80
"""So many characters before and behind a name are its context."""

MAX_COMPANIONS = 100
SMOOTHING = 0.5
CAUTION = 0.5
"""Features are not independent of each other: their evidence counts half."""


class Company(NamedTuple):
    """In how many of COUNT mentions of an entity each feature was: a stem beside it, or an entity's id."""

    features: Counter
    count: int


def features_of(text: str, start: int, end: int, entity_ids: Iterable[int]) -> set[str | int]:
    """What stands around the name at START and END of TEXT, in an article that mentions ENTITY_IDS."""
    before, after = text[max(0, start - CONTEXT_CHARS) : start], text[end : end + CONTEXT_CHARS]
    # Words that are cut off at the outer ends are none.
    stems = essential_stems(before.partition(" ")[2]) + essential_stems(after.rpartition(" ")[0])
    return {*filter(None, stems), *entity_ids}


def companies_of(entity_ids: Collection[int], key: str) -> dict[int, Company]:
    """The company of each of the entities, where another name than KEY names them, or an editor confirmed it."""
    newest = Window(RowNumber(), partition_by=F("entity"), order_by=F("pk").desc())
    mentions = (
        Mention.objects.filter(entity__in=entity_ids, start__isnull=False)
        .exclude(confirmed=False)
        .annotate(newest=newest)
        .filter(newest__lte=SAMPLES * 2)
        .values_list("entity_id", "article_id", "article__text", "start", "end", "confirmed")
    )
    samples: dict[int, dict[int, set]] = defaultdict(dict)
    for entity_id, article_id, text, start, end, confirmed in mentions:
        mine = samples[entity_id]
        if (confirmed or words(text[start:end]) != key) and (article_id in mine or len(mine) < SAMPLES):
            mine.setdefault(article_id, set()).update(features_of(text, start, end, ()))
    companions = entities_in({article_id for mine in samples.values() for article_id in mine})
    return {
        entity_id: Company(
            Counter(
                feature
                for article_id, features in samples[entity_id].items()
                for feature in features | companions[article_id] - {entity_id}
            ),
            len(samples[entity_id]),
        )
        for entity_id in entity_ids
    }


def entities_in(article_ids: Collection[int]) -> Mapping[int, set[int]]:
    """The entities that each of the articles mentions."""
    found: dict[int, set[int]] = defaultdict(set)
    mentions = Mention.objects.filter(article__in=article_ids).exclude(confirmed=False)
    for article_id, entity_id in mentions.values_list("article_id", "entity_id").distinct():
        if len(found[article_id]) < MAX_COMPANIONS:
            found[article_id].add(entity_id)
    return found


def likelihoods(features: Collection, companies: Mapping[int, Company]) -> dict[int, float]:
    """How likely each of the entities is meant where FEATURES are, all together 1: naive Bayes, cautiously."""
    known = {feature for feature in features if any(feature in one.features for one in companies.values())}
    scores = {
        entity_id: CAUTION * sum(_log_share(company, feature) for feature in known)
        for entity_id, company in companies.items()
    }
    highest = max(scores.values())
    shares = {entity_id: exp(score - highest) for entity_id, score in scores.items()}
    total = sum(shares.values())
    return {entity_id: share / total for entity_id, share in shares.items()}


def closeness(features: Collection, company: Company) -> float:
    """From 0 to 1: how much of what an entity is usually named with is among FEATURES."""
    return (
        min(1.0, sum(company.features[feature] for feature in features) / (2 * company.count)) if company.count else 0
    )


def _log_share(company: Company, feature: str | int) -> float:
    return log((company.features[feature] + SMOOTHING) / (company.count + 2 * SMOOTHING))

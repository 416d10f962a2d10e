"""Linking known names to the articles they stand in.

What a name means where it stands is in `archive.entities.context`; here mentions are made of it, and kept. A name
that several entities share stays linked where it was linked before another entity took it.
Recomputing is safe at any time: what an editor confirmed, refused or added is kept.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet

from archive.entities.context import read
from archive.entities.gazetteer import Gazetteer
from archive.entities.resolving import resolve_held_back
from archive.models import Article, Mention, UnannotatedArticle
from archive.models.bulk import copy_rows

ARTICLES_PER_BATCH = 200


def link_mentions(
    article_ids: Sequence[int],
    *,
    gazetteer: Gazetteer | None = None,
    tell: Callable[[int, int], None] | None = None,
    read_again: bool = False,
) -> int:
    """Recompute the mentions of known names in the articles ARTICLE_IDS; return how many their texts make clear.

    Mentions that an editor made or decided about are kept; a name is not linked again where it was refused.
    When a text changes, their offsets follow their words, or are given up with them (`mention_places_v1`).
    TELL is called after each batch with how many articles are done, and of how many. READ_AGAIN lets articles whose
    mentions change wait for `archive.annotating`, since who said what is known by them: those whose text has not
    changed do not wait otherwise.
    """
    gazetteer = gazetteer or Gazetteer.current()
    total = 0
    for batch_start in range(0, len(article_ids), ARTICLES_PER_BATCH):
        batch = article_ids[batch_start : batch_start + ARTICLES_PER_BATCH]
        with transaction.atomic():
            before = _linked(batch)
            total += _link_batch(batch, gazetteer, before)
            if read_again:
                after = _linked(batch)
                changed = [pk for pk in batch if before.get(pk) != after.get(pk)]
                UnannotatedArticle.objects.bulk_create(UnannotatedArticle(article_id=pk) for pk in changed)
        if tell:
            tell(batch_start + len(batch), len(article_ids))
    return total


def link_everywhere(*, tell: Callable[[int, int], None] | None = None) -> int:
    """Recompute the mentions of known names in the whole archive, as `link_mentions` does."""
    ids = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    return link_mentions(ids, tell=tell, read_again=True)


def link_new(articles: Iterable[tuple[int, str]], gazetteer: Gazetteer) -> None:
    """Link the known names in ARTICLES, ids and plain texts of what the caller's transaction is about to write.

    Mentions that stand before their article are in its search entry from the first: that is written once, not twice.
    """
    _write(
        (article_id, found.entity_id, found.start, found.end)
        for article_id, text in articles
        for found in read(text, gazetteer).found
    )


def _undecided(article_ids: Sequence[int]) -> QuerySet[Mention]:
    return Mention.objects.filter(article__in=article_ids, method=Mention.Method.NAMES, confirmed=None)


def _linked(article_ids: Sequence[int]) -> dict[int, dict[tuple[int, int], int]]:
    """By article: whom the names that nobody decided about are linked to, by their offsets."""
    linked: dict[int, dict[tuple[int, int], int]] = {}
    rows = _undecided(article_ids).values_list("article_id", "entity_id", "start", "end")
    for article_id, entity_id, start, end in rows:
        linked.setdefault(article_id, {})[start, end] = entity_id
    return linked


def _link_batch(
    article_ids: Sequence[int], gazetteer: Gazetteer, linked: Mapping[int, Mapping[tuple[int, int], int]]
) -> int:
    _undecided(article_ids).delete()
    decided: dict[int, list[Mention]] = {}
    for mention in Mention.objects.filter(article__in=article_ids):
        decided.setdefault(mention.article_id, []).append(mention)
    mentions: list[tuple[int, int, int, int]] = []
    doubtful: list[Article] = []
    for article in Article.objects.filter(pk__in=article_ids).only("text"):
        kept, before = decided.get(article.pk, []), linked.get(article.pk, {})
        refused = {mention.entity_id for mention in kept if mention.confirmed is False and mention.start is None}
        taken = [(mention.start, mention.end) for mention in kept if mention.start is not None]
        reading = read(article.text, gazetteer, before)
        mentions.extend(
            (article.pk, found.entity_id, found.start, found.end)
            for found in reading.found
            if found.entity_id not in refused
            and not any(found.start < end and start < found.end for start, end in taken)
        )
        if any((held.start, held.end) in before for held in reading.held):
            doubtful.append(article)
    _write(mentions)
    if doubtful:
        # What was linked there by its likelihood is weighed anew.
        resolve_held_back(doubtful)
    return len(mentions)


def _write(mentions: Iterable[tuple[int, int, int, int]]) -> None:
    """Write MENTIONS: the ids of article and entity, and the offsets."""
    columns = ("article_id", "entity_id", "start", "end", "method")
    copy_rows(Mention, columns, ((*mention, Mention.Method.NAMES.value) for mention in mentions))

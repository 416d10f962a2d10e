"""Linking known names to the articles they stand in.

What a name means where it stands is in `archive.entities.context`; here mentions are made of it, and kept. A name
that several entities share stays linked where it was linked before another entity took it.
Recomputing is safe at any time: what an editor confirmed, refused or added is kept.
"""

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from archive.entities.context import read
from archive.entities.gazetteer import Gazetteer
from archive.models import Article, Mention
from archive.models.bulk import copy_rows

ARTICLES_PER_BATCH = 200


def link_mentions(
    article_ids: Sequence[int],
    *,
    gazetteer: Gazetteer | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> int:
    """Recompute the mentions of known names in the articles ARTICLE_IDS; return how many stand now.

    Mentions that an editor made or decided about are kept; a name is not linked again where it was refused.
    When a text changes, their offsets follow their words, or are given up with them (`mention_places_v1`).
    TELL is called after each batch with how many articles are done, and of how many.
    """
    gazetteer = gazetteer or Gazetteer.current()
    total = 0
    for batch_start in range(0, len(article_ids), ARTICLES_PER_BATCH):
        batch = article_ids[batch_start : batch_start + ARTICLES_PER_BATCH]
        with transaction.atomic():
            total += _link_batch(batch, gazetteer)
        if tell:
            tell(batch_start + len(batch), len(article_ids))
    return total


def link_everywhere(*, tell: Callable[[int, int], None] | None = None) -> int:
    """Recompute the mentions of known names in the whole archive, as `link_mentions` does."""
    return link_mentions(list(Article.objects.order_by("pk").values_list("pk", flat=True)), tell=tell)


def link_new(articles: Iterable[tuple[int, str]], gazetteer: Gazetteer) -> None:
    """Link the known names in ARTICLES, ids and plain texts of what the caller's transaction is about to write.

    Mentions that stand before their article are in its search entry from the first: that is written once, not twice.
    """
    _write(
        (article_id, found.entity_id, found.start, found.end)
        for article_id, text in articles
        for found in read(text, gazetteer).found
    )


def _link_batch(article_ids: Sequence[int], gazetteer: Gazetteer) -> int:
    found_before = Mention.objects.filter(article__in=article_ids, method=Mention.Method.NAMES, confirmed=None)
    linked: dict[int, dict[tuple[int, int], int]] = {}
    for article_id, entity_id, start, end in found_before.values_list("article_id", "entity_id", "start", "end"):
        linked.setdefault(article_id, {})[start, end] = entity_id
    found_before.delete()
    decided: dict[int, list[Mention]] = {}
    for mention in Mention.objects.filter(article__in=article_ids):
        decided.setdefault(mention.article_id, []).append(mention)
    mentions: list[tuple[int, int, int, int]] = []
    for article_id, text in Article.objects.filter(pk__in=article_ids).values_list("pk", "text"):
        kept = decided.get(article_id, [])
        refused = {mention.entity_id for mention in kept if mention.confirmed is False and mention.start is None}
        taken = [(mention.start, mention.end) for mention in kept if mention.start is not None]
        mentions.extend(
            (article_id, found.entity_id, found.start, found.end)
            for found in read(text, gazetteer, linked.get(article_id)).found
            if found.entity_id not in refused
            and not any(found.start < end and start < found.end for start, end in taken)
        )
    _write(mentions)
    return len(mentions)


def _write(mentions: Iterable[tuple[int, int, int, int]]) -> None:
    """Write MENTIONS: the ids of article and entity, and the offsets."""
    columns = ("article_id", "entity_id", "start", "end", "method")
    copy_rows(Mention, columns, ((*mention, Mention.Method.NAMES.value) for mention in mentions))

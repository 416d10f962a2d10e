"""The front page's first articles, in the order that editors gave them."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from archive import locks
from archive.models import Article, ArticleQuerySet, FrontPageArticle

MAX_PINNED = 5
"""The lead and the four beside it: more are not seen there."""


class OrderChangedError(Exception):
    """Somebody else has ordered the front page meanwhile."""


def pinned_ids() -> list[int]:
    """The articles that editors put on the front page, in their order, seen by readers or not."""
    return list(FrontPageArticle.objects.order_by("position", "pk").values_list("pk", flat=True))


def foremost(published: ArticleQuerySet, *, most: int, order: Sequence[int] | None = None) -> list[Article]:
    """Return the first articles of the front page, MOST at most, of those PUBLISHED, in one query.

    Those that editors pinned stand in their order, or in ORDER, which is tried; then those that they marked, the most
    important and the newest first. Where they did neither, the archive opens with its newest.
    """
    likely = published.order_by("-importance", "-listed_at", "-pk").values("pk")[: most + MAX_PINNED]
    pinned = published.filter(front_page__isnull=False) if order is None else published.filter(pk__in=order)
    ids = likely.union(pinned.order_by().values("pk"))
    articles = list(Article.objects.filter(pk__in=ids).annotate(front_place=F("front_page__position")).for_cards())
    articles.sort(key=lambda article: (article.importance, article.listed_at, article.pk), reverse=True)
    if order is not None:
        places = {article_id: place for place, article_id in enumerate(order, start=1)}
        for article in articles:
            article.front_place = places.get(article.pk)
    first = sorted((article for article in articles if article.front_place), key=lambda article: article.front_place)
    marked = [article for article in articles if not article.front_place and article.importance]
    return [*first, *marked][:most] or articles[:1]


def in_order(articles: ArticleQuerySet, ids: Sequence[int]) -> list[Article]:
    """Those of ARTICLES that IDS name, in that order."""
    found = articles.in_bulk(list(ids))
    return [found[article_id] for article_id in ids if article_id in found]


@transaction.atomic
def keep_order(ids: Sequence[int], *, known: Sequence[int]) -> None:
    """Put the articles with IDS on the front page in this order.

    Raises OrderChangedError if the order is no longer the one that was KNOWN.
    """
    locks.hold(locks.Lock.FRONT_PAGE)
    if pinned_ids() != list(known):
        raise OrderChangedError
    FrontPageArticle.objects.exclude(pk__in=ids).delete()
    FrontPageArticle.objects.bulk_create(
        [FrontPageArticle(article_id=pk, position=place) for place, pk in enumerate(ids, start=1)],
        update_conflicts=True,
        unique_fields=["article"],
        update_fields=["position"],
    )

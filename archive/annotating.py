"""What is read out of texts in the background: each step reads a batch of articles and writes what it found.

Articles that are new or changed wait in `archive_unannotatedarticle`; the worker, each minute, and a command have
them read, first what editors changed. Every step makes its annotations of an article anew, and keeps what editors
decided.
"""

import logging
from collections.abc import Callable, Collection, Sequence

from django.db import InterfaceError, OperationalError, transaction

from archive.entities.dated_phrases import date_phrases
from archive.entities.resolving import resolve_held_back
from archive.entities.speaking import quote
from archive.entities.unknown_names import propose_unknown_names
from archive.models import Article, UnannotatedArticle
from archive.stories.finding import find_stories

logger = logging.getLogger(__name__)

ARTICLES_PER_BATCH = 100
ROWS_PER_CLAIM = 200

Step = Callable[[Sequence[Article]], None]

STEPS: tuple[Step, ...] = (resolve_held_back, propose_unknown_names, quote, date_phrases, find_stories)
"""In order: a later step may read what an earlier one wrote."""


def annotate(article_ids: Collection[int]) -> None:
    """Read the articles ARTICLE_IDS now, in batches, each its own transaction."""
    ids = sorted(article_ids)
    for start in range(0, len(ids), ARTICLES_PER_BATCH):
        with transaction.atomic():
            _read(ids[start : start + ARTICLES_PER_BATCH])


def annotate_waiting(tell: Callable[[int, int], None], *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Read the articles that wait, until none does or STOPPING; return how many were read.

    TELL is called after each batch with how many are done, and of how many. Several processes may do it at once: each
    takes what no other has.
    """
    total = UnannotatedArticle.objects.count()
    done = 0
    while not stopping():
        with transaction.atomic():
            first = UnannotatedArticle.objects.order_by("priority", "pk")
            waiting = list(first.select_for_update(skip_locked=True)[:ROWS_PER_CLAIM])
            if not waiting:
                break
            UnannotatedArticle.objects.filter(pk__in=[row.pk for row in waiting]).delete()
            ids = {row.article_id for row in waiting}
            _read(sorted(ids))
        done += len(waiting)
        tell(done, max(done, total))
    return done


def wait_anew() -> int:
    """Let every article wait to be read again, as a better step asks for; return how many."""
    UnannotatedArticle.objects.all().delete()
    ids = Article.objects.order_by("pk").values_list("pk", flat=True)
    priority = UnannotatedArticle.Priority.NEW
    rows = (UnannotatedArticle(article_id=pk, priority=priority) for pk in ids)
    return len(UnannotatedArticle.objects.bulk_create(rows, batch_size=5_000))


def _read(article_ids: Sequence[int]) -> None:
    """Have the articles read, all at once; one by one where that fails, so that one text stops no other.

    An article that a step breaks on is told of in the log, and waits no more until it changes or all are read again.
    """
    try:
        _take_steps(article_ids)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        if len(article_ids) == 1:
            logger.exception("Article %s cannot be read", article_ids[0])
            return
        for article_id in article_ids:
            _read([article_id])


@transaction.atomic
def _take_steps(article_ids: Sequence[int]) -> None:
    articles = list(Article.objects.filter(pk__in=article_ids).order_by("pk"))
    for step in STEPS:
        step(articles)

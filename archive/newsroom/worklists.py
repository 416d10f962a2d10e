"""What waits for an editor: lists of articles that lack something, each worked through one after another."""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from archive.models import Article, ArticleCopy, ArticleLink, ArticleQuerySet, Image, NameProposal, OutgoingLink
from archive.models.article import UNDATED

Status = Article.Status

NEAR_LIKENESS = 0.95
"""Copies that share less of their words than this are near ones: an editor looks whether they are copies at all."""


class WorkList(NamedTuple):
    """Articles that wait for something; KEEP takes all articles and returns those of the list."""

    code: str
    label: Promise
    keep: Callable[[ArticleQuerySet], QuerySet[Article]]

    def articles(self) -> QuerySet[Article]:
        return self.keep(Article.objects.all())


def _of(rows: QuerySet) -> Exists:
    """The articles that have some of ROWS."""
    return Exists(rows.filter(article=OuterRef("pk")))


def _without_section(articles: ArticleQuerySet) -> QuerySet[Article]:
    return articles.filter(section=None).exclude(status=Status.WITHDRAWN)


def _without_neighbours(articles: ArticleQuerySet) -> QuerySet[Article]:
    kinds = [ArticleLink.Kind.PREVIOUS, ArticleLink.Kind.NEXT]
    return articles.filter(
        Exists(ArticleLink.objects.filter(from_article=OuterRef("pk"), to_article=None, kind__in=kinds))
    )


WORK_LISTS = {
    work.code: work
    for work in (
        WorkList("draft", _("Drafts"), lambda articles: articles.in_state(Status.DRAFT)),
        WorkList("review", _("In review"), lambda articles: articles.in_state(Status.REVIEW)),
        WorkList("scheduled", _("Scheduled"), lambda articles: articles.in_state(Status.SCHEDULED)),
        WorkList(
            "date",
            _("Articles that need a date"),
            # The condition on listed_at says the same as the method, and lets the database use its index.
            lambda articles: articles.needing_date().filter(listed_at=UNDATED),
        ),
        WorkList("section", _("Articles that need a section"), _without_section),
        WorkList("neighbours", _("Articles whose neighbours are not here yet"), _without_neighbours),
        WorkList(
            "proposals",
            _("Articles with proposed names"),
            lambda articles: articles.filter(_of(NameProposal.objects.filter(state=NameProposal.State.WAITING))),
        ),
        WorkList(
            "copies",
            _("Near copies"),
            lambda articles: articles.filter(
                _of(ArticleCopy.objects.filter(confirmed=False, refused=False, likeness__lt=NEAR_LIKENESS))
            ),
        ),
        WorkList(
            "links",
            _("Articles with broken links"),
            lambda articles: articles.filter(_of(OutgoingLink.objects.broken())),
        ),
        WorkList(
            "pictures",
            _("Pictures without alternative text"),
            lambda articles: articles.filter(_of(Image.objects.silent())),
        ),
    )
}


def next_after(work: WorkList, article_id: int | None) -> int | None:
    """The article of WORK that comes after the one with ARTICLE_ID, the newest in the archive first."""
    articles = work.articles().order_by("-pk")
    if article_id is not None:
        articles = articles.filter(pk__lt=article_id)
    return articles.values_list("pk", flat=True).first()

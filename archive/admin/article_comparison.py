"""Two versions of an article beside each other, with the words that differ marked."""

from collections.abc import Iterator
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from archive.admin.row_versions import shown_moment, user_id, user_names
from archive.attached import attached_of, compared, field_label
from archive.models import Article, ArticleEvent
from archive.revisions import TEXTS
from archive.text.differences import Piece, side_by_side, sides
from archive.text.html import plain_text

MAX_CHOICES = 100


class ComparedText(NamedTuple):
    """One of an article's texts in both versions, or of what goes with it: pairs of paragraphs, each in pieces."""

    label: str
    rows: list[tuple[list[Piece], list[Piece]]]
    is_changed: bool


def comparison_view(request: HttpRequest, article: Article, context: dict) -> HttpResponse:
    """The page that sets a version of ARTICLE beside a later one, or what is now; the address has their numbers."""
    events = list(
        article.events.filter(pgh_label="update").select_related("pgh_context").order_by("-pgh_id")[:MAX_CHOICES]
    )
    before = _chosen(article, request.GET.get("before")) or (events[0] if events else None)
    after = _chosen(article, request.GET.get("after"))
    texts, is_blind = _compared(before, after or article) if before else ([], False)
    return render(
        request,
        "admin/archive/article/comparison.html",
        context
        | {
            "opts": Article._meta,
            "article": article,
            "before": before,
            "after": after,
            "choices": _choices(events),
            "texts": texts,
            "is_blind": is_blind,
        },
    )


def _chosen(article: Article, number: str | None) -> ArticleEvent | None:
    if not (number or "").isdecimal():
        return None
    return get_object_or_404(article.events.filter(pgh_label="update"), pk=number)


def _choices(events: list[ArticleEvent]) -> list[tuple[int, str]]:
    """Each version by its number and words: it was until then, and who changed it."""
    names = user_names(events)
    nobody = _("without an account")
    return [
        (
            event.pgh_id,
            _("until %(moment)s, then changed by %(user)s")
            % {"moment": shown_moment(event.pgh_created_at), "user": names.get(user_id(event), nobody)},
        )
        for event in events
    ]


def _compared(before: Article | ArticleEvent, after: Article | ArticleEvent) -> tuple[list[ComparedText], bool]:
    """The texts of both and what goes with them; and whether one of them does not know that."""
    texts = list(_compared_texts(before, after))
    attached = attached_of(before), attached_of(after)
    if None in attached:
        return texts, True
    parts = [part for part in compared(*attached) if part.lines]
    beside = [
        ComparedText(field_label(part.name), list(map(sides, part.lines)), bool(part.changes)) for part in parts
    ]
    return texts + beside, False


def _compared_texts(before: Article | ArticleEvent, after: Article | ArticleEvent) -> Iterator[ComparedText]:
    for name in TEXTS:
        old, new = getattr(before, name), getattr(after, name)
        if name == "body":
            old, new = plain_text(old), plain_text(new)
        if old or new:
            label = str(Article._meta.get_field(name).verbose_name)
            yield ComparedText(label, side_by_side(old, new), old.split() != new.split())

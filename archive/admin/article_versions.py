"""What an article was before each change: the rows that the database's triggers kept, told apart field by field."""

from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from archive.models import Article, ArticleEvent
from archive.text.dates import format_date
from archive.text.html import plain_text

VERSIONS_PER_PAGE = 20
UNTOLD = {"updated_at", "created_at", "id"}
"""Fields that say nothing to an editor."""


class Change(NamedTuple):
    """A field before and after; of a long text PARAGRAPHS tells which were taken out and put in."""

    field: str
    before: str
    after: str
    paragraphs: list[tuple[str, str]]


class Version(NamedTuple):
    when: str
    user: str
    changes: list[Change]


def versions_view(request: HttpRequest, article: Article, context: dict) -> HttpResponse:
    """The page of ARTICLE's versions, the latest change first. CONTEXT is the admin site's."""
    events = article.events.filter(pgh_label="update").select_related("pgh_context").order_by("-pgh_id")
    page = Paginator(events, VERSIONS_PER_PAGE).get_page(request.GET.get("p"))
    return render(
        request,
        "admin/archive/article/versions.html",
        context
        | {
            "opts": Article._meta,
            "article": article,
            "page": page,
            "versions": list(_versions(article, list(page.object_list))),
        },
    )


def _versions(article: Article, events: list) -> Iterator[Version]:
    """EVENTS hold the rows as they were before each change, the latest first: each is compared with what followed."""
    if not events:
        return
    newer = article.events.filter(pgh_label="update", pgh_id__gt=events[0].pgh_id).order_by("pgh_id").first()
    names = _user_names(events)
    after = newer or article
    for event in events:
        user = names.get(_user_id(event), "")
        if changes := list(_changes(event, after)):
            yield Version(_moment(event.pgh_created_at), user, changes)
        after = event


def _changes(before: models.Model, after: models.Model) -> Iterator[Change]:
    for field in ArticleEvent._meta.concrete_fields:
        if field.name.startswith("pgh_") or field.name in UNTOLD:
            continue
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old == new:
            continue
        label = str(Article._meta.get_field(field.name).verbose_name)
        if field.name == "body":
            yield Change(label, "", "", _paragraphs(plain_text(old), plain_text(new)))
        else:
            yield Change(label, _shown(before, field), _shown(after, field), [])


def _paragraphs(old: str, new: str) -> list[tuple[str, str]]:
    """Pairs of "del" or "ins" and a paragraph, in the order of the text; what stayed is left out."""
    old_lines, new_lines = old.split("\n"), new.split("\n")
    pairs = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old_lines, new_lines).get_opcodes():
        if kind != "equal":
            pairs += [("del", line) for line in old_lines[start:end]]
            pairs += [("ins", line) for line in new_lines[new_start:new_end]]
    return pairs


def _shown(row: models.Model, field: models.Field) -> str:
    value = getattr(row, field.attname)
    if value is None or value == "":
        return "—"
    if field.choices:
        return str(dict(field.flatchoices)[value])
    if field.is_relation:
        return str(field.related_model.objects.filter(pk=value).first() or value)
    if isinstance(value, datetime):
        precision = row.date_precision if field.name == "published_at" else Article.Precision.MINUTE
        return _moment(value, precision)
    return str(value)


def _moment(value: datetime, precision: str = Article.Precision.MINUTE) -> str:
    return format_date(timezone.localtime(value), get_language(), precision=precision)


def _user_id(event) -> int | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _user_names(events: list) -> dict[int, str]:
    users = get_user_model().objects.filter(pk__in={_user_id(event) for event in events} - {None})
    return {user.pk: user.get_full_name() or user.get_username() for user in users}

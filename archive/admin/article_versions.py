"""What an article was before each change: the rows that the database's triggers kept.

They are told apart field by field, each can be read whole, and brought back.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from archive.admin.article_states import left_as_it_is
from archive.admin.row_versions import note_of, shown_moment, user_id, user_names, way_of
from archive.attached import attached_of, compared, field_label
from archive.entities.linking import link_mentions
from archive.models import Article, ArticleEvent
from archive.newsroom.bringing_back import bring_back, differing
from archive.newsroom.states import Hindrance
from archive.text.differences import ChangedParagraph, changed_paragraphs
from archive.text.html import clean_html, plain_text
from archive.text.normalize import has_words

VERSIONS_PER_PAGE = 20
UNTOLD = {"updated_at", "created_at", "id", "attached"}
"""Fields that say nothing to an editor, and the one that is told by its parts."""

DATE = ("published_at", "date_precision")
RESTORED = ("title", "kicker", "summary", "body", "section", "source", "place", *DATE, "original_url", "language")
"""What comes back with a version, and what went with it: not its status, which says who reads it, nor what imports
know it by."""

LONG_TEXTS = ("summary", "body", "withdrawal_notice")
"""Told word by word."""

SHOWN_BESIDE_THE_TEXT = ("section", "source", "place", "published_at", "status")


class Change(NamedTuple):
    """A field before and after; of a long text PARAGRAPHS tells the words that went and came."""

    field: str
    before: str
    after: str
    paragraphs: list[ChangedParagraph]


class Version(NamedTuple):
    """A change: NUMBER is of the row as it was before it, HOW it was made, with the NOTE of whoever made it.

    IS_BLIND where it is not known whether authors, links and pictures changed.
    """

    number: int
    when: str
    user: str
    how: str
    note: str
    changes: list[Change]
    is_blind: bool


class Restored(NamedTuple):
    """The names of the FIELDS that were brought back; DATE_KEPT when the date would have changed who reads it.

    LOST are the pictures whose files are no more.
    """

    fields: list[str]
    date_kept: bool
    lost: list[str]


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
            "removed_pictures": article.removed_pictures.count(),
        },
    )


def version_view(request: HttpRequest, article: Article, version: ArticleEvent, context: dict) -> HttpResponse:
    """The page of ARTICLE as it was in VERSION, until a change. CONTEXT is the admin site's, `may_restore`, and NOW.

    NOW is the version of the article that is shown with it, so that none is brought back over another unseen.
    """
    facts = [(_label(name), _shown(version, ArticleEvent._meta.get_field(name))) for name in SHOWN_BESIDE_THE_TEXT]
    parts = compared(version.attached, version.attached) if version.attached else []
    return render(
        request,
        "admin/archive/article/version.html",
        context
        | {
            "opts": Article._meta,
            "article": article,
            "version": version,
            "until": shown_moment(version.pgh_created_at),
            "facts": facts,
            "parts": [(field_label(part.name), [line[0].text for line in part.lines]) for part in parts],
            "body": mark_safe(clean_html(version.body)),  # noqa: S308 - cleaned
        },
    )


@transaction.atomic
def restore(article: Article, version: ArticleEvent, *, by: AbstractBaseUser) -> Restored:
    """Make ARTICLE what it was in VERSION, all but its status; raise ValidationError for what can no longer be.

    A date that would bring it before its readers, or take it from them, is left as it is; so is a section or source
    that is no more, and what goes with the article where the version does not know of it.
    """
    wanted = {name: getattr(version, Article._meta.get_field(name).attname) for name in RESTORED}
    date_kept = not _leaves_its_state(article, {name: wanted[name] for name in DATE})
    if date_kept:
        wanted = {name: value for name, value in wanted.items() if name not in DATE}
    changed = []
    for name, value in wanted.items():
        field = Article._meta.get_field(name)
        gone = field.is_relation and value and not field.related_model.objects.filter(pk=value).exists()
        if value != getattr(article, field.attname) and not gone:
            setattr(article, field.attname, value)
            changed.append(name)
    attached = version.attached and differing(article, version.attached)
    lost = []
    if changed or attached:
        if article.state() == Article.Status.SCHEDULED and not has_words(article.summary, plain_text(article.body)):
            raise ValidationError(left_as_it_is(Hindrance.NO_TEXT))
        article.validate_constraints()
        article.save(update_fields=[*changed, "updated_at"])
    if attached:
        lost = bring_back(article, version.attached, attached, by=by)
        changed += attached
    if "body" in changed:
        link_mentions([article.pk])
    return Restored(changed, date_kept, lost)


def _leaves_its_state(article: Article, date: dict) -> bool:
    """Would ARTICLE with the DATE of another version be seen by those who see it now?"""
    if article.status == Article.Status.SCHEDULED and date["published_at"] is None:
        return False
    return Article(status=article.status, **date).state() == article.state()


def _versions(article: Article, events: list) -> Iterator[Version]:
    """EVENTS hold the rows as they were before each change, the latest first: each is compared with what followed."""
    if not events:
        return
    newer = article.events.filter(pgh_label="update", pgh_id__gt=events[0].pgh_id).order_by("pgh_id").first()
    names = user_names(events)
    after = newer or article
    for event in events:
        user = names.get(user_id(event), "")
        if changes := list(_changes(event, after)):
            when, is_blind = shown_moment(event.pgh_created_at), event.attached is None
            yield Version(event.pgh_id, when, user, way_of(event), note_of(event), changes, is_blind)
        after = event


def _changes(before: models.Model, after: models.Model) -> Iterator[Change]:
    for field in ArticleEvent._meta.concrete_fields:
        if field.name.startswith("pgh_") or field.name in UNTOLD:
            continue
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old == new:
            continue
        label = _label(field.name)
        if field.name in LONG_TEXTS:
            if field.name == "body":
                old, new = plain_text(old), plain_text(new)
            paragraphs = changed_paragraphs(old, new)
            yield Change(label, "", "" if paragraphs else _("its markup only"), paragraphs)
        else:
            yield Change(label, _shown(before, field), _shown(after, field), [])
    attached = attached_of(before), attached_of(after)
    for part in compared(*attached) if None not in attached else ():
        if lines := part.changes:
            yield Change(field_label(part.name), "", "", [ChangedParagraph(line, 0) for line in lines])


def _label(name: str) -> str:
    return str(Article._meta.get_field(name).verbose_name)


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
        return shown_moment(value, precision)
    return str(value)

"""Two who edit one article: nobody's work is written over unseen.

The form holds the number of the version it was opened on. If the article has changed since, what the other changed
and this editor did not is taken over into the form; where both changed the same, the form keeps this editor's words,
shows the other's beside them, and is saved only when it is sent again. The rows beside the article: `row_conflicts`.
"""

from collections.abc import Iterator
from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from archive.admin.row_versions import shown_moment, user_id, user_names
from archive.attached import attached_of
from archive.models import Article, ArticleEvent

FIRST = "0"
"""The version of an article that has never been changed."""


def shown_version(article: Article) -> str:
    """The number of the last change of ARTICLE: the form that is opened now knows of it."""
    newest = article.events.filter(pgh_label="update").order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    return str(newest or FIRST)


def is_outdated(form: forms.ModelForm, cleaned: dict) -> bool:
    """Has another changed the article since FORM was opened? Errors say so, and the form goes on from there."""
    given = cleaned.get("version") or ""
    if not form.instance.pk or not given.isdecimal():
        return False
    base = form.instance.events.filter(pgh_label="update", pgh_id__gt=int(given)).order_by("pgh_id").first()
    if base is None:
        return False
    now = shown_version(form.instance)
    form.data = form.data.copy()
    form.data[form.add_prefix("version")] = now
    both = list(_merged(form, base))
    form.add_error(None, ValidationError(_told(form.instance, base, now), code="changed_meanwhile"))
    for name, theirs in both:
        form.add_error(name, other_wrote(theirs))
    return True


def other_wrote(words: str) -> str:
    return _("The other wrote here: “%(words)s”") % {"words": words}


def _merged(form: forms.ModelForm, base: ArticleEvent) -> Iterator[tuple[str, str]]:
    """Take the other's changes into FORM; yield the fields that both changed since BASE, with the other's words."""
    theirs = Article.objects.get(pk=form.instance.pk)
    for name in (field.name for field in (*Article._meta.fields, *Article._meta.many_to_many)):
        if name not in form.fields:
            continue
        field, data = form.fields[name], form[name].data
        before, now = _boxes(form, base, name), _boxes(form, theirs, name)
        if name == "authors" and before is None:  # An old version: which of the two changed them is not known.
            if field.has_changed(now, data):
                yield name, in_words(theirs, name)
        elif before == now:
            continue
        elif not _differs(field, before, data):
            take_over(form, name, now)
            form.errors.pop(name, None)
        elif _differs(field, now, data):
            yield name, in_words(theirs, name)


def _boxes(form: forms.ModelForm, row: Article | ArticleEvent, name: str):
    """What the boxes of the field NAME show of ROW; None where that is not known."""
    match name:
        case "published_at":
            return form.written_date(row)
        case "status":
            return Article(status=row.status, published_at=row.published_at).state()
        case "authors":
            attached = attached_of(row)
            return attached and sorted(author["id"] for author in attached["authors"])
    return getattr(row, Article._meta.get_field(name).attname)


def _differs(field: forms.Field, initial, data) -> bool:
    if isinstance(initial, list) and isinstance(field, forms.MultiValueField):
        return [part or "" for part in data] != initial
    return field.has_changed(initial, data)


def take_over(form: forms.ModelForm, name: str, value) -> None:
    """Let the boxes of the field NAME show VALUE; the data of FORM can be changed."""
    widget, box = form.fields[name].widget, form.add_prefix(name)
    if isinstance(widget, forms.MultiWidget):
        for suffix, part in zip(widget.widgets_names, _parts(widget, value), strict=True):
            form.data[box + suffix] = part
    elif isinstance(value, list):
        form.data.setlist(box, list(map(str, value)))
    elif isinstance(widget, forms.CheckboxInput):
        form.data[box] = "on" if value else ""
    else:
        form.data[box] = "" if value is None else str(value)


def _parts(widget: forms.MultiWidget, value) -> list[str]:
    return (
        value if isinstance(value, list) else ["" if part is None else str(part) for part in widget.decompress(value)]
    )


def in_words(row: models.Model, name: str) -> str:
    """What ROW says in the field NAME."""
    if name == "authors":
        return _(", ").join(row.author_names) or "—"
    value = getattr(row, name)
    if name == "body":
        return _("another text; see “Versions”")
    if isinstance(value, datetime):
        return shown_moment(value)
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else "—" if value in (None, "") else value)


def _told(article: Article, base: ArticleEvent, version: str) -> SafeString:
    """Who changed ARTICLE since it was BASE, when, and what is to be done."""
    event = article.events.select_related("pgh_context").get(pgh_id=int(version))
    who = user_names([event]).get(user_id(event)) or _("somebody without an account")
    return format_html(
        _(
            "{who} has changed this article since you opened it ({when}). Nothing of yours is lost, and nothing is "
            "saved yet: what only the other changed stands in the form now, and your words are as you left them. "
            "Look it over and save again. {link}"
        ),
        who=format_html("<bdi>{}</bdi>", who),
        when=shown_moment(event.pgh_created_at),
        link=format_html(
            '<a href="{}?before={}" target="_blank">{}</a>',
            reverse("admin:archive_article_comparison", args=[article.pk]),
            base.pgh_id,
            _("What was changed"),
        ),
    )

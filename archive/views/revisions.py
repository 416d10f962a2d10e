"""What changed in an article under its readers' eyes, and when."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.attached import field_label
from archive.guards import read_only
from archive.metadata import page_metadata
from archive.models import Article, Section, Source
from archive.revisions import MAX_REVISIONS, ChangedFact, Revision, revisions
from archive.text.dates import format_date
from archive.text.direction import direction
from archive.views.withdrawn import withdrawn_page


@read_only
def article_versions(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    article = Article.objects.published().with_attached().filter(pk=pk).first()
    if article is None:
        return withdrawn_page(request, pk)
    path = reverse("archive:article-versions", args=[article.pk, article.slug])
    if slug != article.slug:
        return redirect(path, permanent=True)
    told = revisions(article)
    names = _names(told)
    title = _("What changed: %(title)s") % {"title": article.title}
    return render(
        request,
        "archive/article_versions.html",
        {
            "article": article,
            "revisions": [_shown(revision, article.language, names) for revision in told],
            "is_cut": len(told) == MAX_REVISIONS,
            "corrections": article.corrections.all(),
            "metadata": page_metadata(request, title=title, path=path),
        },
    )


Names = dict[str, dict[int, str]]
"""What sources and sections are called, by the field and their numbers."""


def _names(told: list[Revision]) -> Names:
    """The names of all that is told of as a fact before or after a change, with one query for each kind of it."""
    names = {}
    for field, model in (("source", Source), ("section", Section)):
        facts = [fact for revision in told for fact in revision.facts if fact.field == field]
        ids = {pk for fact in facts for pk in (*fact.before, *fact.after)}
        names[field] = {one.pk: one.label for one in model.objects.filter(pk__in=ids)} if ids else {}
    return names


def _shown(revision: Revision, language: str, names: Names) -> dict:
    """REVISION, its facts before and after in words, and its texts with the `direction` in which each runs.

    Each has a `label`.
    """
    texts = [
        {
            "label": capfirst(field_label(text.field)),
            "paragraphs": text.paragraphs,
            "direction": direction(text.words, language),
        }
        for text in revision.texts
    ]
    facts = [{"label": capfirst(field_label(fact.field)), **_in_words(fact, names)} for fact in revision.facts]
    return {"at": revision.at, "facts": facts, "texts": texts, "is_blind": revision.is_blind}


def _in_words(fact: ChangedFact, names: Names) -> dict[str, str | bool]:
    """What FACT was `before` and is `after`, "" where it was nothing, or is; and whether these are names."""
    if fact.field == "published_at":
        before, after = _date(*fact.before), _date(*fact.after)
        if before == after:
            # The same day at another hour stands elsewhere in lists.
            before, after = (
                _date(moment, Article.Precision.MINUTE) for moment, _known_to in (fact.before, fact.after)
            )
    else:
        before, after = (_word(fact.field, *values, names) for values in (fact.before, fact.after))
    return {"before": before, "after": after, "is_name": fact.field in names}


def _date(published_at: datetime | None, precision: str) -> str:
    if published_at is None:
        return _("Date unknown")
    return format_date(timezone.localtime(published_at), get_language(), precision=precision)


def _word(field: str, value: str | int | None, names: Names) -> str:
    if field in names:
        return names[field].get(value, _("one that the archive has no more")) if value else ""
    return value

"""What changed in an article under its readers' eyes, and when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from archive.attached import field_label
from archive.guards import read_only
from archive.metadata import page_metadata
from archive.models import Article
from archive.revisions import MAX_REVISIONS, Revision, revisions
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
    title = _("What changed: %(title)s") % {"title": article.title}
    return render(
        request,
        "archive/article_versions.html",
        {
            "article": article,
            "revisions": [_shown(revision, article.language) for revision in told],
            "is_cut": len(told) == MAX_REVISIONS,
            "corrections": article.corrections.all(),
            "metadata": page_metadata(request, title=title, path=path),
        },
    )


def _shown(revision: Revision, language: str) -> dict:
    """REVISION with a `label` for each of the texts that changed, and the `direction` in which it runs."""
    texts = [
        {
            "label": capfirst(field_label(text.field)),
            "paragraphs": text.paragraphs,
            "direction": direction(text.words, language),
        }
        for text in revision.texts
    ]
    return {"at": revision.at, "texts": texts, "is_blind": revision.is_blind}

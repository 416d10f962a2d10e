"""An author's page: what they signed, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from archive.cursors import CursorForm
from archive.guards import read_only
from archive.metadata import author_metadata
from archive.models import visible_authors
from archive.pagination import keyset_page


@read_only
def author_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    author = get_object_or_404(visible_authors(), pk=pk)
    if slug != author.slug:
        return redirect(author, permanent=True)
    articles = author.articles.published()
    page = keyset_page(articles.for_lines(), **CursorForm(request.GET).usable())
    return render(
        request,
        "archive/author_detail.html",
        {
            "author": author,
            "count": articles.count(),
            "articles": page.articles,
            "newer_url": page.newer,
            "older_url": page.older,
            "metadata": author_metadata(request, author, newer_url=page.newer, older_url=page.older),
        },
    )

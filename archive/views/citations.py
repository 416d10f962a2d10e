"""An article's citation as a file, for the programs that keep references."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from archive.citations import BIBTEX_TYPE, CSL_TYPE, RIS_TYPE, Citation, bibtex, csl_json, ris
from archive.downloads import download
from archive.guards import read_only
from archive.models import Article
from archive.views.withdrawn import withdrawn_page


class CitationFile(NamedTuple):
    """A form of citation: its NAME for readers, the MEDIA_TYPE of its file, and what writes it."""

    name: str
    media_type: str
    write: Callable[[Citation], str]


FILES = {
    "bib": CitationFile("BibTeX", BIBTEX_TYPE, bibtex),
    "ris": CitationFile("RIS", RIS_TYPE, ris),
    "json": CitationFile("CSL-JSON", CSL_TYPE, csl_json),
}


@read_only
def article_citation(request: HttpRequest, pk: int, file_type: str) -> HttpResponse:
    if file_type not in FILES:
        raise Http404
    articles = Article.objects.published().for_lines().prefetch_related("authors")
    article = articles.filter(pk=pk).first()
    if article is None:
        return withdrawn_page(request, pk)
    short = request.build_absolute_uri(reverse("archive:article-by-id", args=[pk]))
    form = FILES[file_type]
    content = form.write(Citation.of(article, short))
    return download(content, f"{form.media_type}; charset=utf-8", f"article-{pk}.{file_type}")


def citation_files(article: Article) -> list[dict]:
    """The files of ARTICLE's citation, for its page: {name, media_type, url}."""
    return [
        {
            "name": form.name,
            "media_type": form.media_type,
            "url": reverse("archive:article-citation", args=[article.pk, file_type]),
        }
        for file_type, form in FILES.items()
    ]

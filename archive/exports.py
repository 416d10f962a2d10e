"""A whole search as a file of rows or of references: one for each result in the order of the page, up to MAX_RESULTS.
The articles of a name are such a file too.

The results are found before the answer begins, as a list of numbers; the articles are read as they are sent, a batch
at a time.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.citations import BIBTEX_TYPE, RIS_TYPE, Citation, bibtex, ris
from archive.downloads import CSV_TYPE, download, moved_permanently
from archive.entity_forms import EntityArticlesForm
from archive.forms import SearchForm
from archive.guards import read_only
from archive.models import Article, Entity
from archive.search.engine import MAX_RESULTS, FoundArticles, find_all
from archive.search.limits import SearchTimeoutError, time_limit
from archive.text.dates import iso_date
from archive.text.slugs import slugify
from archive.text.spreadsheets import csv_lines

BATCH_ARTICLES = 500
FullAddress = Callable[[str], str]
"""From a path of this site to its whole address."""


def export_view(
    file_type: str, content_type: str, write: Callable[..., Iterator[str]]
) -> Callable[..., HttpResponse]:
    """The view of a search as a file; one that cannot be searched for leads to the page that says why."""

    @read_only
    def view(request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.GET)
        wanted = form.search_request()
        if not form.is_valid() or not wanted.asks_for_something:
            return redirect(f"{reverse('archive:search')}?{request.GET.urlencode()}")
        with time_limit():
            found = find_all(wanted)
        content = write(found, _articles(found.ids), request.build_absolute_uri)
        name = slugify(wanted.text) if wanted.text else "search"
        return download(content, content_type, f"{name}.{file_type}")

    return view


@read_only
def entity_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The articles of a name as its page shows them, newest first."""
    entity = Entity.objects.visible().by_number(pk)
    if entity is None:
        raise Http404
    if entity.pk != pk:
        return moved_permanently(request, entity.pk)
    form = EntityArticlesForm(request.GET, entity)
    page = f"{entity.get_absolute_url()}?{request.GET.urlencode()}"
    if not form.is_valid():
        return redirect(page)
    try:
        with time_limit():
            articles = form.narrowed().articles().newest_first()
            ids = list(articles.values_list("pk", flat=True)[:MAX_RESULTS])
    except SearchTimeoutError:
        return redirect(page)
    return download(_csv_lines(_articles(ids), request.build_absolute_uri), CSV_TYPE, f"{entity.slug}.csv")


def _articles(ids: Sequence[int]) -> Iterator[Article]:
    for start in range(0, len(ids), BATCH_ARTICLES):
        batch = ids[start : start + BATCH_ARTICLES]
        articles = Article.objects.published().for_lines().prefetch_related("authors").in_bulk(batch)
        yield from (articles[pk] for pk in batch if pk in articles)


def _row(article: Article, full_address: FullAddress) -> dict:
    at = article.published_at and timezone.localtime(article.published_at)
    return {
        "id": article.pk,
        "title": article.title,
        "date": iso_date(at, article.date_precision) if at else None,
        "date_precision": article.date_precision,
        "section": article.section.name if article.section else None,
        "source": article.source.name,
        "authors": article.author_names,
        "summary": article.summary,
        "url": full_address(article.get_absolute_url()),
        "original_url": article.original_url or None,
    }


def _csv(found: FoundArticles, articles: Iterable[Article], full_address: FullAddress) -> Iterator[str]:
    return _csv_lines(articles, full_address)


def _csv_lines(articles: Iterable[Article], full_address: FullAddress) -> Iterator[str]:
    # The names of precisions, as the first line, are written at once, in the language of the request.
    precisions = {value: str(label) for value, label in Article.Precision.choices}
    rows = (_cells(_row(article, full_address), precisions) for article in articles)
    return csv_lines(chain([_column_names()], rows))


def _cells(row: dict, precisions: dict[str, str]) -> Iterable:
    shown = {"authors": "، ".join(row["authors"]), "date_precision": precisions[row["date_precision"]]}
    return (row | shown).values()


def _column_names() -> list[str]:
    return [
        _("Number"), _("Title"), _("Date"), _("Date known to the"), _("Section"), _("Source"), _("Authors"),
        _("Summary"), _("Address"), _("Original address"),
    ]  # fmt: skip


def _json(found: FoundArticles, articles: Iterable[Article], full_address: FullAddress) -> Iterator[str]:
    head = {
        "query": {"text": found.query.text, "understood": found.query.understood},
        "count": {"value": found.count.value, "exact": found.count.exact},
        "limit": MAX_RESULTS,
    }
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "results": ['
    separator = "\n"
    for article in articles:
        yield separator + json.dumps(_row(article, full_address), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def _references(write: Callable[[Citation], str]) -> Callable[..., Iterator[str]]:
    """The articles as references, a record of WRITE's each."""

    def references(found: FoundArticles, articles: Iterable[Article], full_address: FullAddress) -> Iterator[str]:
        for article in articles:
            short = full_address(reverse("archive:article-by-id", args=[article.pk]))
            yield write(Citation.of(article, short)) + "\n"

    return references


search_csv = export_view("csv", CSV_TYPE, _csv)
search_json = export_view("json", "application/json", _json)
search_bib = export_view("bib", f"{BIBTEX_TYPE}; charset=utf-8", _references(bibtex))
search_ris = export_view("ris", f"{RIS_TYPE}; charset=utf-8", _references(ris))

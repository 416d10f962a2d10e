"""The search engine: match, rank, count, cut a page, and only then highlight it."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import BooleanField, Case, F, Value, When

from archive.models import Article, ArticleQuerySet
from archive.search import compiler
from archive.search.facets import Facets, count_facets
from archive.search.filters import SearchFilters
from archive.search.highlight import SNIPPET_CHARS, mark_words, snippet
from archive.search.parser import parse
from archive.search.query import Query
from archive.search.ranking import rank

MAX_RESULTS = 10_000
"""How deep a reader can page; browsing by section, entity and calendar has no such limit."""


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class SearchRequest:
    """What to search: the TEXT as typed, filters, order, and the page wanted (counted from 1)."""

    text: str = ""
    filters: SearchFilters = SearchFilters()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = 20


@dataclass(frozen=True)
class SearchResults:
    """A page of results.

    ARTICLES carry `snippet` and `title_marked` (safe HTML), `score` and `matches_all`: those with every word come
    before those with some, TOTAL_ALL of the TOTAL.
    """

    query: Query
    articles: list[Article]
    total: int
    total_all: int
    page: int
    page_size: int
    facets: Facets

    @property
    def page_count(self) -> int:
        return max(1, -(-min(self.total, MAX_RESULTS) // self.page_size))


def search_articles(request: SearchRequest) -> SearchResults:
    """Return the page of published articles that REQUEST asks for; with no words, all that pass its filters."""
    query = parse(request.text)
    narrowed = request.filters.apply(Article.objects.published())
    matching = match(narrowed, query)
    total = matching.count()
    every_word = compiler.all_words(query)
    needs_all = len(query.wanted) > 1
    total_all = matching.filter(search__vector=every_word).count() if needs_all else total
    page = min(max(request.page, 1), max(1, -(-min(total, MAX_RESULTS) // request.page_size)))
    start = (page - 1) * request.page_size
    ordered = _ordered(matching, query, request.sort)
    ids = list(ordered.values_list("pk", "score", "matches_all")[start : min(start + request.page_size, MAX_RESULTS)])
    return SearchResults(
        query=query,
        articles=_highlighted(ids, query),
        total=total,
        total_all=total_all,
        page=page,
        page_size=request.page_size,
        facets=count_facets(matching),
    )


def match(articles: ArticleQuerySet, query: Query) -> ArticleQuerySet:
    """Return ARTICLES that answer QUERY with at least one wanted part; all of them when it asks for nothing."""
    condition = compiler.any_word(query)
    return articles if condition is None else articles.filter(search__vector=condition)


def matching_articles(articles: ArticleQuerySet, text: str) -> ArticleQuerySet:
    """Return ARTICLES that answer TEXT, best first: the search of the admin."""
    query = parse(text)
    return _ordered(match(articles, query), query, Sort.RELEVANCE)


def _ordered(articles: ArticleQuerySet, query: Query, sort: Sort) -> ArticleQuerySet:
    every_word = compiler.all_words(query)
    if every_word is None or not query.wanted:
        annotated = articles.annotate(score=Value(0.0), matches_all=Value(True))
        order: list = []
    else:
        annotated = articles.annotate(
            score=rank(compiler.any_word(query)),
            matches_all=Case(When(search__vector=every_word, then=True), default=False, output_field=BooleanField()),
        )
        # In every order: by date alone, articles with one word of many would bury those with all.
        order = [F("matches_all").desc()]
        if sort is Sort.RELEVANCE:
            order.append(F("score").desc())
    return annotated.order_by(*order, *(("listed_at", "pk") if sort is Sort.OLDEST else ("-listed_at", "-pk")))


def _highlighted(rows: list[tuple[int, float, bool]], query: Query) -> list[Article]:
    """The articles of one page, in order, with what a result shows."""
    found = Article.objects.for_lines().defer(None).defer("body", "title_key").in_bulk([pk for pk, _, _ in rows])
    stems = query.wanted_stems
    articles = []
    for pk, score, matches_all in rows:
        if (article := found.get(pk)) is None:
            continue
        article.score = score
        article.matches_all = matches_all
        article.title_marked = mark_words(article.title, stems)
        article.snippet = snippet(article.text or article.summary, stems, max_chars=SNIPPET_CHARS)
        articles.append(article)
    return articles

"""Searches of articles in whatever state, as querysets: what the admin finds, and what is exported."""

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import BooleanField, Case, F, Value, When

from archive.models import Article, ArticleQuerySet
from archive.search import compiler
from archive.search.filters import SearchFilters
from archive.search.meanings import widen
from archive.search.parser import parse
from archive.search.query import Query
from archive.search.restrictions import look_up


class TSQuery(SearchQuery):
    """A tsquery from its own text form: no parser or stemmer of PostgreSQL's touches the stems."""

    template = "%(expressions)s::tsquery"

    def __init__(self, text: str):
        super().__init__(Value(text), search_type="raw")


def matching_articles(articles: ArticleQuerySet, text: str) -> ArticleQuerySet:
    """Return ARTICLES that answer TEXT, best first, whatever their state: the admin's search, as a queryset.

    It understands what the site's does, and finds nothing where that asks for a word.
    """
    query = _understood(text)
    if query.is_empty:
        return articles.none() if query.problems else articles.order_by("-listed_at", "-pk")
    words = " | ".join(f"'{compiler.lexeme(word.stem)}'" for word in (*query.words, *query.other_words))
    return (
        articles.filter(pk__in=compiler.any_part(query).article_ids)
        .annotate(
            matches_all=Case(
                When(pk__in=compiler.every_part(query).article_ids, then=True),
                default=False,
                output_field=BooleanField(),
            ),
            score=SearchRank(F("search__vector"), TSQuery(words), normalization=1),
        )
        .order_by("-matches_all", "-score", "-listed_at", "-pk")
    )


def articles_with_every_part(text: str, filters: SearchFilters) -> ArticleQuerySet:
    """Return every article that holds all parts of TEXT and passes FILTERS, whatever its state, in no order."""
    query = _understood(text, names_as_written=filters.names_as_written)
    if query.is_empty and query.problems:
        return Article.objects.none()
    condition = filters.condition() & compiler.every_part(query)
    return Article.objects.filter(pk__in=condition.article_ids) if condition else Article.objects.all()


def _understood(text: str, *, names_as_written: bool = False) -> Query:
    return widen(look_up(parse(text)), names_as_written=names_as_written)

"""The list of articles: searched, narrowed, and counted by what narrows it further."""

from dataclasses import asdict

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from archive.api import parameters
from archive.api.answers import Page, Problems, page_answer
from archive.api.cards import ArticleCard, article_card
from archive.api.errors import InvalidInputError
from archive.api.pagination import check_depth
from archive.forms import SearchForm
from archive.search.engine import SearchResults, search_articles
from archive.search.limits import time_limit
from archive.search.messages import problem_message
from archive.search.names import names_in_arabic
from archive.search.spelling import Suggestion, did_you_mean
from archive.searched import searching

DATA_LANGUAGE = "ar"

router = Router()


class FoundArticle(ArticleCard):
    snippet: str = Field(description=_("Safe HTML, the words found inside <mark>."))
    score: float


class NameInArabic(Schema):
    typed: str
    names: list[str]


class ReadQuery(Schema):
    text: str
    understood: str
    problems: list[str] = Field(description=_("What could not be used, in sentences."))
    did_you_mean: str | None
    names_in_arabic: list[NameInArabic] = Field(
        description=_("Names in Latin letters, with what was looked for in Arabic letters too.")
    )


class FacetValue(Schema):
    slug: str = Field(description=_("What to give the parameter to narrow by it."))
    name: str
    count: int


class EntityValue(FacetValue):
    kind: str


class Facets(Schema):
    section: list[FacetValue]
    source: list[FacetValue]
    entity: list[EntityValue] = Field(description=_("The commonest of each kind."))
    year: list[FacetValue]
    exact: bool = Field(description=_("False when the numbers are estimates."))
    more: list[str] = Field(description=_("The facets and kinds of names of which there are more values."))


class ArticlePage(Page):
    query: ReadQuery
    results: list[FoundArticle]
    facets: Facets


@router.get(
    "/articles",
    response={200: ArticlePage, 422: Problems},
    summary=_("Articles, searched and narrowed"),
    description=_("Without q, all published articles. Articles with every word come before those with some."),
    operation_id="articles",
    url_name="articles",
    openapi_extra={"parameters": parameters.ARTICLES},
)
def articles(request: HttpRequest):
    form = SearchForm(request.GET)
    if not form.is_valid():
        raise InvalidInputError(form.problems())
    wanted = form.search_request()
    check_depth(wanted.page, wanted.page_size)
    with searching(wanted, "api") as search, time_limit():
        with translation.override(DATA_LANGUAGE):
            results = search_articles(wanted)
        suggestions = did_you_mean(wanted, nothing_found=not results.count)
        search.found(results.query, results.count)
    return article_page(results, page=wanted.page, suggestion=suggestions[0] if suggestions else None)


def article_page(results: SearchResults, *, page: int, suggestion: Suggestion | None) -> dict:
    """A page of search results, empty when PAGE lies beyond the last, and what else may have been meant."""
    articles = results.articles if page == results.page else []
    found = [
        article_card(article) | {"snippet": str(article.snippet), "score": article.score} for article in articles
    ]
    count = results.count
    return page_answer(found, count.value, page, results.page_size, exact=count.exact) | {
        "query": {
            "text": results.query.text,
            "understood": results.query.understood,
            "problems": [problem_message(problem) for problem in results.query.problems],
            "did_you_mean": suggestion.text if suggestion else None,
            "names_in_arabic": [
                {"typed": typed, "names": names} for typed, names in names_in_arabic(results.query.wanted)
            ],
        },
        "facets": asdict(results.facets) | {"more": sorted(results.facets.more)},
    }

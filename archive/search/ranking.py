"""How well an article answers a query."""

from django.contrib.postgres.search import SearchRank
from django.db.models import F

from archive.search.compiler import TSQuery

WEIGHTS = [0.15, 0.2, 0.4, 1.0]
"""Of a word in the body (D), nowhere (C), in kicker or summary (B), in the title (A)."""

NORMALIZATION = 1
"""Divide by 1 + log(length), so that a long article does not win by its length alone."""


def rank(query: TSQuery) -> SearchRank:
    """The rank expression for rows of ArticleSearch joined as `search`."""
    return SearchRank(F("search__vector"), query, weights=WEIGHTS, normalization=NORMALIZATION)

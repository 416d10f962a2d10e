"""From a query to PostgreSQL's tsquery, through the same stems as the index."""

from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery
from django.db.models import Value

from archive.search.query import Phrase, Query, Term

LONGEST_STEM_CHARS = 64
"""As much of a word as `article_vector_v1` keeps."""


class TSQuery(SearchQuery):
    """A tsquery from its own text form: no parser or stemmer of PostgreSQL's touches the stems."""

    template = "%(expressions)s::tsquery"

    def __init__(self, text: str):
        super().__init__(Value(text), search_type="raw")


def all_words(query: Query) -> TSQuery | None:
    """Every wanted part and no excluded one; None when the query asks for nothing."""
    return _compile(query, " & ")


def any_word(query: Query) -> TSQuery | None:
    """At least one wanted part and no excluded one; None when the query asks for nothing."""
    return _compile(query, " | ")


def _compile(query: Query, joiner: str) -> TSQuery | None:
    if query.is_empty:
        return None
    wanted = joiner.join(_part(part) for part in query.wanted)
    excluded = " & ".join(f"!({_part(part)})" for part in query.excluded)
    return TSQuery(" & ".join(f"({side})" for side in (wanted, excluded) if side))


def _part(part: Term | Phrase) -> str:
    return "(" + " <-> ".join(_quoted(part.stems)) + ")"


def _quoted(stems: Iterable[str]) -> Iterable[str]:
    # Stems hold word characters only, so nothing in them needs escaping.
    return (f"'{stem[:LONGEST_STEM_CHARS]}'" for stem in stems)

"""Standing queries: searches that wait, and are held against each new article (docs/newsletter.md).

An article can only answer a search if it has one of its ANCHORS, few words chosen for being rare. So an index of the
anchors leads from an article to the searches that may find it, and most are never looked at.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archive.models import Article
from archive.search import compiler
from archive.search.conditions import Condition
from archive.search.filters import SearchFilters
from archive.search.highlight import HitFinder
from archive.search.keys import Kind, key, keys
from archive.search.meanings import widen
from archive.search.parser import parse
from archive.search.query import Field, Group, Part, Phrase, Query, Restriction, Same, Word
from archive.search.restrictions import look_up
from archive.search.statistics import Statistics, read_statistics
from archive.search.terms import Forms
from archive.text.sentences import passage_around

ANYTHING = "*"
"""The anchor of a search that nothing can be told of without asking."""

ASKED_TOGETHER = 200

_FILED = {Field.SECTION: Kind.SECTION, Field.SOURCE: Kind.SOURCE, Field.ENTITY: Kind.ENTITY}

_ENTRY_ANCHORS = """
SELECT tsvector_to_array(vector) || ARRAY(SELECT '#' || number FROM unnest(keys) AS number) || %s::text
FROM archive_articlesearch WHERE article_id = %s
"""


@dataclass(frozen=True)
class StandingQuery:
    """An article that answers has one of ANCHORS; TSQUERY holds of it, and all of KEYS. Both decide, if IS_EXACT."""

    anchors: tuple[str, ...]
    tsquery: str | None
    keys: tuple[int, ...]
    is_exact: bool


def standing_query(text: str, filters: SearchFilters) -> StandingQuery | None:
    """Return how TEXT under FILTERS is held against articles; None where it asks for nothing that could be found."""
    query = _understood(text, filters)
    if (query.is_empty and (query.problems or filters == SearchFilters())) or (query.excluded and not query.wanted):
        return None
    condition = filters.condition() & compiler.every_part(query)
    required = [number for operator, numbers in condition.filed if operator == "@>" for number in numbers]
    return StandingQuery(
        anchors=_anchors(query, filters),
        tsquery=condition.vector or None,
        keys=tuple(required),
        is_exact=not (condition.alternatives or condition.sql or any(op != "@>" for op, _keys in condition.filed)),
    )


def entry_anchors(article_id: int) -> list[str]:
    """Return every anchor that the article has."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRY_ANCHORS, [ANYTHING, article_id])
        row = cursor.fetchone()
    # The index also keeps with each stem how much it says: "7>stem".
    return [anchor for anchor in row[0] if ">" not in anchor] if row else []


def answering(article_id: int, searches: Sequence[tuple[int, str, SearchFilters]]) -> set[int]:
    """Return the numbers of those of SEARCHES, each a number, text and filters, that the article answers."""
    found: set[int] = set()
    for start in range(0, len(searches), ASKED_TOGETHER):
        asked = [
            (number, filters.condition() & compiler.every_part(_understood(text, filters)))
            for number, text, filters in searches[start : start + ASKED_TOGETHER]
        ]
        found |= _holding(article_id, asked)
    return found


def matched_sentence(text: str, filters: SearchFilters, article: Article) -> SafeString:
    """Return the sentence of ARTICLE, safe for a page, that shows why it answers; "" if only filters tell why."""
    query = _understood(text, filters)
    finder = HitFinder.of(query)
    for passage in (article.text, article.summary, article.title):
        if hits := finder.find(passage):
            found = passage_around(passage, hits[0].start, hits[0].end)
            return format_html("{}<mark>{}</mark>{}", found.before, found.words, found.after)
    return SafeString("")


def _understood(text: str, filters: SearchFilters) -> Query:
    return widen(look_up(parse(text)), names_as_written=filters.names_as_written)


def _holding(article_id: int, asked: Iterable[tuple[int, Condition]]) -> set[int]:
    of_article = Condition.of("entry.article_id = %s", article_id)
    whole = [(number, of_article & condition) for number, condition in asked]
    if not whole:
        return set()
    question = " UNION ALL ".join(
        f"SELECT {number:d} FROM archive_articlesearch AS entry {condition.where}" for number, condition in whole
    )
    with connection.cursor() as cursor:
        cursor.execute(question, [param for _number, condition in whole for param in condition.where_params])
        return {number for (number,) in cursor.fetchall()}


# --- Anchors ---


def _anchors(query: Query, filters: SearchFilters) -> tuple[str, ...]:
    """The rarest words of which an answer has one; without such, the keys it is filed under."""
    statistics = read_statistics({form.stem_term for form in _all_forms(query.sought)})
    chosen = _rarest((_of_part(part, statistics) for part in query.sought), statistics)
    if chosen is not None:
        return tuple(sorted({compiler.lexeme(form.stem) for form in chosen}))
    numbers = _filed_under(query, filters)
    return tuple(f"#{number}" for number in sorted(numbers)) or (ANYTHING,)


Alternatives = frozenset[Forms]


def _of_part(part: Part, statistics: Statistics) -> Alternatives | None:
    """Words of which an article with PART has one; None where that cannot be told."""
    match part:
        case Word(prefix=True):
            return _rarest((frozenset([form]) for form in part.forms[:-1]), statistics)
        case Word() | Phrase():
            return _rarest((frozenset([form]) for form in part.forms), statistics)
        case Same():
            return _any_of([_of_part(one, statistics) for one in (part.meant, *part.others)])
        case Group(alternatives=True):
            return _any_of([_of_part(one, statistics) for one in part.parts])
        case Group():
            return _rarest((_of_part(one, statistics) for one in part.parts), statistics)
    return None


def _any_of(sets: Collection[Alternatives | None]) -> Alternatives | None:
    return None if None in sets else frozenset().union(*sets)


def _rarest(sets: Iterable[Alternatives | None], statistics: Statistics) -> Alternatives | None:
    return min(
        (one for one in sets if one),
        key=lambda one: sum(statistics.terms[form.stem_term].article_count for form in one),
        default=None,
    )


def _all_forms(parts: Iterable[Part]) -> Iterator[Forms]:
    for part in parts:
        match part:
            case Word() | Phrase():
                yield from part.forms
            case Same():
                yield from _all_forms((part.meant, *part.others))
            case Group():
                yield from _all_forms(part.parts)


def _filed_under(query: Query, filters: SearchFilters) -> set[int]:
    """The keys of which an answer has one; none where it may have any."""
    filed = ((Kind.ENTITY, filters.entity), (Kind.SECTION, filters.section), (Kind.SOURCE, filters.source))
    for kind, thing in filed:
        if thing:
            return {key(kind, thing.pk)}
    for field, kind in _FILED.items():
        if of_field := [one for one in query.required if one.field is field]:
            return set(keys(kind, _ids(of_field)))
    return set()


def _ids(restrictions: Iterable[Restriction]) -> Iterator[int]:
    for restriction in restrictions:
        yield from restriction.ids

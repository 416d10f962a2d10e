"""Ways on from a search that found nothing: the same with less asked of it, where that finds something."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from archive.asking import Asking, at_once, rows_of_queryset, together
from archive.entities.names import named
from archive.models import Article, Entity
from archive.models.nested import models_of
from archive.search.engine import SearchRequest, articles_of_first, count_articles
from archive.search.facets import Count
from archive.search.filters import SearchFilters
from archive.search.parser import parse
from archive.search.query import Phrase, Query
from archive.search.statistics import read_statistics

MAX_NAMES = 6
MAX_CLOSEST = 3
MIN_PHRASE_WORDS = 2
"""A phrase of two words without one of them is no phrase any more."""


@dataclass(frozen=True)
class FilterInForce:
    """A filter by its NAME in the address, its FIELD among SearchFilters, and the LABEL shown."""

    name: str
    field: str
    label: str


@dataclass(frozen=True)
class WayOn:
    """A search that finds COUNT articles, with the words for what is different in it."""

    label: str
    url: str
    count: Count


@dataclass(frozen=True)
class _Attempt:
    label: str
    changes: dict[str, str]
    text: str
    filters: SearchFilters

    def count(self) -> Asking[Count]:
        return count_articles.part(self.text, self.filters)

    def asks_less_of_words(self, query: Query) -> bool:
        return self.text != query.text and parse(self.text).excluded == query.excluded

    def best(self) -> SearchRequest:
        return SearchRequest(self.text, self.filters, page_size=MAX_CLOSEST)


def nothing_found(wanted: SearchRequest, filters: list[FilterInForce], address: Callable[..., str]) -> Asking[dict]:
    """Return what the search page shows in place of the results of WANTED.

    `ways` are the searches that find something with a filter, or a condition on the words, taken away; `closest` are
    the best results of the first that asks less of the words. ADDRESS makes the address of a search from what changes
    in it.
    """
    query = parse(wanted.text)
    (ways, closest), names = yield from together(
        _ways(wanted, filters, query), _names_like(query) if query.wanted else at_once([])
    )
    return {
        "ways": [WayOn(attempt.label, address(**attempt.changes), count) for attempt, count in ways],
        "closest": closest,
        "spelt": bool(query.words or query.beginnings),
        "names": names,
        "foreign": query.text.isascii() and any(character.isalpha() for character in query.text),
    }


def _ways(
    wanted: SearchRequest, filters: list[FilterInForce], query: Query
) -> Asking[tuple[list[tuple[_Attempt, Count]], list[Article]]]:
    """The attempts that find something, each with how much, and the best of the first that asks less of the words."""
    looser = yield from _with_looser_words(wanted, query)
    # Where a query has several fields, each alone is tried beside the others: few have, and all waits for this.
    found, fields_found = yield from together(
        _that_find_something([*_without_filters(wanted, filters), *looser], query),
        _that_find_something(list(_with_one_field(wanted, query)), query),
    )
    return found if found[0] else fields_found


def _that_find_something(
    attempts: Sequence[_Attempt], query: Query
) -> Asking[tuple[list[tuple[_Attempt, Count]], list[Article]]]:
    # The best of each are looked for while it is counted: which is the first that finds something is not known yet.
    looser = [attempt.best() for attempt in attempts if attempt.asks_less_of_words(query)]
    best, counts = yield from together(
        articles_of_first.part(looser), together(*(attempt.count() for attempt in attempts))
    )
    return [(attempt, count) for attempt, count in zip(attempts, counts, strict=True) if count.value], best


def _without_filters(wanted: SearchRequest, filters: list[FilterInForce]) -> Iterator[_Attempt]:
    for filter in filters:
        yield _Attempt(
            _("Without the filter “%(filter)s”") % {"filter": filter.label},
            {filter.name: ""},
            wanted.text,
            replace(wanted.filters, **{filter.field: None}),
        )
    if len(filters) > 1:
        yield _Attempt(
            _("Without any filter"),
            dict.fromkeys((filter.name for filter in filters), ""),
            wanted.text,
            SearchFilters(),
        )


def _with_looser_words(wanted: SearchRequest, query: Query) -> Asking[list[_Attempt]]:
    long_phrases = [part for part in query.sought if isinstance(part, Phrase) and len(part.forms) > MIN_PHRASE_WORDS]
    shorter = yield from together(*(_without_rarest_word(wanted, query, phrase) for phrase in long_phrases))
    return [*shorter, *_with_other_words(wanted, query)]


def _with_other_words(wanted: SearchRequest, query: Query) -> Iterator[_Attempt]:
    excluded = [f"-{part.text}" for part in query.excluded]
    plain = [form.typed for form in query.words]
    if plain and plain != [part.text for part in query.sought]:
        words = " ".join([*plain, *(part.text for part in query.required), *excluded])
        yield _Attempt(_("Any of the words, in all their forms"), {"q": words}, words, wanted.filters)
    for restriction in query.required if len(query.wanted) > 1 else ():
        rest = " ".join([*(part.text for part in query.wanted if part is not restriction), *excluded])
        yield _Attempt(_("Without “%(part)s”") % {"part": restriction.text}, {"q": rest}, rest, wanted.filters)
    if query.excluded and query.wanted:
        everything_wanted = replace(query, excluded=()).understood
        yield _Attempt(
            _("With the words that were left out"), {"q": everything_wanted}, everything_wanted, wanted.filters
        )


def _without_rarest_word(wanted: SearchRequest, query: Query, phrase: Phrase) -> Asking[_Attempt]:
    counts = (yield from read_statistics.part({form.stem_term for form in phrase.forms})).terms
    place, rarest = min(enumerate(phrase.forms), key=lambda numbered: counts[numbered[1].stem_term].article_count)
    shorter = " ".join(form.typed for number, form in enumerate(phrase.forms) if number != place)
    text = phrase.text[: phrase.text.index("«") + 1] + shorter + phrase.text[phrase.text.rindex("»") :]
    words = query.understood.replace(phrase.text, text)
    return _Attempt(
        _("Without the rarest word, “%(word)s”") % {"word": rarest.typed}, {"q": words}, words, wanted.filters
    )


def _with_one_field(wanted: SearchRequest, query: Query) -> Iterator[_Attempt]:
    """Each field alone, where the query has several: taking away one of them was not enough."""
    for restriction in query.required if len(query.required) > 1 else ():
        yield _Attempt(
            _("Only “%(part)s”") % {"part": restriction.text},
            {"q": restriction.text},
            restriction.text,
            wanted.filters,
        )


def _names_like(query: Query) -> Asking[list[Entity]]:
    words = " ".join(part.text for part in query.wanted)
    entities = yield from named.part(Entity.objects.visible(), words)
    fields = [field.attname for field in Entity._meta.concrete_fields]
    chosen = entities.order_by("-begins_so", "name", "pk")[:MAX_NAMES].values_list(*fields)
    rows = yield from rows_of_queryset(chosen)
    return models_of(Entity, [dict(zip(fields, row, strict=True)) for row in rows])

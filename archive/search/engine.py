"""The search engine: count, find the candidates, rank them, cut a page, and only then highlight it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property, partial

from archive import asking
from archive.asking import Asking, asked, at_once, rows_of
from archive.models import Article
from archive.search import compiler, facets
from archive.search.agreement import agreement
from archive.search.candidates import COMMON_LEAVES, Leaf, find_candidates
from archive.search.conditions import Condition, array_literal
from archive.search.dates import by_date
from archive.search.expectation import Expectation
from archive.search.facets import Count, DivisionOfBoth, Facets, Sought
from archive.search.filters import SearchFilters
from archive.search.highlight import Hit, HitFinder, mark_words, snippet
from archive.search.lines import read_lines
from archive.search.meanings import widen
from archive.search.parser import parse
from archive.search.pins import Pins, find_pins, pinned_to
from archive.search.query import Field, Query
from archive.search.ranking import Ranked, WeightedTerms, mass, rank, rank_scored, score, weigh
from archive.search.restrictions import look_up
from archive.search.statistics import UNKNOWN, Statistics, read_statistics, together
from archive.search.terms import LevelTerm

MAX_RESULTS = 10_000
"""How deep a reader can page; browsing by section, entity and calendar has no such limit."""

CANDIDATES = (300, 2_000, 4_000, 12_000)
"""How many articles are scored: 300 for the first 150 results, 2,000 for those down to the 1,000th, and so on.

Whatever page is asked for, what stands before it is found as it is for the pages there: no result stands on two.
"""

CANDIDATES_OF_PHRASES = (50, *CANDIDATES)
"""Words that stand in a phrase are near each other in every answer: fewer are mistaken for the best."""

MIN_CANDIDATE_LIMIT = 3_000
"""Of longer lists, half as many again as are wanted are taken as they come, but so many at least."""

SURELY_MANY = 5 * facets.FEW
"""Of so many expected with all, the best are looked for beside their number: they are surely more than are named."""

FEW_OF_ANY_TIME = 1_000
"""Of more articles than these, the index is asked for those of the months wanted."""

BEGINNING_MASS = 1.0
"""What a beginning of words weighs among candidates, less than most words: it adds nothing to a score."""


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class SearchRequest:
    """What to search: the TEXT as typed, filters, order, the page wanted (counted from 1).

    Of the facet MORE, if any, more values are told.
    """

    text: str = ""
    filters: SearchFilters = SearchFilters()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = 20
    more: str = ""

    @property
    def asks_for_something(self) -> bool:
        return bool(self.text) or self.filters != SearchFilters()


@dataclass(frozen=True)
class SearchResults:
    """A page of results.

    ARTICLES carry `snippet` and `title_marked` (safe HTML), `score`, `agreement`, `pinned` and `matches_all`: those
    that editors chose come first, those with every word before those with some, COUNT_ALL of the COUNT. FACETS divide
    those with every word, where there are any.
    """

    query: Query
    articles: list[Article]
    count: Count
    count_all: Count
    page: int
    page_size: int
    facets: Facets

    @property
    def total(self) -> int:
        return self.count.value

    @property
    def total_all(self) -> int:
        return self.count_all.value

    @property
    def page_count(self) -> int:
        return _page_count(self.count, self.page_size)


@dataclass(frozen=True)
class FoundArticles:
    """The IDS of the first MAX_RESULTS results in order, of COUNT."""

    query: Query
    count: Count
    ids: list[int]


Band = tuple[int, int]
"""About how many candidates are wanted, and of which so many at least."""


@dataclass(frozen=True)
class _Tier:
    """Results that stand together in every order: those with every part, or those with some.

    Their IDS are there if they are few; of many, what is known already of their CANDIDATES.
    """

    condition: Condition
    count: Count
    matches_all: bool
    ids: Sequence[int] | None = None
    candidates: Mapping[Band, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Search:
    """A query with all that finding its answers needs; the index has them looked for in a SHARE of the archive."""

    query: Query
    scope: Condition
    statistics: Statistics
    pins: Pins = Pins()
    share: float = 1

    @classmethod
    def of(cls, text: str, filters: SearchFilters, *, with_pins: bool = False) -> Asking["_Search"]:
        scope = filters.published()
        key = "understood", text, filters.names_as_written
        (query, statistics), pinned = yield from asking.together(
            asking.remembered(key, _understood(text, names_as_written=filters.names_as_written)),
            pinned_to(parse(text)) if with_pins else at_once([]),
        )
        pins = yield from find_pins(query, scope, pinned)
        period = _period(query, filters)
        # Of few articles it is sooner read when they were published than looked up.
        if period.months and Expectation(query, statistics).with_any > FEW_OF_ANY_TIME:
            return cls(query, scope & period.filed_by_month(), statistics, pins, period.share(statistics))
        return cls(query, scope, statistics, pins)

    @property
    def all(self) -> Condition:
        """The articles with every part; what editors chose counts among them."""
        return self.scope & self.pins.or_pinned(compiler.every_part(self.query))

    @property
    def any(self) -> Condition:
        return self.scope & self.pins.or_pinned(compiler.any_part(self.query))

    def some(self, ids_with_all: Sequence[int] | None) -> Condition:
        """Those with some parts and not with every one, whose ids may be known."""
        if ids_with_all is None:
            return self.scope & compiler.some_parts(self.query)
        return self.any & Condition.of("entry.article_id <> ALL (%s::bigint[])", array_literal(ids_with_all))

    @cached_property
    def expected(self) -> Expectation:
        return Expectation(self.query, self.statistics, self.share)

    @property
    def _sought_with_all(self) -> Sought:
        return Sought(self.all, self.expected.with_all, self.expected.read_for_all)

    @property
    def _sought_with_any(self) -> Sought:
        return Sought(self.any, self.expected.with_any, self.expected.read_for_any)

    def count_all(self) -> Asking[Count]:
        return facets.count.part(*self._sought_with_all)

    def count_any(self) -> Asking[Count]:
        return facets.count.part(*self._sought_with_any)

    def divide(self, more: str) -> Asking[DivisionOfBoth]:
        """As `divide_first`; of a query that has no degrees, those with all are those with any."""
        if self.query.has_degrees:
            return (yield from facets.divide_first.part(self._sought_with_all, self._sought_with_any, more=more))
        divided = yield from facets.divide.part(*self._sought_with_all, more=more)
        return DivisionOfBoth(divided, divided.count)

    @property
    def candidate_steps(self) -> Sequence[int]:
        return CANDIDATES_OF_PHRASES if len(self.query.phrases) == len(self.query.sought) else CANDIDATES

    def ids_with_some(self, divided: DivisionOfBoth) -> list[int] | None:
        """The ids of those with some parts and not with every one, where they are so few that all are candidates."""
        if divided.with_any is not None:
            return divided.with_any.ids
        if divided.ids_with_any is None or divided.with_all.ids is None:
            return None
        with_all = set(divided.with_all.ids)
        ids = [article_id for article_id in divided.ids_with_any if article_id not in with_all]
        word_count = len(self.query.words) + len(self.query.beginnings)
        return ids if len(ids) <= self.candidate_steps[0] and word_count <= COMMON_LEAVES else None


def _period(query: Query, filters: SearchFilters) -> SearchFilters:
    """The days that QUERY and FILTERS narrow to together."""
    first = [filters.date_from, *(one.day for one in query.required if one.field is Field.FROM)]
    last = [filters.date_to, *(one.day for one in query.required if one.field is Field.TO)]
    return SearchFilters(
        date_from=max(filter(None, first), default=None), date_to=min(filter(None, last), default=None)
    )


def _understood(text: str, *, names_as_written: bool) -> Asking[tuple[Query, Statistics]]:
    """TEXT as a query, and the figures of all its words."""
    typed = yield from look_up.part(parse(text))
    query, statistics = yield from asking.together(
        widen.part(typed, names_as_written=names_as_written),
        # Of most queries these are all; what means the same is not known yet.
        read_statistics.part(_terms(typed)),
    )
    if others := _terms(query) - statistics.terms.keys():
        statistics = statistics.joined((yield from read_statistics.part(others)))
    return query, statistics


def _terms(query: Query) -> set[LevelTerm]:
    others = {other.stem_term for other in query.other_words}
    return {term for word in query.words for term in word.terms} | others


@dataclass(frozen=True)
class _FoundPage:
    """The page NUMBER of what SEARCH finds, before its articles are read."""

    search: _Search
    found: Sequence[tuple[Ranked, bool]]
    count: Count
    count_all: Count
    facets: Facets
    number: int


def _find_page(request: SearchRequest) -> Asking[_FoundPage]:
    search = yield from _Search.of(request.text, request.filters, with_pins=request.sort is Sort.RELEVANCE)
    divided, foreseen = yield from asking.together(search.divide(request.more), _foreseen(search, request))
    with_all, count = divided.with_all, divided.count_any
    tiers = _tiers(search, with_all.count, count, with_all.ids, search.ids_with_some(divided))
    tiers[0] = replace(tiers[0], candidates=foreseen)
    number = min(max(request.page, 1), _page_count(count, request.page_size))
    found = yield from _found(search, tiers, request, number)
    return _FoundPage(search, found, count, with_all.count, (divided.with_any or with_all).facets, number)


def _foreseen(search: _Search, request: SearchRequest) -> Asking[dict[Band, list[int]]]:
    """The candidates for the page asked for among those with all, where these are SURELY_MANY."""
    of_many = search.expected.with_all >= SURELY_MANY and not search.query.phrases
    if request.sort is not Sort.RELEVANCE or not search.query.words or not of_many:
        return {}
    depth = min(max(request.page, 1) * request.page_size, MAX_RESULTS) - len(search.pins.ids)
    bands = _bands(search, depth)
    tier = _tier(search, search.all, Count(exact=False), None, matches_all=True)
    candidates = yield from asking.together(*(_candidates(search, tier, *band) for band in bands))
    return dict(zip(bands, candidates, strict=True))


@asked
def search_articles(request: SearchRequest) -> Asking[SearchResults]:
    """Return the page of published articles that REQUEST asks for; with no words, all that pass its filters."""
    page = yield from _find_page(request)
    return SearchResults(
        query=page.search.query,
        articles=(yield from _highlighted(page.found, page.search)),
        count=page.count,
        count_all=page.count_all,
        page=page.number,
        page_size=request.page_size,
        facets=page.facets,
    )


@asked
def articles_of_first(requests: Sequence[SearchRequest]) -> Asking[list[Article]]:
    """Return the page of articles of the first of REQUESTS that finds any."""
    pages = yield from asking.together(*map(_find_page, requests))
    first = next((page for page in pages if page.found), None)
    return (yield from _highlighted(first.found, first.search)) if first else []


@asked
def find_all(request: SearchRequest) -> Asking[FoundArticles]:
    """Return all results of REQUEST in their order, whatever page it asks for."""
    search = yield from _Search.of(request.text, request.filters, with_pins=request.sort is Sort.RELEVANCE)
    has_degrees = search.query.has_degrees
    count_all, count = yield from asking.together(
        search.count_all(), search.count_any() if has_degrees else at_once(None)
    )
    count = count if has_degrees else count_all
    whole = replace(request, page_size=MAX_RESULTS)
    found = yield from _found(search, _tiers(search, count_all, count), whole, page=1)
    return FoundArticles(search.query, count, [ranked.article_id for ranked, _matches_all in found])


@asked
def count_articles(text: str, filters: SearchFilters) -> Asking[Count]:
    """Return how many articles a search would find."""
    search = yield from _Search.of(text, filters)
    return (yield from search.count_any())


@asked
def count_with_every_part(text: str, filters: SearchFilters) -> Asking[Count]:
    """Return how many articles hold every part of TEXT."""
    search = yield from _Search.of(text, filters)
    return (yield from search.count_all())


def finds_every_part(text: str, filters: SearchFilters) -> Asking[bool]:
    """Does any article hold every part of TEXT?"""
    search = yield from _Search.of(text, filters)
    return (yield from facets.exists(search.all))


def finds_any_part(text: str, filters: SearchFilters) -> Asking[bool]:
    """Would a search find any article?"""
    search = yield from _Search.of(text, filters)
    return (yield from facets.exists(search.any))


@dataclass(frozen=True)
class Answers:
    """The published articles that hold every part of QUERY, as a CONDITION on entries; about so many are EXPECTED.

    READ is how many the database must look at to know, because a phrase is asked for.
    """

    query: Query
    condition: Condition
    expected: float
    read: float


@asked
def answers(text: str, filters: SearchFilters) -> Asking[Answers]:
    """Return the articles that hold every part of TEXT and pass FILTERS, to be counted or listed."""
    search = yield from _Search.of(text, filters)
    return Answers(search.query, search.all, search.expected.with_all, search.expected.read_for_all)


@asked
def newest_matching(text: str, filters: SearchFilters, count: int) -> Asking[list[int]]:
    """Return the ids of the newest COUNT articles that hold every part of TEXT."""
    search = yield from _Search.of(text, filters)
    found = yield from by_date.part(
        search.all, search.statistics, search.expected.with_all, 0, count, newest_first=True
    )
    return [one.article_id for one in found]


def _tiers(
    search: _Search,
    count_all: Count,
    count: Count,
    ids_with_all: Sequence[int] | None = None,
    ids_with_some: Sequence[int] | None = None,
) -> list[_Tier]:
    """The results in their tiers, beside what is pinned; with the ids of those with every part or some, if known."""
    beside_pins = replace(count_all, value=max(0, count_all.value - len(search.pins.ids)))
    tiers = [_tier(search, search.all, beside_pins, ids_with_all, matches_all=True)]
    if search.query.has_degrees:
        tiers.append(_tier(search, search.some(ids_with_all), count, ids_with_some, matches_all=False))
    return tiers


def _tier(
    search: _Search, condition: Condition, count: Count, ids: Sequence[int] | None, *, matches_all: bool
) -> _Tier:
    if ids is None:
        return _Tier(search.pins.left_out(condition), count, matches_all)
    ids = [article_id for article_id in ids if article_id not in search.pins.ids]
    return _Tier(Condition.of("entry.article_id = ANY (%s::bigint[])", array_literal(ids)), count, matches_all, ids)


def _found(
    search: _Search, tiers: Sequence[_Tier], request: SearchRequest, page: int
) -> Asking[list[tuple[Ranked, bool]]]:
    """The results of PAGE: what is pinned, then through the TIERS in their order."""
    terms = weigh(search.query.words, search.query.other_words, search.statistics)
    start = (page - 1) * request.page_size
    size = min(request.page_size, MAX_RESULTS - start)
    pinned = search.pins.ids
    found = [(Ranked(article_id, 0.0), True) for article_id in pinned[start : start + size]]
    start = max(0, start - len(pinned))
    waiting: list[tuple[_Tier, Asking[list[Ranked]]]] = []
    for tier in tiers:
        if size <= len(found):
            break
        if tier.matches_all and tier.count.exact and start >= tier.count.value:
            start -= tier.count.value
            continue
        waiting.append((tier, _in_order(search, request.sort, tier, terms, start, size - len(found))))
        if tier.count.exact:
            # How many of it there are on the page is known: those of the next are found beside them.
            size -= min(size - len(found), tier.count.value - start)
        else:
            of_tier = yield from _of_tiers(waiting)
            found, waiting = found + of_tier, []
            if start and not of_tier:
                # It ends before this page: where, tells what of the next stands here.
                start -= yield from facets.count_up_to(tier.condition, start)
                continue
        start = 0
    return found + (yield from _of_tiers(waiting))


def _of_tiers(waiting: Sequence[tuple[_Tier, Asking[list[Ranked]]]]) -> Asking[list[tuple[Ranked, bool]]]:
    ranked = yield from asking.together(*(part for _tier, part in waiting))
    return [
        (one, tier.matches_all) for (tier, _part), of_tier in zip(waiting, ranked, strict=True) for one in of_tier
    ]


def _page_count(count: Count, page_size: int) -> int:
    return max(1, -(-min(count.value, MAX_RESULTS) // page_size))


def _in_order(
    search: _Search, sort: Sort, tier: _Tier, terms: WeightedTerms, start: int, size: int
) -> Asking[list[Ranked]]:
    """SIZE results of TIER, from START on."""
    words, statistics = search.query.words, search.statistics
    if sort is not Sort.RELEVANCE or not words:
        expected = tier.count.value
        newest_first = sort is not Sort.OLDEST
        return (yield from by_date.part(tier.condition, statistics, expected, start, size, newest_first=newest_first))
    if tier.ids is not None:
        ranked = yield from rank.part(tier.ids, terms, statistics, limit=start + size)
    else:
        ranked = yield from _best(search, tier, terms, start + size)
    return ranked[start:]


def _best(search: _Search, tier: _Tier, terms: WeightedTerms, depth: int) -> Asking[list[Ranked]]:
    """The best DEPTH of TIER: of ever more candidates, those that the fewer before have not brought."""
    bands = _bands(search, depth)
    candidates = yield from asking.together(
        *(
            at_once(tier.candidates[band]) if band in tier.candidates else _candidates(search, tier, *band)
            for band in bands
        )
    )
    if len(bands) == 1:
        return (yield from rank.part(candidates[0], terms, search.statistics, limit=depth))
    # Most of the fewer are among the more: each is scored once.
    ids = list(dict.fromkeys(article_id for of_band in candidates for article_id in of_band))
    scores = {one[-1]: one for one in (yield from score(ids, terms, search.statistics))}
    ranked = yield from asking.together(
        *(
            rank_scored([scores[article_id] for article_id in of_band if article_id in scores], terms, limit=edge)
            for of_band, (_count, edge) in zip(candidates, bands, strict=True)
        )
    )
    best: dict[int, Ranked] = {}
    for (_count, edge), of_band in zip(bands, ranked, strict=True):
        others = [one for one in of_band if one.article_id not in best]
        best |= {one.article_id: one for one in others[: edge - len(best)]}
    return list(best.values())


def _bands(search: _Search, depth: int) -> list[Band]:
    """Of how many candidates the best DEPTH are taken: of few for the first pages, of more for what stands behind."""
    steps = search.candidate_steps
    edges = [*(count // 2 for count in steps[:-1]), MAX_RESULTS]
    bands = [(count, min(edge, depth)) for count, edge in zip(steps, edges, strict=True)]
    return bands[: 1 + sum(edge < depth for edge in edges)]


def _candidates(search: _Search, tier: _Tier, wanted: int, least: int) -> Asking[list[int]]:
    """About WANTED articles of TIER among which its best are, LEAST or more where there are so many."""
    statistics = search.statistics
    leaves = [
        Leaf(
            tuple(compiler.lexeme(one.stem) for one in search.query.meaning(word)),
            mass(word, statistics),
            together(statistics.terms[one.stem_term] for one in search.query.meaning(word)),
        )
        for word in search.query.words
    ]
    begun = map(compiler.lexemes_begun, search.query.beginnings)
    leaves += [Leaf(some.whole, BEGINNING_MASS, UNKNOWN, some.begin) for some in begun]
    limit = max(wanted * 3 // 2, MIN_CANDIDATE_LIMIT)
    share = search.expected.share_found(tier.count.value) if tier.matches_all else 1
    fetch = partial(_fetch, tier.condition, limit)
    return find_candidates.part(
        leaves, statistics.article_count, wanted, fetch, least=least, share=share, searched=search.share
    )


def _fetch(condition: Condition, limit: int, tsquery: str) -> Asking[list[int]]:
    narrowed = condition & Condition.tsquery(f"({tsquery})")
    sql = f"SELECT entry.article_id FROM archive_articlesearch AS entry {narrowed.where} LIMIT {limit:d}"
    return [pk for (pk,) in (yield from rows_of(sql, narrowed.where_params))]


def _tells(passage: tuple[str, list[Hit]]) -> tuple[bool, bool]:
    """How well a passage shows why its article was found; of those that do so alike, the first is taken."""
    _text, hits = passage
    return any(hit.in_phrase for hit in hits), bool(hits)


def _highlighted(found: Sequence[tuple[Ranked, bool]], search: _Search) -> Asking[list[Article]]:
    """The articles of one page, in order, with what a result shows."""
    if not found:
        return []
    by_id = yield from read_lines(ranked.article_id for ranked, _ in found)
    query = search.query
    hits = HitFinder.of(query)
    articles = []
    for ranked, matches_all in found:
        if (article := by_id.get(ranked.article_id)) is None:
            continue
        article.score = ranked.score
        article.matches_all = matches_all
        article.pinned = article.pk in search.pins.ids
        in_title = hits.find(article.title)
        passages = [(text, hits.find(text)) for text in (article.text, article.summary, article.kicker) if text]
        found_in = [in_title, *(in_passage for _text, in_passage in passages)]
        article.agreement = agreement((hit.spelt for some in found_in for hit in some), query)
        article.title_marked = mark_words(article.title, in_title)
        article.snippet = snippet(*max(passages, key=_tells, default=("", [])))
        articles.append(article)
    return articles

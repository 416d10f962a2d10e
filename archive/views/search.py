"""The search page: every state is in its address, and every link is that address with one thing changed."""

import re
from collections import defaultdict
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from archive.asking import Asking, asked, at_once, remembering, together, until
from archive.caching.chrome import chrome_of
from archive.feed_addresses import MEDIA_TYPES, NAMES, FeedAddress
from archive.forms import DEFAULT_PAGE_SIZE, NAMES_AS_WRITTEN, SearchForm
from archive.guards import is_robot, read_only
from archive.metadata import search_metadata
from archive.models import Article
from archive.newsroom import fruitless
from archive.pagination import numbered_pages
from archive.search.agreement import Agreement
from archive.search.engine import MAX_RESULTS, SearchRequest, SearchResults, Sort, search_articles
from archive.search.facets import FacetValue
from archive.search.limits import TOO_LONG_STATUS, SearchTimeoutError, time_limit
from archive.search.messages import problem_message
from archive.search.names import is_latin_run, names_in_arabic
from archive.search.parser import parse
from archive.search.query import Field, Group, Part, Phrase, Query, Restriction, Same, Word
from archive.search.spelling import Suggestion, corrections, suggested
from archive.searched import searching
from archive.templatetags.archive import short_date
from archive.views.addresses import as_parameter
from archive.views.histograms import Histogram, years_histogram
from archive.views.networks import kind_labels
from archive.views.no_results import FilterInForce, nothing_found

FILTERS = {"section": "section", "source": "source", "entity": "entity", "from": "date_from", "to": "date_to"}
"""The parameters that narrow a search, with the fields of SearchFilters that they become."""

MAX_SPELLINGS = 5
"""So many other ways to write a query are offered where nothing was found; one beside results."""


PAGE_SIZES = (20, 50, 100)

MAX_NAMES = 5
"""So many names of each kind are shown before more are asked for."""

_FIELD = re.compile(r"([^«:]*:)?(.*)")
"""What a part of a query is asked of, «عنوان:», and the part itself."""


class SearchAddress:
    """The parameters of the search being shown, and addresses with some of them changed."""

    def __init__(self, parameters: dict[str, str]):
        self.parameters = {name: value for name, value in parameters.items() if value}

    def __call__(self, **changes) -> str:
        """The address with CHANGES made ("" takes a parameter away); any change begins again at the first page."""
        wanted = {name: value for name, value in ({**self.parameters, "page": ""} | changes).items() if value}
        return f"{reverse('archive:search')}?{urlencode(wanted)}" if wanted else reverse("archive:search")

    def feeds(self) -> list[FeedAddress]:
        """This search as a feed, in each form."""
        return [
            FeedAddress(media_type, self._elsewhere(f"archive:{name}", "page", "page_size", "sort"))
            for media_type, name in zip(MEDIA_TYPES, NAMES["search"], strict=True)
        ]

    def export(self, file_type: str) -> str:
        return self._elsewhere(f"archive:search-{file_type}", "page", "page_size")

    def _elsewhere(self, name: str, *without: str) -> str:
        wanted = {name: value for name, value in self.parameters.items() if name not in without}
        return f"{reverse(name)}?{urlencode(wanted)}"


@read_only
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET, sections=chrome_of(request).sections)
    wanted = form.search_request()
    filters = {name: value for name in FILTERS if (value := form.cleaned_data.get(name))}
    address = SearchAddress(
        {
            "q": wanted.text,
            **{name: as_parameter(value) for name, value in filters.items()},
            "names": NAMES_AS_WRITTEN if wanted.filters.names_as_written else "",
            "sort": "" if wanted.sort is Sort.RELEVANCE else wanted.sort.value,
            "page_size": _page_size(wanted.page_size),
        }
    )
    context = {
        "q": wanted.text,
        "form": form,
        "hidden": [(name, value) for name, value in address.parameters.items() if name != "q"],
        "problems": [problem.message for problem in form.problems_beside_results()],
        "metadata": search_metadata(request, wanted.text, path=address(page=wanted.page if wanted.page > 1 else "")),
    }
    if form.has_no_words:
        context |= {"no_words": True, "filters_url": address(q="") if filters else None}
    elif wanted.text or filters:
        try:
            by_robot = is_robot(request)
            with searching(wanted, "robot" if by_robot else "reader") as search, time_limit(), remembering():
                context |= _results_context(wanted, filters, address, by_reader=not by_robot)
                search.found(context["results_query"], context["count"])
            # What is slow to answer there takes nothing of the time that a search has.
            if context["is_missed"]:
                fruitless.note_at_primary(wanted.text, timezone.localdate())
        except SearchTimeoutError:
            return render(request, "archive/search.html", context | {"too_long": True}, status=TOO_LONG_STATUS)
        context["problems"] += [problem_message(problem) for problem in context["results_query"].problems]
    return render(request, "archive/search.html", context)


@asked
def _results_context(
    wanted: SearchRequest, filters: dict, address: SearchAddress, *, by_reader: bool
) -> Asking[dict]:
    in_force = [FilterInForce(name, FILTERS[name], _filter_label(name, value)) for name, value in filters.items()]
    known: list[SearchResults] = []

    def results_or_ways_on() -> Asking[dict]:
        known.append((yield from search_articles.part(wanted)))
        if known[0].articles:
            return {}
        is_missed = by_reader and not filters
        ways_on, _noted = yield from together(
            nothing_found(wanted, in_force, address),
            fruitless.note.part(wanted.text, timezone.localdate()) if is_missed else at_once(None),
        )
        return ways_on | {"is_missed": is_missed}

    def other_spellings() -> Asking[list[Suggestion]]:
        likely = yield from corrections.part(parse(wanted.text))
        yield from until(lambda: bool(known))
        nothing = not known[0].articles
        limit = MAX_SPELLINGS if nothing else 1
        return (yield from suggested(likely, wanted.filters, limit=limit, nothing_found=nothing))

    ways_on, others = yield from together(results_or_ways_on(), other_spellings())
    [results] = known
    suggestion, *spellings = [
        {"pieces": other.pieces, "count": other.count, "url": address(q=other.text)} for other in others
    ] or [None]
    return {
        "searched": True,
        "results_query": results.query,
        "count": results.count,
        "counted_all": results.query.has_degrees and results.total_all and results.total_all != results.total,
        "understood": _understood(results.query, address),
        "suggestion": suggestion,
        "spellings": spellings,
        "histogram": _histogram(results, filters, address),
        "facets": _facets(results, wanted.more, filters, address),
        "more": wanted.more,
        "about": not results.facets.exact,
        "filters": [{"label": filter.label, "url": address(**{filter.name: ""})} for filter in in_force],
        "clear_url": address(**dict.fromkeys(FILTERS, "")) if filters else None,
        "sorts": [
            {
                "name": option.value,
                "label": label,
                "url": address(sort="" if option is Sort.RELEVANCE else option.value),
                "current": option is wanted.sort,
            }
            for option, label in (
                (Sort.RELEVANCE, _("Most relevant")),
                (Sort.NEWEST, _("Newest")),
                (Sort.OLDEST, _("Oldest")),
            )
        ],
        "page_sizes": [
            {"size": size, "url": address(page_size=_page_size(size)), "current": size == wanted.page_size}
            for size in PAGE_SIZES
            if results.total > PAGE_SIZES[0]
        ],
        "results": _groups(results),
        "verbatim_url": _verbatim(results.query, address),
        "names_in_arabic": [
            {"typed": typed, "names": names} for typed, names in names_in_arabic(results.query.wanted)
        ],
        "names_as_written": wanted.filters.names_as_written and _has_latin_words(results.query),
        "names_url": address(names="" if wanted.filters.names_as_written else NAMES_AS_WRITTEN),
        **numbered_pages(
            results.page, results.page_count, lambda number: address(page="" if number == 1 else number)
        ),
        "is_missed": False,
        **ways_on,
        "feeds": address.feeds(),
        "csv_url": address.export("csv"),
        "json_url": address.export("json"),
        "bibtex_url": address.export("bib"),
        "ris_url": address.export("ris"),
        "max_results": MAX_RESULTS,
    }


def _page_size(size: int) -> str | int:
    return "" if size == DEFAULT_PAGE_SIZE else size


def _filter_label(name: str, value) -> str:
    if name == "from":
        return _("From %(date)s") % {"date": short_date(value)}
    if name == "to":
        return _("Until %(date)s") % {"date": short_date(value)}
    return value.label


def _groups(results: SearchResults) -> list[dict]:
    """What editors chose, the results with every word, then those with some; headings where words are several."""
    pinned = [article for article in results.articles if article.pinned]
    found = [article for article in results.articles if not article.pinned]
    with_all = [article for article in found if article.matches_all]
    with_some = [article for article in found if not article.matches_all]
    has_degrees = results.query.has_degrees
    count_all = results.count_all
    groups = [
        {"heading": "", "count": None, "articles": pinned},
        {
            "heading": _("With all the words") if has_degrees else "",
            "count": count_all.value if count_all and count_all.exact else None,
            "articles": with_all,
        },
        {"heading": _("With some of the words") if has_degrees else "", "count": None, "articles": with_some},
    ]
    return [
        {
            "heading": group["heading"],
            "count": group["count"],
            # Below a heading of its own, a title stands a step lower.
            "level": 3 if group["heading"] else 2,
            "lines": [
                {
                    "article": article,
                    "title": article.title_marked,
                    "snippet": article.snippet,
                    "why": _why(article, results.query),
                }
                for article in group["articles"]
            ],
        }
        for group in groups
        if group["articles"]
    ]


def _why(article: Article, query: Query) -> str:
    """Why a result is there: how the loosest of its words agrees with what was typed."""
    if article.pinned:
        return _("Chosen by the editors")
    if not query.words:
        return ""
    return {
        Agreement.EXACT: _("As it was typed"),
        Agreement.SPELLING: _("Spelt otherwise"),
        Agreement.FORM: _("In another form"),
        Agreement.NAME: _("By another name of it"),
        Agreement.MEANING: _("By a word of the same meaning"),
    }[article.agreement]


def _verbatim(query: Query, address: SearchAddress) -> str | None:
    """The same words exactly as they were typed; None where nothing else was meant."""
    typed = " ".join([*map(_exactly, query.wanted), *query.parts[len(query.wanted) :]])
    return None if typed == query.understood else address(q=typed)


def _exactly(part: Part) -> str:
    """PART as it is typed to be found only as it is written."""
    match part:
        case Word(exact=False, prefix=False) | Phrase(exact=False):
            field, words = _FIELD.fullmatch(part.text).groups(default="")
            return f"{field}={words}"
        case Same(meant=Word()):
            return _exactly(part.meant)
        case Same() if part.text.startswith("«"):
            return _exactly(part.meant)
        case Same() if not part.text.startswith("«"):
            return " ".join(f"={form.typed}" for form in part.forms)
        case Group():
            exact = [_exactly(inner) for inner in part.parts]
            if exact != [inner.text for inner in part.parts]:
                return f"({(' | ' if part.alternatives else ' ').join(exact)})"
    return part.text


def _understood(query: Query, address: SearchAddress) -> list[dict]:
    """The parts of QUERY as it was understood, each of its `terms` with the address of the search without it."""
    shown = [
        *((part, part.text, _note(part), _others(part)) for part in query.wanted),
        *((part, f"-{part.text}", _("left out"), []) for part in query.excluded),
    ]
    return [
        {
            "terms": [
                {
                    "term": term,
                    "latin": term.isascii(),
                    "url": address(q=" ".join([*query.parts[:number], *rest, *query.parts[number + 1 :]])),
                }
                for term, rest in _terms(part, text)
            ],
            "note": note,
            "others": others,
        }
        for number, (part, text, note, others) in enumerate(shown)
    ]


def _others(part: Part) -> list[str]:
    """What means the same; a name in Latin letters has a line of its own for that."""
    return [other.text for other in part.others] if isinstance(part, Same) and not is_latin_run(part.forms) else []


def _has_latin_words(query: Query) -> bool:
    return any(is_latin_run((word,)) for word in query.words)


def _terms(part: Part, text: str) -> Iterator[tuple[str, list[str]]]:
    """What TEXT, of PART, shows one by one, each with what is left of it without that.

    A name of several words was typed as words, and they are taken away one by one.
    """
    terms = text.split() if isinstance(part, Same) and not text.startswith("«") else [text]
    for number, term in enumerate(terms):
        yield term, terms[:number] + terms[number + 1 :]


def _note(part: Part) -> str:
    match part:
        case Word(exact=True):
            return _("exactly as written")
        case Word(prefix=True):
            return _("words that begin so")
        case Word():
            return _("in all its forms")
        case Same() if not is_latin_run(part.forms):
            return _("in all its forms, and also:")
        case Same():
            return _note(part.meant) if isinstance(part.meant, Phrase) else _("in all its forms")
        case Phrase(within=0, exact=True):
            return _("as a phrase, exactly as written")
        case Phrase(within=0):
            return _("as a phrase")
        case Phrase(exact=True):
            return _("near each other, exactly as written")
        case Phrase():
            return _("near each other")
        case Group(alternatives=True):
            return _("any of these")
        case Restriction():
            return _restriction_note(part)
    return _("all of these")


def _restriction_note(restriction: Restriction) -> str:
    return {
        Field.SECTION: _("the section"),
        Field.SOURCE: _("the source"),
        Field.ENTITY: _("the name in the news"),
        Field.AUTHOR: _("the author"),
        Field.FROM: {
            "day": _("from that day on"),
            "month": _("from the beginning of that month on"),
            "year": _("from the beginning of that year on"),
        }[restriction.precision],
        Field.TO: {
            "day": _("until that day"),
            "month": _("until the end of that month"),
            "year": _("until the end of that year"),
        }[restriction.precision],
    }[restriction.field]


def _facets(results: SearchResults, more: str, filters: dict, address: SearchAddress) -> list[dict]:
    """The lists of filters: sections, sources, and the names of each kind; of MORE, all that are told."""
    facets = results.facets
    of_kinds = defaultdict(list)
    for value in facets.entity:
        of_kinds[value.kind].append(value)
    lists = [
        ("section", "section", _("Section"), facets.section),
        ("source", "source", _("Source"), facets.source),
        *(("entity", kind, label, of_kinds[kind]) for kind, label in kind_labels().items()),
    ]
    page = results.page if results.page > 1 else ""

    def facet(parameter: str, name: str, label: str, values: list[FacetValue]) -> dict:
        is_whole = name == more
        shown = values[:MAX_NAMES] if parameter == "entity" and not is_whole else values
        has_more = not is_whole and (name in facets.more or len(shown) < len(values))
        return {
            "name": name,
            "label": label,
            "values": [_facet_value(parameter, value, filters, address) for value in shown],
            "more_url": f"{address(page=page, more=name)}#facet-{name}" if has_more else None,
            "less_url": f"{address(page=page)}#facet-{name}" if is_whole else None,
        }

    return [facet(*one) for one in lists]


def _facet_value(name: str, value: FacetValue, filters: dict, address: SearchAddress) -> dict:
    is_chosen = name in filters and value.slug == as_parameter(filters[name])
    return {
        "slug": value.slug,
        "label": value.name,
        "count": value.count,
        "chosen": is_chosen,
        "url": address(**{name: "" if is_chosen else value.slug}),
    }


def _histogram(results: SearchResults, filters: dict, address: SearchAddress) -> Histogram | None:
    counts = {int(value.slug): value.count for value in results.facets.year}
    if len(counts) < 2 and not ("from" in filters or "to" in filters):
        return None
    first = filters["from"].year if "from" in filters else None
    last = filters["to"].year if "to" in filters else None
    chosen = [
        year for year in counts if (first or last) and (not first or year >= first) and (not last or year <= last)
    ]
    return years_histogram(counts, lambda year: address(**{"from": str(year), "to": str(year)}), chosen=chosen)

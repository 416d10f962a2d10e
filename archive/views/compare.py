"""Entities and words over time beside each other: their share of the archive's articles, month by month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from archive.asking import Asking, asked, at_once, together
from archive.downloads import CSV_TYPE, download
from archive.entity_forms import MAX_COMPARED_ENTITIES, MAX_COMPARED_WORDS, CompareForm
from archive.guards import read_only
from archive.metadata import page_metadata
from archive.search.engine import answers
from archive.search.filters import SearchFilters
from archive.search.limits import TOO_LONG_STATUS, SearchTimeoutError, time_limit
from archive.search.messages import problem_message
from archive.search.months import (
    Counts,
    MonthCounts,
    count_by_month,
    entities_by_month,
    holdings,
    month_of,
    year_and_month,
)
from archive.search.query import Query
from archive.search.suggest import suggest_entities
from archive.templatetags.archive import month_name, number
from archive.templatetags.archive import year as year_in_words
from archive.text.spreadsheets import csv_lines
from archive.views.addresses import as_parameter, language_of
from archive.views.lines import end_label, plot, share_scale

MAX_MONTHS = 72
MONTHS = 12


@dataclass(frozen=True)
class Compared:
    """An entity, or words, with its months; SEARCH are the parameters by which the search finds its articles."""

    label: str
    found: MonthCounts
    search: dict[str, str]
    url: str
    remove_url: str
    language: str | None = None


@dataclass(frozen=True)
class Comparison:
    """What is compared, and how many articles the archive holds of each month of SPAN."""

    compared: list[Compared]
    held: Counts
    span: range

    @property
    def by_year(self) -> bool:
        return len(self.span) > MAX_MONTHS

    @cached_property
    def times(self) -> list[range]:
        """The months, or years of months, that are compared."""
        if not self.by_year:
            return [range(month, month + 1) for month in self.span]
        years = range(self.span[0] // MONTHS, self.span[-1] // MONTHS + 1)
        return [
            range(max(year * MONTHS, self.span[0]), min((year + 1) * MONTHS, self.span[-1] + 1)) for year in years
        ]

    def holdings(self, time: range) -> int:
        return sum(self.held.get(month, 0) for month in time)

    def count(self, one: Compared, time: range) -> int:
        return sum(one.found.counts.get(month, 0) for month in time)

    def share(self, one: Compared, time: range) -> float | None:
        """In per cent of the articles of that time; None where the archive has none."""
        held = self.holdings(time)
        return min(100.0, 100 * self.count(one, time) / held) if held else None


@read_only
def compare(request: HttpRequest) -> HttpResponse:
    form = CompareForm(request.GET)
    form.is_valid()
    address = _Address(form)
    found = suggest_entities(form.cleaned_data["add"]) if form.cleaned_data.get("add") else []
    new = [entity for entity in found if entity not in form.entities]
    if len(new) == 1 and not form.is_full:
        return redirect(address(entities=[*form.entities, new[0]]))
    context = {
        "form": form,
        "add": form.cleaned_data.get("add", ""),
        "offered": [{"entity": entity, "url": address(entities=[*form.entities, entity])} for entity in new],
        "hidden": address.parameters(),
        "may_add_words": len(form.words) < MAX_COMPARED_WORDS,
        "may_add_names": not form.is_full,
        "max_names": MAX_COMPARED_ENTITIES,
        "problems": [problem.message for problem in form.problems()],
        "metadata": page_metadata(request, title=_("Compare over time"), path=reverse("archive:entity-compare")),
    }
    if not form.entities and not form.words:
        return render(request, "archive/entity_compare.html", context)
    try:
        with time_limit():
            comparison, problems = _comparison(form, address)
    except SearchTimeoutError:
        return render(request, "archive/entity_compare.html", context | {"too_long": True}, status=TOO_LONG_STATUS)
    context["problems"] += problems
    return render(request, "archive/entity_compare.html", context | _shown(comparison, address))


@read_only
def compare_csv(request: HttpRequest) -> HttpResponse:
    """The months of a comparison as a table; what cannot be compared leads to the page that says why."""
    form = CompareForm(request.GET)
    page = f"{reverse('archive:entity-compare')}?{request.GET.urlencode()}"
    if not form.is_valid() or not (form.entities or form.words):
        return redirect(page)
    try:
        with time_limit():
            comparison, _problems = _comparison(form, _Address(form))
    except SearchTimeoutError:
        return redirect(page)
    return download("".join(csv_lines(_rows(comparison))), CSV_TYPE, "comparison.csv")


class _Address:
    """The address of a comparison, and the same with other entities, words or times."""

    def __init__(self, form: CompareForm):
        self.entities, self.words = form.entities, form.words
        self.period = {
            name: as_parameter(form.cleaned_data[name]) for name in ("from", "to") if form.cleaned_data.get(name)
        }

    def parameters(self, **changes) -> list[tuple[str, str]]:
        period = self.period | changes.get("period", {})
        return [
            *(("e", str(entity.pk)) for entity in changes.get("entities", self.entities)),
            *(("w", words) for words in changes.get("words", self.words)),
            *((name, value) for name, value in period.items() if value),
        ]

    def __call__(self, *, page: str = "entity-compare", **changes) -> str:
        parameters = self.parameters(**changes)
        path = reverse(f"archive:{page}")
        return f"{path}?{urlencode(parameters)}" if parameters else path


@asked
def _comparison(form: CompareForm, address: _Address) -> Asking[tuple[Comparison, list[str]]]:
    """The comparison that FORM asks for, and the problems of its words."""
    months, held, *found = yield from together(
        entities_by_month.part([entity.pk for entity in form.entities]) if form.entities else at_once({}),
        holdings.part(),
        *(_months_of(words) for words in form.words),
    )
    compared = [
        Compared(
            label=entity.label,
            found=MonthCounts(months.get(entity.pk, {})),
            search={"entity": str(entity.pk)},
            url=entity.get_absolute_url(),
            remove_url=address(entities=[other for other in form.entities if other != entity]),
        )
        for entity in form.entities
    ]
    problems: list[str] = []
    for words, (query, by_month) in zip(form.words, found, strict=True):
        problems += map(problem_message, query.problems)
        if by_month is not None:
            compared.append(
                Compared(
                    label=query.understood,
                    found=by_month,
                    search={"q": words},
                    url=_search_url({"q": words}),
                    remove_url=address(words=[other for other in form.words if other != words]),
                    language=language_of(words),
                )
            )
    return _in_span(compared, held if compared else {}, form), problems


def _months_of(words: str) -> Asking[tuple[Query, MonthCounts | None]]:
    """How WORDS are understood, and the months of what they find; None where they ask for nothing."""
    found = yield from answers.part(words, SearchFilters())
    if found.query.is_empty:
        return found.query, None
    return found.query, (yield from count_by_month.part(found.condition, found.expected, found.read))


def _in_span(compared: list[Compared], held: Counts, form: CompareForm) -> Comparison:
    first, last = form.cleaned_data.get("from"), form.cleaned_data.get("to")
    begin = max(min(held, default=0), month_of(first) if first else 0)
    end = min(max(held, default=-1), month_of(last) if last else month_of(date.max))
    return Comparison(compared, held, range(begin, end + 1))


def _shown(comparison: Comparison, address: _Address) -> dict:
    compared, times = comparison.compared, comparison.times if comparison.span else []
    shares = [[comparison.share(one, time) for time in times] for one in compared]
    drawn = plot(shares, share_scale(shares))
    return {
        "series": [
            {
                "number": place,
                "compared": one,
                "total": sum(comparison.count(one, time) for time in times),
                "path": line.path,
                "dots": line.dots,
                "label": end_label(one.label, line.label_y),
                "language": one.language,
            }
            for place, (one, line) in enumerate(zip(compared, drawn.lines, strict=True), 1)
        ],
        "gaps": drawn.gaps,
        "scale": drawn.scale,
        "ticks": [_per_cent(tick) if tick else number(0) for tick in drawn.scale.ticks],
        "axis": [_label(comparison, time) for time in (times[0], times[-1])] if times else [],
        "by_year": comparison.by_year,
        "rows": [_row(comparison, time, address) for time in times],
        "all_times_url": address(period={"from": "", "to": ""}) if address.period else None,
        "csv_url": address(page="entity-compare-csv"),
    }


def _row(comparison: Comparison, time: range, address: _Address) -> dict:
    """A time of the table: what the archive holds of it, and each one's part of that."""
    period = {"from": _month_parameter(time[0]), "to": _month_parameter(time[-1])}
    return {
        "label": _label(comparison, time),
        "url": address(period=period) if comparison.by_year else None,
        "held": comparison.holdings(time),
        "cells": [
            {
                "count": comparison.count(one, time),
                "share": f"{comparison.share(one, time) or 0:.1f}",
                "exact": one.found.exact,
                "url": _search_url(one.search | period) if comparison.count(one, time) else None,
            }
            for one in comparison.compared
        ],
    }


def _rows(comparison: Comparison) -> Iterator[list]:
    """The lines of the table as a file: a month each, with counts and shares; nothing where there can be none."""
    yield [
        _("Month"),
        _("Articles in the archive"),
        *(
            title
            for one in comparison.compared
            for title in (one.label, _("%(name)s, per cent") % {"name": one.label})
        ),
    ]
    for month in comparison.span:
        time = range(month, month + 1)
        held = comparison.holdings(time)
        cells = [
            [comparison.count(one, time), round(comparison.share(one, time), 3)]
            for one in comparison.compared
            if held
        ]
        yield [_month_parameter(month), held, *(cell for pair in cells for cell in pair)]


def _label(comparison: Comparison, time: range) -> str:
    year, month = year_and_month(time[0])
    if comparison.by_year:
        return year_in_words(year)
    return _("%(month)s %(year)s") % {"month": month_name(month), "year": year_in_words(year)}


def _per_cent(share: float) -> str:
    return _("%(number)s%%") % {"number": number(f"{share:g}")}


def _month_parameter(month: int) -> str:
    year, number = year_and_month(month)
    return f"{year:04d}-{number:02d}"


def _search_url(parameters: dict[str, str]) -> str:
    return f"{reverse('archive:search')}?{urlencode(parameters)}"

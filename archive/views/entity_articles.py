"""The articles of an entity on its page: by date, narrowed as the address says, over time, and as files."""

from contextlib import nullcontext
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from archive.cursors import CursorForm
from archive.entity_forms import EntityArticlesForm
from archive.models import Entity
from archive.pagination import keyset_page
from archive.search.facets import FacetValue
from archive.search.limits import time_limit
from archive.search.months import month_of, year_and_month
from archive.search.overview import Overview, overview
from archive.templatetags.archive import month_name, short_date
from archive.templatetags.archive import year as year_in_words
from archive.views.addresses import as_parameter, language_of
from archive.views.histograms import FEWEST_BARS, Bar, Histogram, years_histogram

MAX_MONTH_BARS = 72
MONTHS = 12
PARAMETERS = ("q", "section", "source", "with", "year", "from", "to")


class ArticlesAddress:
    """The page of an entity with the parameters in force, and the same with some of them changed."""

    def __init__(self, entity: Entity, form: EntityArticlesForm):
        self.entity = entity
        usable = getattr(form, "cleaned_data", {})
        self.parameters = {name: as_parameter(usable[name]) for name in PARAMETERS if usable.get(name)}

    def __call__(self, **changes) -> str:
        return self._with_query(self.entity.get_absolute_url(), self.parameters | changes)

    def beyond(self, cursor: str | None) -> str | None:
        """The page of the list that CURSOR ("?before=…") leads to, if there is one."""
        if cursor is None:
            return None
        name, _equals, value = cursor.removeprefix("?").partition("=")
        return self(**{name: value})

    @property
    def csv(self) -> str:
        return self._with_query(reverse("archive:entity-csv", args=[self.entity.pk]), self.parameters)

    @staticmethod
    def _with_query(path: str, parameters: dict[str, str]) -> str:
        given = {name: value for name, value in parameters.items() if value}
        return f"{path}?{urlencode(given)}" if given else path


def articles_context(request: HttpRequest, entity: Entity, form: EntityArticlesForm) -> dict:
    """What the page shows of the articles that FORM asks for; raises SearchTimeoutError where words take too long."""
    form.is_valid()
    with time_limit() if form.cleaned_data.get("q") else nullcontext():
        narrowed = form.narrowed()
        made_of = overview(narrowed.of_all_times)
        page = keyset_page(narrowed.articles().for_lines(), **CursorForm(request.GET).usable())
    address = ArticlesAddress(entity, form)
    has_period = any(name in address.parameters for name in ("year", "from", "to"))
    return {
        "problems": [*(problem.message for problem in form.problems()), *narrowed.problems],
        "count": made_of.count,
        "has_period": has_period,
        "histogram": entity_histogram(made_of, address, form.cleaned_data),
        "all_years_url": address(year="") if "year" in address.parameters else None,
        "articles": page.articles,
        "newer_url": address.beyond(page.newer),
        "older_url": address.beyond(page.older),
        "filters": _filters(form.cleaned_data, address),
        "facets": [
            _facet("section", _("Section"), made_of.sections, address),
            _facet("source", _("Source"), made_of.sources, address),
        ],
        "hidden": [
            (name, value) for name, value in address.parameters.items() if name in ("section", "source", "with")
        ],
        "clear_url": entity.get_absolute_url() if address.parameters else None,
        "csv_url": address.csv,
    }


def entity_histogram(made_of: Overview, address: ArticlesAddress, chosen: dict) -> Histogram | None:
    """Articles by month, or by year where the months would be too many to see; of a chosen year its months."""
    year = chosen.get("year")
    months = {month: n for month, n in made_of.months.items() if not year or month // MONTHS == year}
    if year and months:
        return _months_histogram(months, range(year * MONTHS, (year + 1) * MONTHS), made_of, address, chosen)
    if len(months) < FEWEST_BARS:
        return None
    span = range(min(months), max(months) + 1)
    if len(span) <= MAX_MONTH_BARS:
        return _months_histogram(months, span, made_of, address, chosen)
    years: dict[int, int] = {}
    for month, n in months.items():
        years[month // MONTHS] = years.get(month // MONTHS, 0) + n
    held = {month // MONTHS for month in made_of.held}
    return years_histogram(
        years, lambda year: address(year=year, **{"from": "", "to": ""}), mark_peak=True, held=held
    )


def _months_histogram(
    months: dict[int, int], span: range, made_of: Overview, address: ArticlesAddress, chosen: dict
) -> Histogram:
    highest = max(months.values())
    first, last = chosen.get("from"), chosen.get("to")
    within = range(month_of(first or date.min), month_of(last or date.max) + 1) if first or last else range(0)
    bars = []
    for month in span:
        n = months.get(month, 0)
        year, number = year_and_month(month)
        period = f"{year:04d}-{number:02d}"
        bars.append(
            Bar(
                label=_("%(month)s %(year)s") % {"month": month_name(number), "year": year_in_words(year)},
                count=n,
                url=address(**{"from": period, "to": period}) if n else None,
                chosen=month in within,
                peak=n == highest,
                gap=month not in made_of.held,
            )
        )
    return Histogram(bars, highest, bars[0].label, bars[-1].label)


def _facet(name: str, label: str, values: list[FacetValue], address: ArticlesAddress) -> dict:
    chosen = address.parameters.get(name)
    return {
        "label": label,
        "values": [
            {
                "label": value.name,
                "count": value.count,
                "chosen": value.slug == chosen,
                "url": address(**{name: "" if value.slug == chosen else value.slug}),
            }
            for value in values
        ],
    }


def _filters(chosen: dict, address: ArticlesAddress) -> list[dict]:
    """The filters in force, each with the address without it."""
    labels = {
        "q": lambda words: words,
        "section": lambda section: section.label,
        "source": lambda source: source.label,
        "with": lambda entity: _("with %(name)s") % {"name": entity.label},
        "year": year_in_words,
        "from": lambda day: _("From %(date)s") % {"date": short_date(day)},
        "to": lambda day: _("Until %(date)s") % {"date": short_date(day)},
    }
    return [
        {
            "label": labels[name](chosen[name]),
            "language": language_of(chosen[name]) if name == "q" else None,
            "url": address(**{name: ""}),
        }
        for name in PARAMETERS
        if chosen.get(name)
    ]

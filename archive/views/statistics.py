"""The pages of figures: the datasets, one of them, what of it is renewed while it is open, and what others embed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import condition

from archive.asking import answer, together
from archive.caching.generations import Kind, generations_of
from archive.caching.variants import page_variant
from archive.guards import read_only
from archive.metadata import page_metadata
from archive.models import Article, Dataset, Measure, Region
from archive.search.engine import newest_matching
from archive.search.filters import SearchFilters
from archive.search.limits import SearchTimeoutError, time_limit
from archive.staff.unattended import unattended
from archive.statistics.figures import Extent, Headline, Standing, extents, headlines, standings
from archive.statistics_forms import DAILY, FIGURES, MAX_REGIONS, MEAN, FiguresView, StatisticsForm
from archive.templatetags.archive import number
from archive.views.figures import ShownFigures, drawing, headline, period_rows, shown_figures
from archive.views.standings import sort_heads, standing_rows
from archive.views.statistics_metadata import dataset_metadata

ARTICLES_BESIDE = 6
LIVE_SECONDS = 10
SHORT_RANGES_DAYS = (30, 90)
EMBED_SIZE = (600, 760)
"""How much room the lines take in a page of another site, in pixels; they are as wide as there is room."""

LEVELS_AT_FIRST = 3
"""Levels have no sum over all regions: so many regions are shown where none is asked for."""


@dataclass(frozen=True)
class FiguresPage:
    """What a request asks of DATASET; PROBLEMS are sentences about what could not be used."""

    dataset: Dataset
    measures: Sequence[Measure]
    form: StatisticsForm

    @classmethod
    def of(cls, request: HttpRequest, slug: str) -> "FiguresPage":
        """Raises Http404 where readers see no such dataset."""
        measures = list(Measure.objects.filter(dataset__slug=slug, dataset__visible=True).select_related("dataset"))
        if measures:
            return cls(measures[0].dataset, measures, StatisticsForm(request.GET, measures))
        dataset = Dataset.objects.visible().filter(slug=slug).first()
        if dataset is None:
            raise Http404
        return cls(dataset, [], StatisticsForm(request.GET, []))

    @cached_property
    def _asked(self) -> FiguresView:
        return self.form.view()

    @cached_property
    def standings(self) -> list[Standing]:
        return standings(self._asked.measure, self.measures, until=self._asked.last)

    @cached_property
    def regions(self) -> list[Region]:
        """Those that are asked for, in that order."""
        by_code = {standing.region.code.upper(): standing.region for standing in self.standings}
        found = [by_code[code] for code in self._asked.codes if code in by_code]
        if found or self._asked.measure.can_be_added:
            return found
        return [standing.region for standing in self.standings if standing.value is not None][:LEVELS_AT_FIRST]

    @cached_property
    def uncounted(self) -> list[Region]:
        """Those of them of whose inhabitants nobody knows the number, where that is asked for."""
        return [one for one in self.regions if not one.population] if self._asked.per_million else []

    @cached_property
    def view(self) -> FiguresView:
        codes = tuple(region.code for region in self.regions)
        return replace(self._asked, codes=codes, per_million=self._asked.per_million and not self.uncounted)

    @cached_property
    def headline_region(self) -> Region | None:
        """The only region that is shown; where there are several or none, the headlines are those of all."""
        return self.regions[0] if len(self.regions) == 1 else None

    @cached_property
    def _read(self) -> tuple[ShownFigures, list[Headline], dict[int, Extent]]:
        shown = shown_figures(self.view, self.regions, self.standings)
        found = headlines.part(self.measures, region=self.headline_region, until=self.view.last)
        return tuple(answer(together(shown, found, extents.part([self.dataset]))))

    @property
    def shown(self) -> ShownFigures:
        return self._read[0]

    @property
    def headlines(self) -> list[Headline]:
        return self._read[1]

    @property
    def extent(self) -> Extent | None:
        """From when to when there are figures; None where there are none."""
        return self._read[2].get(self.dataset.pk) if self.has_figures else None

    @cached_property
    def has_figures(self) -> bool:
        return bool(self.measures and self.standings)

    @property
    def problems(self) -> list[str]:
        found = [problem.message for problem in self.form.problems()]
        if len(self.view.codes) < len(self._asked.codes):
            found.append(_("There is no such region among these figures."))
        if self.uncounted:
            names = _(", ").join(region.label for region in self.uncounted)
            found.append(_("The number of inhabitants is not known here: %(names)s") % {"names": names})
        return found

    def address(self, page: str = "statistics-detail", **changes) -> str:
        """The address of PAGE with this view, CHANGES made in it."""
        parameters = self.view.changed(**changes).parameters(self.measures[0]) if self.measures else {}
        path = reverse(f"archive:{page}", args=[self.dataset.slug])
        return f"{path}?{urlencode(parameters, doseq=True)}" if parameters else path


@read_only
def statistics_index(request: HttpRequest) -> HttpResponse:
    """All datasets, each with its last figures."""
    datasets = list(Dataset.objects.visible().prefetch_related("measures"))
    found = headlines([measure for dataset in datasets for measure in dataset.measures.all()])
    context = {
        "datasets": [
            {
                "dataset": dataset,
                "headlines": [headline(one, 0) for one in found if one.measure.dataset_id == dataset.pk],
            }
            for dataset in datasets
        ],
        "metadata": page_metadata(request, title=_("Figures"), path=reverse("archive:statistics-index")),
    }
    return render(request, "archive/statistics_index.html", context)


@read_only
def statistics_detail(request: HttpRequest, slug: str) -> HttpResponse:
    page = FiguresPage.of(request, slug)
    shown_path = page.address() if page.has_figures else ""
    context = {
        "dataset": page.dataset,
        "metadata": dataset_metadata(request, page.dataset, page.measures, page.extent, shown_path=shown_path),
    }
    if not page.has_figures:
        return render(request, "archive/statistics_detail.html", context)
    return render(
        request,
        "archive/statistics_detail.html",
        context
        | _choices(page)
        | _live(request, page)
        | {
            "problems": page.problems,
            "articles": _articles(page),
            "csv_url": page.address("statistics-csv"),
            "json_url": page.address("statistics-json"),
            "embed_url": request.build_absolute_uri(page.address("statistics-embed")),
            "embed_height": EMBED_SIZE[1],
        },
    )


def _version(request: HttpRequest, slug: str) -> str:
    """Of the figures as this reader sees them: it changes with them, what they are called, and the reader's settings.

    Of other datasets too, which shows nothing new; to tell them apart would take another query.
    """
    generation = generations_of(request).of((Kind.STATISTICS,))
    seen = (slug, request.GET.urlencode(), generation, page_variant(request, None))
    return sha256(repr(seen).encode()).hexdigest()[:32]


@unattended
@read_only
@never_cache
@condition(etag_func=lambda request, slug: f'"{_version(request, slug)}"')
def statistics_live(request: HttpRequest, slug: str) -> HttpResponse:
    """The parts of the page that its figures are in; 304 while these are what the reader has."""
    page = FiguresPage.of(request, slug)
    if not page.has_figures:
        return HttpResponse(status=204)
    return render(request, "archive/partials/statistics_live.html", _live(request, page))


@read_only
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def statistics_embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The headline and the lines alone, for a frame in a page of another site."""
    page = FiguresPage.of(request, slug)
    if not page.has_figures:
        return redirect(page.dataset)
    context = _live(request, page) | {
        "dataset": page.dataset,
        "page_url": request.build_absolute_uri(page.address()),
        "embedded": True,
    }
    return render(request, "archive/statistics_embed.html", context)


def _live(request: HttpRequest, page: FiguresPage) -> dict:
    """What changes with the figures, for archive/partials/statistics_live.html."""
    view, shown = page.view, page.shown
    region = page.headline_region
    reporting = 1 if region else len(page.standings)
    may_add = len(view.codes) < MAX_REGIONS
    return {
        "dataset": page.dataset,
        "measure": view.measure,
        "headlines": [headline(one, reporting) | {"chosen": one.measure == view.measure} for one in page.headlines],
        "headline_region": region.label if region else None,
        "show_label": _show_labels(view.measure)[view.show],
        "per_million": view.per_million,
        "drawing": drawing(shown) if shown.series else None,
        "rows": period_rows(shown, page.address) if shown.series else [],
        "removable": {code: page.address(codes=[one for one in view.codes if one != code]) for code in view.codes},
        "heads": sort_heads(view, page.address),
        "standings": standing_rows(page.standings, view, page.address, may_add=may_add),
        "population_year": max((one.region.population_year or 0 for one in page.standings), default=0),
        "live_url": page.address("statistics-live"),
        "live_seconds": LIVE_SECONDS,
        "version": _version(request, page.dataset.slug),
        "readings_url": page.address("statistics-readings"),
    }


def _choices(page: FiguresPage) -> dict:
    """The ways to other measures, kinds, regions and times."""
    view = page.view
    return {
        "form": page.form,
        "view": view,
        "last_day": max(page.shown.days - 1, 0),
        "measure_links": [
            _link(measure.label, page.address(measure=measure), chosen=measure == view.measure)
            for measure in page.measures
        ],
        "show_links": [
            _link(_show_labels(view.measure)[show], page.address(show=show), chosen=show == view.show)
            for show in view.options
        ],
        "range_links": _range_links(page),
        "switches": _switches(view, page.address),
        "addable": [one.region for one in page.standings if one.region.code not in view.codes]
        if len(view.codes) < MAX_REGIONS
        else [],
        "hidden": [
            (name, value)
            for name, values in view.parameters(page.measures[0]).items()
            if name not in ("from", "to")
            for value in (values if isinstance(values, list) else [values])
        ],
    }


def _show_labels(measure: Measure) -> dict[str, str]:
    figures = {
        Measure.Kind.TOTAL: _("Total"),
        Measure.Kind.DAILY: _("Each day"),
        Measure.Kind.LEVEL: _("As reported"),
    }
    return {FIGURES: figures[measure.kind], DAILY: _("Each day"), MEAN: _("Mean of seven days")}


def _switches(view: FiguresView, address: Callable[..., str]) -> list[dict]:
    found = [_link(_("Logarithmic"), address(logarithmic=not view.logarithmic), chosen=view.logarithmic)]
    if view.measure.can_be_added:
        found.insert(
            0, _link(_("Per million inhabitants"), address(per_million=not view.per_million), chosen=view.per_million)
        )
    return found


def _range_links(page: FiguresPage) -> list[dict]:
    """The last days of the figures, and all of them."""
    view, last = page.view, max((one.day for one in page.standings if one.day), default=None)
    found = [_link(_("All times"), page.address(first=None, last=None), chosen=not (view.first or view.last))]
    for days in SHORT_RANGES_DAYS if last else ():
        first = last - timedelta(days=days - 1)
        label = ngettext("Last %(days)s day", "Last %(days)s days", days) % {"days": number(days)}
        found.append(_link(label, page.address(first=first, last=view.last), chosen=view.first == first))
    return found


def _link(label: str, url: str, *, chosen: bool) -> dict:
    return {"label": label, "url": url, "chosen": chosen}


def _articles(page: FiguresPage) -> list[Article]:
    """The newest articles of the days shown that speak of it."""
    if not page.dataset.query or not page.shown.series:
        return []
    try:
        with time_limit():
            filters = SearchFilters(date_from=page.shown.first, date_to=page.shown.last)
            ids = newest_matching(page.dataset.query, filters, ARTICLES_BESIDE)
    except SearchTimeoutError:
        return []
    articles = Article.objects.published().for_lines().in_bulk(ids)
    return [articles[pk] for pk in ids if pk in articles]

"""Figures as files: CSV and JSON as they were reported, sent as they are read; and the lines in words."""

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from archive.downloads import CSV_TYPE, download
from archive.guards import read_only
from archive.models import Dataset, Observation
from archive.templatetags.archive import short_date
from archive.text.spreadsheets import csv_lines
from archive.views.figures import figure
from archive.views.statistics import FiguresPage

BATCH_ROWS = 2_000
COLUMNS = ("date", "code", "region", "measure", "value", "note")
"""Such a file can be imported again: see archive.ingest.statistics."""

Row = tuple[str, str, str, str, Decimal | None, str]


def download_view(
    file_type: str, content_type: str, write: Callable[..., Iterator[str]]
) -> Callable[..., HttpResponse]:
    """The view of a dataset's figures as a file: all of them, or those that the address asks for."""

    @read_only
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        page = FiguresPage.of(request, slug)
        return download(write(page.dataset, _rows(_asked(page))), content_type, f"{slug}.{file_type}")

    return view


@read_only
@never_cache
def statistics_readings(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures of the lines in words, day by day, for whoever moves over them; null where none was reported."""
    page = FiguresPage.of(request, slug)
    if not page.measures or not page.shown.series:
        raise Http404
    return JsonResponse(
        {
            "days": [short_date(day) for day in page.shown.all_days],
            "series": [
                {
                    "name": one.label,
                    "values": [None if value is None else figure(value) for value in one.values],
                    "corrected": [day for day, corrected in enumerate(one.corrected) if corrected],
                }
                for one in page.shown.series
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _asked(page: FiguresPage) -> QuerySet[Observation]:
    """The figures of the measure, regions and days that the address names; of all, where it names none."""
    found = Observation.objects.filter(measure__in=page.measures)
    if page.form.data.get("measure"):
        found = found.filter(measure=page.view.measure)
    if page.form.data.getlist("region"):
        found = found.filter(region__in=page.regions)
    if page.measures and page.view.first:
        found = found.filter(date__gte=page.view.first)
    if page.measures and page.view.last:
        found = found.filter(date__lte=page.view.last)
    return found.order_by("measure_id", "region_id", "date")  # As they are kept: nothing has to be sorted first.


def _rows(found: QuerySet[Observation]) -> Iterator[Row]:
    names = ("date", "region__code", "region__name", "measure__slug", "value", "note")
    for day, code, region, measure, value, note in found.values_list(*names).iterator(chunk_size=BATCH_ROWS):
        yield day.isoformat(), code, region, measure, value, note


def _csv(_dataset: Dataset, rows: Iterable[Row]) -> Iterator[str]:
    return csv_lines(chain([COLUMNS], ([*names, _plain(value), note] for *names, value, note in rows)))


def _json(dataset: Dataset, rows: Iterable[Row]) -> Iterator[str]:
    head = {
        "dataset": dataset.slug,
        "name": dataset.name,
        "source": dataset.source_name or None,
        "source_url": dataset.source_url or None,
        "licence": dataset.licence or None,
        "changed_at": dataset.changed_at and dataset.changed_at.isoformat(timespec="seconds"),
    }
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "observations": ['
    separator = "\n"
    for *names, value, note in rows:
        shown = dict(zip(COLUMNS, [*names, _plain(value), note or None], strict=True))
        yield separator + json.dumps(shown, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def _plain(value: Decimal | None) -> int | float | None:
    """VALUE without the zeros behind its point: four digits there are no trouble to a float."""
    return None if value is None else int(value) if value == int(value) else float(value)


statistics_csv = download_view("csv", CSV_TYPE, _csv)
statistics_json = download_view("json", "application/json", _json)

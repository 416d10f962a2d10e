"""Figures in the API: datasets, and their observations."""

from collections.abc import Iterable
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from ninja import Field, Router, Schema

from archive.api import parameters
from archive.api.answers import Moment, Page, Problems, page_answer, utc
from archive.api.errors import InvalidInputError, UnknownRecordError
from archive.api.forms import ListForm
from archive.api.pagination import page_of
from archive.forms import KnownField, PeriodForm
from archive.models import Dataset, Measure, Observation, Region
from archive.statistics.figures import Extent, extents

router = Router()


class MeasureShape(Schema):
    slug: str
    name: str
    name_latin: str
    unit: str
    kind: str = Field(
        description=gettext_noop("A total so far, the count of a day, or a level on it."),
        json_schema_extra={"enum": Measure.Kind.values},
    )


class DatasetShape(Schema):
    slug: str
    name: str
    name_latin: str
    description: str
    description_latin: str
    source_name: str
    source_url: str | None
    licence: str
    licence_url: str | None
    url: str = Field(description=gettext_noop("The path of its page on this site."))
    csv_url: str = Field(description=gettext_noop("The path of all its figures in one file."))
    json_url: str = Field(description=gettext_noop("The path of all its figures in one file."))
    measures: list[MeasureShape]
    first_date: date | None
    last_date: date | None
    region_count: int
    changed_at: Moment | None = Field(description=gettext_noop("When its figures last changed."))
    is_demo: bool = Field(description=gettext_noop("Whether its figures are invented, for demonstration."))


class DatasetList(Schema):
    results: list[DatasetShape]


class RegionShape(Schema):
    code: str
    name: str
    name_latin: str
    population: int | None


class ObservationShape(Schema):
    date: date
    measure: str
    region: RegionShape
    value: float | None = Field(description=gettext_noop("Null where nothing was reported, which is not zero."))
    note: str | None = Field(description=gettext_noop("What the editors remark on it, in Arabic."))


class ObservationPage(Page):
    results: list[ObservationShape]


class ObservationListForm(ListForm, PeriodForm):
    """The parameters of the list of DATASET's observations."""

    measure = KnownField(
        Measure.objects.none(),
        to_field_name="slug",
        required=False,
        error_messages={"invalid_choice": gettext_lazy("There is no such measure.")},
    )
    region = KnownField(
        Region.objects.all(),
        to_field_name="code",
        required=False,
        error_messages={"invalid_choice": gettext_lazy("There is no such region.")},
    )

    def __init__(self, data, dataset: Dataset):
        super().__init__(data)
        self.fields["measure"].queryset = dataset.measures.all()


OBSERVATIONS = [
    parameters.parameter("measure", {"type": "string"}, gettext_noop("The slug of a measure.")),
    parameters.parameter("region", {"type": "string"}, gettext_noop("The code of a region, such as LB.")),
    *parameters.PERIOD,
    *parameters.PAGING,
]


@router.get(
    "/datasets",
    response=DatasetList,
    summary=gettext_noop("Datasets: figures over time"),
    operation_id="datasets",
    url_name="datasets",
)
def datasets(request: HttpRequest):
    return {"results": _shapes(Dataset.objects.visible())}


@router.get(
    "/datasets/{slug}",
    response={200: DatasetShape, 404: Problems},
    summary=gettext_noop("One dataset"),
    operation_id="dataset",
    url_name="dataset",
)
def dataset_detail(request: HttpRequest, slug: str):
    [found] = _shapes([_dataset(slug)])
    return found


@router.get(
    "/datasets/{slug}/observations",
    response={200: ObservationPage, 404: Problems, 422: Problems},
    summary=gettext_noop("The figures of a dataset"),
    description=gettext_noop("By day, the oldest first. Its files have all of them at once."),
    operation_id="observations",
    url_name="observations",
    openapi_extra={"parameters": OBSERVATIONS},
)
def observations(request: HttpRequest, slug: str):
    dataset = _dataset(slug)
    form = ObservationListForm(request.GET, dataset)
    if not form.is_valid():
        raise InvalidInputError(form.problems())
    wanted = form.cleaned_data
    found = Observation.objects.filter(measure__in=dataset.measures.all())
    for name, condition in (("measure", "measure"), ("region", "region"), ("from", "date__gte"), ("to", "date__lte")):
        if wanted[name]:
            found = found.filter(**{condition: wanted[name]})
    found = found.select_related("measure", "region").order_by("date", "measure", "region")
    total, rows = page_of(found, wanted["page"], wanted["page_size"])
    return page_answer([_observation(one) for one in rows], total, wanted["page"], wanted["page_size"])


def _dataset(slug: str) -> Dataset:
    dataset = Dataset.objects.visible().filter(slug=slug.replace("\0", "")).first()
    if dataset is None:
        raise UnknownRecordError(_("There is no such dataset."), field="slug")
    return dataset


def _shapes(datasets: Iterable[Dataset]) -> list[dict]:
    """DATASETS as JSON, in three queries however many there are."""
    datasets = list(datasets)
    measures = Measure.objects.filter(dataset__in=datasets)
    reached = extents(datasets)
    return [
        _shape(dataset, [one for one in measures if one.dataset_id == dataset.pk], reached.get(dataset.pk))
        for dataset in datasets
    ]


def _shape(dataset: Dataset, measures: list[Measure], extent: Extent | None) -> dict:
    names = ("slug", "name", "name_latin", "description", "description_latin", "source_name", "licence", "is_demo")
    return {name: getattr(dataset, name) for name in names} | {
        "source_url": dataset.source_url or None,
        "licence_url": dataset.licence_url or None,
        "url": dataset.get_absolute_url(),
        "csv_url": reverse("archive:statistics-csv", args=[dataset.slug]),
        "json_url": reverse("archive:statistics-json", args=[dataset.slug]),
        "measures": [
            {name: getattr(one, name) for name in ("slug", "name", "name_latin", "unit", "kind")} for one in measures
        ],
        "first_date": extent and extent.first,
        "last_date": extent and extent.last,
        "region_count": extent.regions if extent else 0,
        "changed_at": utc(dataset.changed_at) if dataset.changed_at else None,
    }


def _observation(one: Observation) -> dict:
    names = ("code", "name", "name_latin", "population")
    return {
        "date": one.date,
        "measure": one.measure.slug,
        "region": {name: getattr(one.region, name) for name in names},
        "value": None if one.value is None else float(one.value),
        "note": one.note or None,
    }

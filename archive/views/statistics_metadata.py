"""What machines read of a dataset's page: a Dataset in the words of schema.org, with where its files are."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive import structured_data
from archive.metadata import PageMetadata, embeddings, page_metadata
from archive.models import Dataset, Measure
from archive.statistics.figures import Extent
from archive.structured_data import CONTENT_LANGUAGE
from archive.text.dates import format_days, format_number
from archive.text.opening import opening

DESCRIPTION_CHARS = range(50, 5001)
"""How long a description search engines take."""


def dataset_metadata(
    request: HttpRequest, dataset: Dataset, measures: Sequence[Measure], extent: Extent | None, *, shown_path: str
) -> PageMetadata:
    """The page of DATASET; SHOWN_PATH is its address with all that is chosen, empty where it has no figures."""
    trail = [{"label": _("Figures"), "url": reverse("archive:statistics-index")}]
    page = page_metadata(
        request,
        title=dataset.label,
        path=dataset.get_absolute_url(),
        description=opening(dataset.shown_description),
        trail=trail,
    )
    with translation.override(CONTENT_LANGUAGE):
        described = structured_data.block(_dataset(request, dataset, measures, extent, page.url))
    return replace(
        page,
        json_ld=(described, *page.json_ld),
        alternates=embeddings(request, request.build_absolute_uri(shown_path), dataset.label) if shown_path else (),
    )


def _dataset(
    request: HttpRequest, dataset: Dataset, measures: Sequence[Measure], extent: Extent | None, url: str
) -> dict:
    licence = {"@type": "CreativeWork", "name": dataset.licence} if dataset.licence else None
    return {
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": dataset.name,
        "alternateName": dataset.name_latin,
        "description": _description(dataset, measures, extent),
        "inLanguage": CONTENT_LANGUAGE,
        "isAccessibleForFree": True,
        "license": dataset.licence_url or licence,
        "creator": _source(dataset) if dataset.source_name else None,
        "isBasedOn": dataset.source_url,
        "isPartOf": structured_data.part_of_site(request.build_absolute_uri),
        "dateModified": dataset.changed_at and dataset.changed_at.isoformat(timespec="seconds"),
        "temporalCoverage": f"{extent.first.isoformat()}/{extent.last.isoformat()}" if extent else "",
        "variableMeasured": [_variable(measure) for measure in measures],
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": content_type,
                "contentUrl": request.build_absolute_uri(
                    reverse(f"archive:statistics-{file_type}", args=[dataset.slug])
                ),
            }
            for file_type, content_type in (("csv", "text/csv"), ("json", "application/json"))
        ],
    }


def _source(dataset: Dataset) -> dict:
    return {"@type": "Organization", "name": dataset.source_name, "url": dataset.source_url}


def _description(dataset: Dataset, measures: Sequence[Measure], extent: Extent | None) -> str:
    """What editors say of DATASET; where that is too little for search engines, also what its figures are of."""
    said = dataset.description
    if extent and len(said) < DESCRIPTION_CHARS.start:
        said = f"{said}\n{_figures_in_words(dataset, measures, extent)}".strip()
    return said[: DESCRIPTION_CHARS.stop - 1] or dataset.name


def _figures_in_words(dataset: Dataset, measures: Sequence[Measure], extent: Extent) -> str:
    sentence = ngettext(
        "%(name)s: %(measures)s, day by day, in %(regions)s region, %(days)s.",
        "%(name)s: %(measures)s, day by day, in %(regions)s regions, %(days)s.",
        extent.regions,
    )
    return sentence % {
        "name": dataset.name,
        "measures": _(", ").join(measure.name for measure in measures),
        "regions": format_number(extent.regions, CONTENT_LANGUAGE),
        "days": format_days(extent.first, extent.last, CONTENT_LANGUAGE),
    }


def _variable(measure: Measure) -> dict:
    return {
        "@type": "PropertyValue",
        "name": measure.name,
        "alternateName": measure.slug,
        "unitText": measure.unit,
    }

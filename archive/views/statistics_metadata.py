"""What machines read of a dataset's page: a Dataset in the words of schema.org, with where its files are."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from archive import structured_data
from archive.metadata import PageMetadata, page_metadata
from archive.models import Dataset, Measure
from archive.text.opening import opening


def dataset_metadata(request: HttpRequest, dataset: Dataset, measures: Sequence[Measure]) -> PageMetadata:
    trail = [{"label": _("Figures"), "url": reverse("archive:statistics-index")}]
    page = page_metadata(
        request,
        title=dataset.label,
        path=dataset.get_absolute_url(),
        description=opening(dataset.shown_description),
        trail=trail,
    )
    return replace(page, json_ld=(_dataset(request, dataset, measures, page.url), *page.json_ld))


def _dataset(request: HttpRequest, dataset: Dataset, measures: Sequence[Measure], url: str) -> dict:
    source = {"@type": "Organization", "name": dataset.source_name, "url": dataset.source_url}
    described = {
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": dataset.name,
        "alternateName": dataset.name_latin,
        # Search engines ask for a description of every dataset.
        "description": dataset.description or dataset.name,
        "inLanguage": "ar",
        "isAccessibleForFree": True,
        "license": dataset.licence_url or dataset.licence,
        "creator": {name: value for name, value in source.items() if value} if dataset.source_name else None,
        "isBasedOn": dataset.source_url,
        "dateModified": dataset.changed_at and dataset.changed_at.isoformat(timespec="seconds"),
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
    return structured_data.block(described)


def _variable(measure: Measure) -> dict:
    described = {
        "@type": "PropertyValue",
        "name": measure.name,
        "alternateName": measure.slug,
        "unitText": measure.unit,
    }
    return structured_data.filled(described)

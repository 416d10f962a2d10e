"""The addresses under /api/v1/; what is not one of them answers 404 as JSON."""

from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

from archive.api import (
    articles,
    entities,
    errors,
    openapi,
    quotations,
    root,
    search,
    statistics,
    stories,
    suggestions,
    taxonomy,
)
from archive.api.access import public
from archive.search.limits import SearchTimeoutError

VERSION = "1"


class ArabicRenderer(JSONRenderer):
    """JSON that a person can read: Arabic letters as they are."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title=openapi.TITLE,
    description=openapi.DESCRIPTION,
    version=VERSION,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    renderer=ArabicRenderer(),
)
for resource in (root, search, articles, entities, quotations, stories, taxonomy, suggestions, statistics):
    api.add_router("", resource.router)
api.add_exception_handler(errors.InvalidInputError, errors.on_invalid_input)
api.add_exception_handler(errors.UnknownRecordError, errors.on_unknown_record)
api.add_exception_handler(SearchTimeoutError, errors.on_search_timeout)
api.add_exception_handler(ValidationError, errors.on_invalid_path)


def _public_patterns() -> list[URLPattern]:
    """django-ninja's own patterns, each behind `public`."""
    patterns, _, _ = api.urls
    for pattern in patterns:
        pattern.callback = public(pattern.callback)
    return patterns


app_name = "api"
urlpatterns = [
    path("openapi.json", public(openapi.openapi_view(api)), name="openapi"),
    path("docs", openapi.docs_view(api), name="docs"),
    *_public_patterns(),
    re_path("", public(errors.unknown_address)),
]

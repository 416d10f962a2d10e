"""The OpenAPI description of the API: as JSON, and as a page of the site for people.

Summaries and descriptions are written as message ids, and translated here.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI

from archive.guards import read_only
from archive.text.dates import isolate_dates

TITLE = _("The API of the archive")
DESCRIPTION = _(
    "Everything that is published, as JSON: read-only, without a key, from any site. Messages are Arabic or English "
    "by Accept-Language; names and texts stay as they were written."
)
TRANSLATED_KEYS = ("summary", "description")
EXAMPLES = {"articles": "?q=جنيف", "entities": "?q=دي", "suggest": "?q=استا"}


def openapi_schema(api: NinjaAPI) -> dict:
    """Return the description of API, its words in the active language."""
    schema = _translated(dict(api.get_openapi_schema()))
    schema["info"]["title"] = gettext(api.title)
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                response["description"] = _status_meaning(status)
    return schema


def _translated(value):
    """VALUE with its summaries and descriptions translated, without the titles that pydantic makes of field names."""
    if isinstance(value, list):
        return [_translated(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: isolate_dates(gettext(item))
        if key in TRANSLATED_KEYS and isinstance(item, str) and item
        else _translated(item)
        for key, item in value.items()
        if not (key == "title" and isinstance(item, str))
    }


def _status_meaning(status: int) -> str:
    return {
        200: gettext("The answer"),
        404: gettext("No such record, or not published"),
        422: gettext("Parameters that cannot be used, each with a sentence"),
    }[status]


def openapi_view(api: NinjaAPI):
    def openapi(request: HttpRequest) -> HttpResponse:
        return JsonResponse(openapi_schema(api), json_dumps_params={"ensure_ascii": False})

    return openapi


def docs_view(api: NinjaAPI):
    @read_only
    def docs(request: HttpRequest) -> HttpResponse:
        schema = openapi_schema(api)
        context = {
            "address": request.build_absolute_uri(request.path),
            "origin": request.build_absolute_uri("/").removesuffix("/"),
            "api": schema["info"],
            "operations": [
                _operation(path, operation, request.build_absolute_uri)
                for path, operations in schema["paths"].items()
                for operation in operations.values()
            ],
            "shapes": [
                {"name": name, "fields": _fields(shape)} for name, shape in schema["components"]["schemas"].items()
            ],
        }
        return render(request, "archive/api_docs.html", context)

    return docs


def _operation(path: str, operation: dict, full_address: Callable[[str], str]) -> dict:
    """An operation as the page shows it."""
    ready = "{" not in path
    return {
        "id": operation["operationId"],
        "path": path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "example": uri_to_iri(full_address(path + EXAMPLES.get(operation["operationId"], ""))) if ready else "",
        "parameters": [
            {
                "name": parameter["name"],
                "description": parameter.get("description", ""),
                **_type(parameter["schema"]),
            }
            for parameter in operation["parameters"]
        ],
        "responses": [
            {"status": status, "description": response["description"], **_type(_response_schema(response))}
            for status, response in operation["responses"].items()
        ],
    }


def _response_schema(response: dict) -> dict:
    return response["content"]["application/json"]["schema"]


def _fields(shape: dict) -> list[dict]:
    return [
        {"name": name, "description": field.get("description", ""), **_type(field)}
        for name, field in shape["properties"].items()
    ]


def _type(schema: dict) -> dict:
    """What a value is: TYPE in JSON's own words, SHAPE when it is one of ours, VALUES when only some are allowed."""
    if "anyOf" in schema:
        [wanted] = [option for option in schema["anyOf"] if option.get("type") != "null"]
        return _type(wanted) | {"nullable": True}
    if schema.get("type") == "array":
        return _type(schema["items"]) | {"is_list": True}
    return {
        "type": schema.get("format") or schema.get("type", ""),
        "shape": schema.get("$ref", "").rpartition("/")[2],
        "values": schema.get("enum", []),
    }

"""The parameters of the lists, as OpenAPI describes them; the forms are what reads them."""

from django.utils.translation import gettext_noop as _

from archive.forms import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, MAX_TYPED_CHARS, NAMES_AS_WRITTEN
from archive.models import Entity
from archive.models.entity import MAX_NAME_KEY_CHARS
from archive.search.engine import Sort
from archive.search.facets import FACET_NAMES
from archive.search.suggest import MAX_TYPED_CHARS as MAX_SUGGEST_CHARS


def parameter(name: str, schema: dict, description: str) -> dict:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": description}


PAGING = [
    parameter("page", {"type": "integer", "minimum": 1, "default": 1}, _("The page, counted from 1.")),
    parameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
        _("Results on a page."),
    ),
]

PERIOD = [
    parameter("from", {"type": "string"}, _("The first day, as 2017-12-21, 2017-12 or 2017.")),
    parameter("to", {"type": "string"}, _("The last day, itself included, in the same forms.")),
]

ARTICLES = [
    parameter(
        "q",
        {"type": "string", "maxLength": MAX_TYPED_CHARS},
        _("Words in any spelling, «phrases» in any quotation marks, -words to leave out."),
    ),
    parameter("section", {"type": "string"}, _("The slug of a section.")),
    parameter("source", {"type": "string"}, _("The slug of a source.")),
    parameter("entity", {"type": "integer"}, _("The id of a name.")),
    *PERIOD,
    parameter(
        "sort",
        {"type": "string", "enum": [sort.value for sort in Sort], "default": Sort.RELEVANCE.value},
        _("The order."),
    ),
    parameter(
        "names",
        {"type": "string", "enum": [NAMES_AS_WRITTEN]},
        _("Names in Latin letters are looked for as they are written, and not in Arabic letters too."),
    ),
    parameter(
        "more",
        {"type": "string", "enum": list(FACET_NAMES)},
        _("The facet, or the kind of names, of which up to a hundred values are told instead of ten."),
    ),
    *PAGING,
]

ENTITIES = [
    parameter(
        "q",
        {"type": "string", "maxLength": MAX_NAME_KEY_CHARS},
        _("The beginning of a name in any of its spellings, Arabic or Latin, or a name that sounds so."),
    ),
    parameter("type", {"type": "string", "enum": Entity.Kind.values}, _("The kind of name.")),
    *PAGING,
]

QUOTATIONS = [
    parameter("q", {"type": "string", "maxLength": MAX_TYPED_CHARS}, _("Words that were said, in any form.")),
    parameter(
        "speaker",
        {"type": "string", "maxLength": MAX_NAME_KEY_CHARS},
        _("The id of a name, or a name or part of one in any of its spellings."),
    ),
    *PERIOD,
    *PAGING,
]
STORIES = PAGING

SUGGEST = [
    parameter(
        "q",
        {"type": "string", "maxLength": MAX_SUGGEST_CHARS},
        _("What is typed so far: each word in it is taken for the beginning of one, in any spelling."),
    ),
]

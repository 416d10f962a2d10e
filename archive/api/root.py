"""Where the API begins."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from ninja import Router, Schema

router = Router()


class Root(Schema):
    articles: str
    entities: str
    quotations: str
    stories: str
    sections: str
    sources: str
    datasets: str
    suggest: str
    openapi: str
    docs: str


@router.get(
    "",
    response=Root,
    summary=_("The addresses of the API"),
    operation_id="root",
    url_name="root",
)
def root(request: HttpRequest):
    return {
        name: reverse(f"api:{name}")
        for name in (
            "articles",
            "entities",
            "quotations",
            "stories",
            "sections",
            "sources",
            "datasets",
            "suggest",
            "openapi",
            "docs",
        )
    }

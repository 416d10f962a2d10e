"""Sections and sources."""

from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from archive.api.cards import Named, named
from archive.models import Article, Section, Source

router = Router()


class CountedSection(Named):
    name_latin: str
    description: str
    description_latin: str
    url: str = Field(description=_("The path of its page on this site."))
    article_count: int


class SectionList(Schema):
    results: list[CountedSection]


class CountedSource(Named):
    name_latin: str
    description: str
    description_latin: str
    website: str | None
    article_count: int


class SourceList(Schema):
    results: list[CountedSource]


@router.get(
    "/sections",
    response=SectionList,
    summary=_("Sections, in the order of the site"),
    operation_id="sections",
    url_name="sections",
)
def sections(request: HttpRequest):
    counts = _counts_by("section")
    return {
        "results": [
            _counted(section, counts) | {"url": section.get_absolute_url()}
            for section in Section.objects.order_by("position", "name", "pk")
        ]
    }


@router.get(
    "/sources",
    response=SourceList,
    summary=_("Sources: who published the articles"),
    operation_id="sources",
    url_name="sources",
)
def sources(request: HttpRequest):
    counts = _counts_by("source")
    return {
        "results": [
            _counted(source, counts) | {"website": source.url or None}
            for source in Source.objects.order_by("name", "pk")
        ]
    }


def _counted(record: Section | Source, counts: dict[int, int]) -> dict:
    return named(record) | {
        "name_latin": record.name_latin,
        "description": record.description,
        "description_latin": record.description_latin,
        "article_count": counts.get(record.pk, 0),
    }


def _counts_by(field: str) -> dict[int, int]:
    """How many published articles each section, or source, has."""
    rows = Article.objects.published().order_by().values_list(field)
    return dict(rows.annotate(number=Count("pk")))

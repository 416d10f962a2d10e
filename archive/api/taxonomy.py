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
            named(section)
            | {
                "name_latin": section.name_latin,
                "description": section.description,
                "description_latin": section.description_latin,
                "url": section.get_absolute_url(),
                "article_count": counts.get(section.pk, 0),
            }
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
            named(source)
            | {
                "name_latin": source.name_latin,
                "description": source.description,
                "description_latin": source.description_latin,
                "website": source.url or None,
                "article_count": counts.get(source.pk, 0),
            }
            for source in Source.objects.order_by("name", "pk")
        ]
    }


def _counts_by(field: str) -> dict[int, int]:
    """How many published articles each section, or source, has."""
    rows = Article.objects.published().order_by().values_list(field)
    return dict(rows.annotate(number=Count("pk")))

"""How the results of a search divide by section, source, entity and year."""

from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import ExtractYear

from archive.models import ArticleQuerySet, Entity, Mention, Section, Source

MAX_VALUES = 10


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: the SLUG that selects it in the address, the NAME shown, and how many results have it."""

    slug: str
    name: str
    count: int


@dataclass(frozen=True)
class Facets:
    section: list[FacetValue]
    source: list[FacetValue]
    entity: list[FacetValue]
    year: list[FacetValue]


def count_facets(articles: ArticleQuerySet) -> Facets:
    """Return the facets of ARTICLES in four queries: the commonest values first, years in order."""
    articles = articles.order_by()
    return Facets(
        section=_by_key(articles, "section", Section),
        source=_by_key(articles, "source", Source),
        entity=_entities(articles),
        year=_years(articles),
    )


def _by_key(articles: ArticleQuerySet, field: str, model: type[Section | Source]) -> list[FacetValue]:
    counts = (
        articles.exclude(**{field: None})
        .values_list(field)
        .annotate(n=Count("pk"))
        .order_by("-n", field)[:MAX_VALUES]
    )
    counts = dict(counts)
    things = model.objects.in_bulk(counts)
    return [FacetValue(things[key].slug, things[key].label, n) for key, n in counts.items()]


def _entities(articles: ArticleQuerySet) -> list[FacetValue]:
    counts = dict(
        Mention.objects.filter(article__in=articles.values("pk"))
        .exclude(confirmed=False)
        .order_by()
        .values_list("entity")
        .annotate(n=Count("article", distinct=True))
        .order_by("-n", "entity")[:MAX_VALUES]
    )
    things = Entity.objects.in_bulk(counts)
    return [FacetValue(str(key), things[key].label, n) for key, n in counts.items()]


def _years(articles: ArticleQuerySet) -> list[FacetValue]:
    counts = (
        articles.exclude(published_at=None)
        .annotate(year=ExtractYear("published_at"))
        .values_list("year")
        .annotate(n=Count("pk"))
        .order_by("year")
    )
    return [FacetValue(str(year), str(year), n) for year, n in counts]

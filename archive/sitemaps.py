"""The sitemap, an index at /sitemap.xml of parts of at most ADDRESSES_PER_PART addresses; and the news sitemap.

What has a number stands in the part of its number, so that a part stays what it was while others come; neither it nor
its place in the index takes reading the parts before it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.contrib.sitemaps.views import SitemapIndexItem, x_robots_tag
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import DateTimeField, F, Max, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from archive.caching.chrome import chrome_of
from archive.guards import read_only
from archive.models import (
    TO_THE_DAY,
    Article,
    ArticleQuerySet,
    Dataset,
    DatasetQuerySet,
    Entity,
    Section,
    Story,
    last_change,
    visible_authors,
    with_known_dates,
)
from archive.text.dates import iso_date
from archive.text.xml import xml_text

# A fifth of what is allowed: a part is made in a fraction of a second.
ADDRESSES_PER_PART = 10_000
PAGES = (
    "front",
    "archive-index",
    "entity-index",
    "quotation-index",
    "story-index",
    "statistics-index",
    "about",
)
MAX_NEWS = 1000
"""As much news as Google takes."""

XML_TYPE = "application/xml"

Part = tuple[int, datetime | None]
"""The number of a part, and when it last changed, where that is known."""


class PageSitemap(Sitemap):
    limit = ADDRESSES_PER_PART

    def items(self) -> list[str]:
        return list(PAGES)

    def location(self, item: str) -> str:
        return reverse(f"archive:{item}")

    def parts(self) -> list[Part]:
        return [(1, None)]


# --- What has a number ---


class NumberRanges(Paginator):
    """Rows by their numbers: a page holds those of one range."""

    def page(self, number: int | str) -> Page:
        try:
            number = int(number)
        except ValueError:
            raise PageNotAnInteger(number) from None
        first = (number - 1) * self.per_page
        rows = list(self.object_list.filter(pk__gt=first, pk__lte=first + self.per_page))
        if number < 1 or not rows:
            raise EmptyPage(number)
        return Page(rows, number, self)

    def numbered(self, place: int) -> QuerySet:
        """The rows as (PLACE, number of their part), for questions about all of them."""
        part = (F("pk") - 1) / self.per_page + 1
        rows = self.object_list.order_by().annotate(sitemap_place=Value(place), sitemap_part=part)
        return rows.values_list("sitemap_place", "sitemap_part")


class NumberedSitemap(Sitemap):
    """Things with a number, and perhaps `changed_at`."""

    limit = ADDRESSES_PER_PART

    @property
    def paginator(self) -> NumberRanges:
        return NumberRanges(self.items(), self.limit)

    def lastmod(self, thing: Model) -> datetime | None:
        return thing.changed_at

    def parts(self, place: int) -> QuerySet:
        """The parts that hold anything, as (PLACE, number, last change). That would take looking at all of a part."""
        return self.paginator.numbered(place).annotate(last_change=Cast(None, DateTimeField())).distinct()


class ArticleSitemap(NumberedSitemap):
    def items(self) -> ArticleQuerySet:
        return (
            Article.objects.published()
            .for_search_engines()
            .order_by("pk")
            .only("slug", "revised_at", "created_at", "published_at")
        )

    def lastmod(self, article: Article) -> datetime:
        return article.changed_at

    def parts(self, place: int) -> QuerySet:
        return self.paginator.numbered(place).annotate(last_change=Max(last_change()))


class DatasetSitemap(NumberedSitemap):
    def items(self) -> DatasetQuerySet:
        return Dataset.objects.visible().order_by("pk").only("slug", "changed_at")


def _last_change(**articles) -> Subquery:
    """When the last change was made of the published articles that the fields ARTICLES say."""
    found = Article.objects.published().filter(**articles)
    return Subquery(found.annotate(last_change=last_change()).order_by("-last_change").values("last_change")[:1])


class SectionSitemap(NumberedSitemap):
    def items(self) -> QuerySet[Section]:
        return Section.objects.order_by("pk").annotate(changed_at=_last_change(section=OuterRef("pk")))


class EntitySitemap(NumberedSitemap):
    """Names that a published article mentions."""

    def items(self) -> QuerySet[Entity]:
        meant = Q(mentions__confirmed=True) | Q(mentions__confirmed=None)
        shown = Entity.objects.filter(meant, mentions__article__in=Article.objects.published())
        return shown.order_by("pk").only("slug").annotate(changed_at=Max(last_change("mentions__article__")))


class AuthorSitemap(NumberedSitemap):
    def items(self) -> QuerySet:
        return visible_authors().order_by("pk").annotate(changed_at=_last_change(authors=OuterRef("pk")))


class StorySitemap(NumberedSitemap):
    def items(self) -> QuerySet[Story]:
        changed_at = _last_change(story_places__story=OuterRef("pk"), story_places__taken_out=False)
        return Story.objects.visible().order_by("pk").only("slug").annotate(changed_at=changed_at)


# --- Periods ---


class Period(NamedTuple):
    """What is of one year, month or day: the PATH of its page, and when the last of its articles was CHANGED_AT."""

    path: str
    changed_at: datetime


class PeriodSitemap(Sitemap):
    """The years and what is in them, of which each has a page by one of NAMES, the longest time first."""

    limit = ADDRESSES_PER_PART
    names: tuple[str, ...]
    fields: tuple[str, ...]
    """Of an article with its known dates: what the addresses take, a year first of all that not all of them take."""

    @cached_property
    def _periods(self) -> list[Period]:
        articles = with_known_dates(Article.objects.published()).order_by(*self.fields).values_list(*self.fields)
        always = len(self.fields) - len(self.names)
        changes = _by_period(articles.annotate(changed_at=Max(last_change())), fewest=always + 1)
        return [
            Period(reverse(f"archive:{self.names[len(period) - always - 1]}", args=period), changed_at)
            for period, changed_at in changes.items()
        ]

    def items(self) -> list[Period]:
        return self._periods

    def location(self, period: Period) -> str:
        return period.path

    def lastmod(self, period: Period) -> datetime:
        return period.changed_at

    def parts(self) -> Iterator[Part]:
        for first in range(0, len(self._periods), self.limit):
            periods = self._periods[first : first + self.limit]
            yield first // self.limit + 1, max(period.changed_at for period in periods)


class CalendarSitemap(PeriodSitemap):
    names = ("archive-year", "archive-month", "archive-day")
    fields = ("year", "month", "day")


class SectionPeriodSitemap(PeriodSitemap):
    names = ("section-year", "section-month")
    fields = ("section__slug", "year", "month")


def _by_period(rows: Iterable[tuple], *, fewest: int) -> dict[tuple, datetime]:
    """When what is of each period last changed, by ROWS of (…, year, month, day, change), unknown parts being None.

    A day counts for its month and its year too, down to periods of FEWEST parts.
    """
    found: dict[tuple, datetime] = {}
    for *parts, changed_at in rows:
        known = tuple(takewhile(lambda part: part is not None, parts))
        for length in range(fewest, len(known) + 1):
            period = known[:length]
            found[period] = max(changed_at, found.get(period, changed_at))
    return found


# --- Views ---

SITEMAPS = {
    "pages": PageSitemap,
    "sections": SectionSitemap,
    "section-periods": SectionPeriodSitemap,
    "calendar": CalendarSitemap,
    "articles": ArticleSitemap,
    "entities": EntitySitemap,
    "authors": AuthorSitemap,
    "stories": StorySitemap,
    "statistics": DatasetSitemap,
}


@read_only
@x_robots_tag
def sitemap_index(request: HttpRequest) -> HttpResponse:
    parts = [SitemapIndexItem(_part_url(request, name, number), changed_at) for name, number, changed_at in _parts()]
    return render(request, "sitemap_index.xml", {"sitemaps": parts}, content_type=XML_TYPE)


def _parts() -> Iterator[tuple[str, int, datetime | None]]:
    """Yield the parts of all sitemaps by name and number, with their last changes; what has a number in one query."""
    sitemaps = {name: sitemap() for name, sitemap in SITEMAPS.items()}
    numbered = {name: sitemap for name, sitemap in sitemaps.items() if isinstance(sitemap, NumberedSitemap)}
    first, *others = (sitemap.parts(place) for place, sitemap in enumerate(numbered.values()))
    found: dict[str, list[Part]] = {name: [] for name in numbered}
    for place, number, changed_at in first.union(*others, all=True).order_by("sitemap_place", "sitemap_part"):
        found[list(numbered)[place]].append((number, changed_at))
    for name, sitemap in sitemaps.items():
        for number, changed_at in found[name] if name in numbered else sitemap.parts():
            yield name, number, changed_at


def _part_url(request: HttpRequest, name: str, number: int) -> str:
    url = request.build_absolute_uri(reverse("archive:sitemap-part", args=[name]))
    return url if number == 1 else f"{url}?p={number}"


@read_only
def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    return sitemap_views.sitemap(request, SITEMAPS, section)


@read_only
@x_robots_tag
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """The articles of the last two days, of those whose date is known to the day, as Google News reads them."""
    site = chrome_of(request).site
    news = Article.objects.news().for_search_engines().filter(date_precision__in=TO_THE_DAY)
    newest = news.newest_first().only("title", "slug", "language", "published_at", "date_precision")[:MAX_NEWS]
    context = {"publication": xml_text(site.name), "news": [_news_item(request, article) for article in newest]}
    return render(request, "archive/news_sitemap.xml", context, content_type=XML_TYPE)


def _news_item(request: HttpRequest, article: Article) -> dict:
    return {
        "url": request.build_absolute_uri(article.get_absolute_url()),
        "title": xml_text(article.title),
        "language": article.language.partition("-")[0],
        "published": iso_date(timezone.localtime(article.published_at), article.date_precision),
    }

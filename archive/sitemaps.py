"""The sitemap, an index at /sitemap.xml of parts of at most ADDRESSES_PER_PART addresses; and the news sitemap."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.contrib.sitemaps.views import SitemapIndexItem, x_robots_tag
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import Exists, F, Max, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from archive.caching.chrome import chrome_of
from archive.guards import read_only
from archive.models import (
    Article,
    ArticleQuerySet,
    Author,
    Entity,
    EntityQuerySet,
    Mention,
    Section,
    Story,
    StoryQuerySet,
    visible_authors,
)
from archive.text.dates import iso_date
from archive.text.xml import xml_text

# A fifth of what is allowed: a part is made in a fraction of a second.
ADDRESSES_PER_PART = 10_000
PAGES = ("front", "archive-index", "entity-index", "quotation-index", "story-index", "about")
MAX_NEWS = 1000
"""As much news as Google takes."""

XML_TYPE = "application/xml"


class PageSitemap(Sitemap):
    def items(self) -> list[str]:
        return list(PAGES)

    def location(self, item: str) -> str:
        return reverse(f"archive:{item}")


class SectionSitemap(Sitemap):
    limit = ADDRESSES_PER_PART

    def items(self):
        return Section.objects.order_by("pk")


class NumberRanges(Paginator):
    """Articles by their numbers: a part holds those of one range, so that it stays what it was while others come.

    Neither the part nor the time of its last change takes reading the parts before it.
    """

    def page(self, number: int | str) -> Page:
        try:
            number = int(number)
        except ValueError:
            raise PageNotAnInteger(number) from None
        first = (number - 1) * self.per_page
        articles = self.object_list.filter(pk__gt=first, pk__lte=first + self.per_page)
        if number < 1 or not articles.exists():
            raise EmptyPage(number)
        return Page(articles, number, self)

    def parts(self) -> Iterator[tuple[int, datetime]]:
        """Yield the number of each part that has articles, and when it last changed."""
        numbered = self.object_list.annotate(part=(F("pk") - 1) / self.per_page + 1).order_by("part")
        yield from numbered.values_list("part").annotate(changed_at=Max("updated_at"))


class ArticleSitemap(Sitemap):
    limit = ADDRESSES_PER_PART

    def items(self) -> ArticleQuerySet:
        return Article.objects.published().for_search_engines().order_by("pk").only("slug", "updated_at")

    @property
    def paginator(self) -> NumberRanges:
        return NumberRanges(self.items(), self.limit)

    def lastmod(self, article: Article) -> datetime:
        return article.updated_at


class EntitySitemap(Sitemap):
    """Names that a published article mentions."""

    limit = ADDRESSES_PER_PART

    def items(self) -> EntityQuerySet:
        mentions = Mention.objects.filter(entity=OuterRef("pk"), article__in=Article.objects.published())
        return Entity.objects.filter(Exists(mentions.exclude(confirmed=False))).order_by("pk").only("slug")


class AuthorSitemap(Sitemap):
    limit = ADDRESSES_PER_PART

    def items(self):
        return visible_authors().order_by("pk")

    def location(self, author: Author) -> str:
        return author.get_absolute_url()


class StorySitemap(Sitemap):
    limit = ADDRESSES_PER_PART

    def items(self) -> StoryQuerySet:
        return Story.objects.visible().order_by("pk").only("slug")


SITEMAPS = {
    "pages": PageSitemap,
    "sections": SectionSitemap,
    "articles": ArticleSitemap,
    "entities": EntitySitemap,
    "authors": AuthorSitemap,
    "stories": StorySitemap,
}


@read_only
@x_robots_tag
def sitemap_index(request: HttpRequest) -> HttpResponse:
    parts = [
        SitemapIndexItem(_part_url(request, name, number), changed_at)
        for name, sitemap in SITEMAPS.items()
        for number, changed_at in _parts(sitemap())
    ]
    return render(request, "sitemap_index.xml", {"sitemaps": parts}, content_type=XML_TYPE)


def _parts(sitemap: Sitemap) -> Iterator[tuple[int, datetime | None]]:
    """Yield the numbers of the parts of SITEMAP, with when each last changed, where that is known."""
    if isinstance(sitemap, ArticleSitemap):
        yield from sitemap.paginator.parts()
    else:
        for number in sitemap.paginator.page_range:
            yield number, None


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
    dated = (Article.Precision.MINUTE, Article.Precision.DAY)
    news = Article.objects.news().for_search_engines().filter(date_precision__in=dated)
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

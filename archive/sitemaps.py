"""The sitemap: an index at /sitemap.xml of parts with at most ADDRESSES_PER_PART addresses each."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.db.models import Exists, Max, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from archive.guards import read_only
from archive.models import Article, ArticleQuerySet, Entity, EntityQuerySet, Mention, Section, Story, StoryQuerySet

ADDRESSES_PER_PART = 10_000
PAGES = ("front", "archive-index", "entity-index", "quotation-index", "story-index", "about")


class PageSitemap(Sitemap):
    def items(self) -> list[str]:
        return list(PAGES)

    def location(self, item: str) -> str:
        return reverse(f"archive:{item}")


class SectionSitemap(Sitemap):
    limit = ADDRESSES_PER_PART

    def items(self):
        return Section.objects.order_by("pk")


class ArticleSitemap(Sitemap):
    limit = ADDRESSES_PER_PART

    def items(self) -> ArticleQuerySet:
        # By number, so that an article stays in the part where it was found.
        return Article.objects.published().order_by("pk").only("slug", "updated_at")

    def lastmod(self, article: Article) -> datetime:
        return article.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        # Django's own would read every article for it.
        return Article.objects.published().aggregate(latest=Max("updated_at"))["latest"]


class EntitySitemap(Sitemap):
    """Names that a published article mentions."""

    limit = ADDRESSES_PER_PART

    def items(self) -> EntityQuerySet:
        mentions = Mention.objects.filter(entity=OuterRef("pk"), article__in=Article.objects.published())
        return Entity.objects.filter(Exists(mentions.exclude(confirmed=False))).order_by("pk").only("slug")


class StorySitemap(Sitemap):
    limit = ADDRESSES_PER_PART

    def items(self) -> StoryQuerySet:
        return Story.objects.visible().order_by("pk").only("slug")


SITEMAPS = {
    "pages": PageSitemap,
    "sections": SectionSitemap,
    "articles": ArticleSitemap,
    "entities": EntitySitemap,
    "stories": StorySitemap,
}


@read_only
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return sitemap_views.index(request, SITEMAPS, sitemap_url_name="archive:sitemap-part")


@read_only
def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    return sitemap_views.sitemap(request, SITEMAPS, section)

"""Every public address on one screen."""

from django.urls import path, register_converter

from archive import converters, exports, feeds, sitemaps
from archive.views import (
    articles,
    calendar,
    citations,
    compare,
    entities,
    machines,
    quotations,
    reads,
    search,
    sections,
    site,
    stories,
    styleguide,
)

register_converter(converters.ArabicSlugConverter, "words")
register_converter(converters.YearConverter, "year")
register_converter(converters.TwoDigitConverter, "two")

app_name = "archive"
urlpatterns = [
    path("", articles.front, name="front"),
    path("article/<int:pk>/", articles.article_detail, name="article-by-id"),
    path("article/<int:pk>/cite.<slug:file_type>", citations.article_citation, name="article-citation"),
    path("article/<int:pk>/read", reads.article_read, name="article-read"),
    path("article/<int:pk>/preview/", articles.article_preview, name="article-preview"),
    path("article/<int:pk>/<words:slug>/", articles.article_detail, name="article-detail"),
    path("section/<words:slug>/", sections.section_detail, name="section-detail"),
    path("section/<words:slug>/<year:year>/", sections.section_detail, name="section-year"),
    path("section/<words:slug>/<year:year>/<two:month>/", sections.section_detail, name="section-month"),
    path("archive/", calendar.archive_index, name="archive-index"),
    path("archive/undated/", calendar.archive_undated, name="archive-undated"),
    path("archive/<year:year>/", calendar.archive_year, name="archive-year"),
    path("archive/<year:year>/<two:month>/", calendar.archive_month, name="archive-month"),
    path("archive/<year:year>/<two:month>/<two:day>/", calendar.archive_day, name="archive-day"),
    path("search/", search.search, name="search"),
    path("entity/", entities.entity_index, name="entity-index"),
    path("entity/compare/", compare.compare, name="entity-compare"),
    path("entity/compare/export.csv", compare.compare_csv, name="entity-compare-csv"),
    path("entity/<int:pk>/articles.csv", exports.entity_csv, name="entity-csv"),
    path("entity/<int:pk>/", entities.entity_detail, name="entity-by-id"),
    path("entity/<int:pk>/<words:slug>/", entities.entity_detail, name="entity-detail"),
    path("story/", stories.story_index, name="story-index"),
    path("story/<int:pk>/", stories.story_detail, name="story-by-id"),
    path("story/<int:pk>/<words:slug>/", stories.story_detail, name="story-detail"),
    path("quotations/", quotations.quotation_index, name="quotation-index"),
    path("quotations/feed/", feeds.quotations_rss, name="feed-quotations"),
    path("feeds/latest.rss", feeds.latest_rss, name="feed-rss"),
    path("feeds/latest.atom", feeds.latest_atom, name="feed-atom"),
    path("feeds/section/<words:slug>.rss", feeds.section_rss, name="section-feed"),
    path("feeds/entity/<int:pk>.rss", feeds.entity_rss, name="entity-rss"),
    path("feeds/entity/<int:pk>.atom", feeds.entity_atom, name="entity-atom"),
    path("feeds/entity/<int:pk>.json", feeds.entity_json, name="entity-json"),
    path("feeds/story/<int:pk>.rss", feeds.story_rss, name="story-feed"),
    path("search/feed/", feeds.search_rss, name="feed-search"),
    path("search/export.csv", exports.search_csv, name="search-csv"),
    path("search/export.json", exports.search_json, name="search-json"),
    path("search/export.bib", exports.search_bib, name="search-bib"),
    path("search/export.ris", exports.search_ris, name="search-ris"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap_part, name="sitemap-part"),
    path("robots.txt", machines.robots, name="robots"),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path("opensearch/suggestions.json", machines.opensearch_suggestions, name="opensearch-suggestions"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("about/", site.about, name="about"),
    path("styleguide/", styleguide.style_guide, name="styleguide"),
    path("theme/", site.theme, name="theme"),
    path("banner/dismiss/", site.banner_dismiss, name="banner-dismiss"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
]

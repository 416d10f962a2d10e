"""What the page of an address is made of: the kinds of things, and the keys by which shared caches know it."""

import re
from collections.abc import Iterable

from django.urls import ResolverMatch

from archive.caching.generations import Kind
from archive.models import Section

_LISTED = Kind.CHROME, Kind.ARTICLES
"""Of pages that name nobody: they stay when only names change."""

_NAMING = *_LISTED, Kind.NAMES
_FOUND = *_NAMING, Kind.SEARCH
"""Of pages that show what a search finds."""

_FIGURES = Kind.CHROME, Kind.STATISTICS
_ALL_KINDS = *_FOUND, Kind.STATISTICS

MADE_OF: dict[tuple[Kind, ...], tuple[str, ...]] = {
    (Kind.CHROME,): (
        *("manifest", "offline", "opensearch", "robots", "saved", "security"),
        *("newsletter-sent", "whatsapp-sent"),
    ),
    _LISTED: (
        *("front", "section-detail", "section-year", "section-month", "author-by-id", "author-detail"),
        *("archive-index", "archive-year", "archive-undated", "news-sitemap"),
        *("article-citation", "article-versions"),
        *("feed-rss", "feed-atom", "feed-json", "section-feed", "section-atom", "section-json"),
        *("author-rss", "author-atom", "author-json"),
    ),
    _NAMING: (
        *("article-by-id", "article-detail", "archive-month", "archive-day", "about"),
        *("entity-index", "entity-by-id", "entity-detail", "entity-csv"),
        *("story-index", "story-by-id", "story-detail", "quotation-index", "feed-quotations"),
        *("entity-rss", "entity-atom", "entity-json", "story-feed", "story-atom", "story-json"),
        *("newsletter", "whatsapp", "push"),
    ),
    _FOUND: (
        *("search", "search-csv", "search-json", "search-bib", "search-ris"),
        *("feed-search", "feed-search-atom", "feed-search-json", "entity-compare", "entity-compare-csv"),
    ),
    _FIGURES: ("statistics-index", "statistics-embed", "statistics-csv", "statistics-json"),
    # Beside the figures stand articles that a search finds.
    _ALL_KINDS: ("statistics-detail", "sitemap", "sitemap-part", "oembed"),
}
"""What pages without parameters are made of, by the names of their addresses."""

NEVER_KEPT = (
    *("article-preview", "front-preview", "banner-preview", "article-read", "banner-dismiss"),
    "policy-report",
    *("article-card", "site-card", "opensearch-suggestions", "statistics-live", "statistics-readings"),
    *("service-worker", "favicon", "healthz", "readyz", "metrics", "settings", "styleguide"),
    *("newsletter-link", "newsletter-bounces", "newsletter-confirm", "newsletter-manage", "newsletter-export"),
    *("newsletter-leave", "newsletter-one-click", "newsletter-address"),
    *("whatsapp-webhook", "push-subscribe", "push-leave"),
)
"""Addresses whose answers are not kept: they say themselves how they may be, or lead elsewhere."""

_KINDS = {f"archive:{name}": kinds for kinds, names in MADE_OF.items() for name in names}

_NUMBERED = re.compile(rb"/(article|entity|story)/([0-9]{1,18})/")

ALL = "all"
MAX_KEYS_CHARS = 6000
"""A header of so many characters every cache takes; a page with more in it is stale with any change."""


def kinds_of(match: ResolverMatch, *, has_query: bool) -> tuple[Kind, ...]:
    """Return the kinds of things of which the page of MATCH is made."""
    name = match.view_name
    if name.startswith("api:"):
        return _FIGURES if name.startswith("api:dataset") else _FOUND
    kinds = _KINDS.get(name, _ALL_KINDS)
    # Parameters of figures ask for other figures; others may hold words to search for.
    return kinds if Kind.STATISTICS in kinds or not has_query else _FOUND


def surrogate_keys(match: ResolverMatch, body: bytes, kinds: tuple[str, ...], sections: Iterable[Section]) -> str:
    """Return the keys of the page of MATCH, for a header: what it shows by number, and what more it may come to show.

    Whatever a page shows it leads to, so its own links tell what it shows. SECTIONS are all there are.
    """
    shown = {f"{kind.decode()}-{number.decode()}" for kind, number in _NUMBERED.findall(body)}
    keys = " ".join(dict.fromkeys([ALL, *_listed(match, kinds, sections), *sorted(shown)]))
    return keys if len(keys) <= MAX_KEYS_CHARS else " ".join([ALL, *kinds])


def _listed(match: ResolverMatch, kinds: tuple[str, ...], sections: Iterable[Section]) -> list[str]:
    """Of what the page of MATCH shows whatever is new."""
    match match.view_name:
        case "archive:article-detail":
            # By its date alone another could come to stand there: that waits for as long as the page is kept.
            return [Kind.CHROME, f"article-{match.kwargs['pk']}"]
        case "archive:section-detail":
            numbers = [section.pk for section in sections if section.slug == match.kwargs["slug"]]
            return [Kind.CHROME, *(f"section-{number}" for number in numbers)]
        case "archive:front":
            return ["front", *kinds]
    return list(kinds)

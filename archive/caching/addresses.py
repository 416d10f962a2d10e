"""What the page of an address is made of: the kinds of things, and the keys by which shared caches know it."""

import re
from collections.abc import Iterable

from django.urls import ResolverMatch

from archive.caching.generations import Kind
from archive.models import Section

SEARCHED = (
    "archive:search",
    "archive:feed-search",
    "archive:opensearch-suggestions",
    "archive:entity-compare",
    "api:",
)
LISTS = (
    "archive:front",
    "archive:section-detail",
    "archive:archive-index",
    "archive:archive-year",
    "archive:archive-undated",
    "archive:feed-rss",
    "archive:feed-atom",
    "archive:section-feed",
)
"""Pages that name nobody: they stay when only names change."""

OF_EVERYTHING = ("archive:sitemap", "archive:sitemap-part", "archive:oembed")

_NUMBERED = re.compile(rb"/(article|entity|story)/([0-9]{1,18})/")

ALL = "all"
MAX_KEYS_CHARS = 6000
"""A header of so many characters every cache takes; a page with more in it is stale with any change."""


def kinds_of(match: ResolverMatch, *, has_query: bool) -> tuple[str, ...]:
    """Return the kinds of things of which the page of MATCH is made."""
    name = match.view_name
    if name in OF_EVERYTHING:
        return tuple(Kind)
    if name.startswith(("archive:statistics", "api:dataset")):
        return Kind.CHROME, Kind.ARTICLES, Kind.STATISTICS
    if has_query or name.startswith(SEARCHED):
        return Kind.CHROME, Kind.ARTICLES, Kind.NAMES, Kind.SEARCH
    if name in LISTS:
        return Kind.CHROME, Kind.ARTICLES
    return Kind.CHROME, Kind.ARTICLES, Kind.NAMES


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

"""The addresses of feeds: each thing that is followed has three, in RSS, Atom and JSON."""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse

RSS_TYPE, ATOM_TYPE, JSON_TYPE = "application/rss+xml", "application/atom+xml", "application/feed+json"
MEDIA_TYPES = (RSS_TYPE, ATOM_TYPE, JSON_TYPE)
NAMES = {
    "latest": ("feed-rss", "feed-atom", "feed-json"),
    "section": ("section-feed", "section-atom", "section-json"),
    "entity": ("entity-rss", "entity-atom", "entity-json"),
    "author": ("author-rss", "author-atom", "author-json"),
    "search": ("feed-search", "feed-search-atom", "feed-search-json"),
    "story": ("story-feed", "story-atom", "story-json"),
}


class FeedAddress(NamedTuple):
    media_type: str
    path: str


def feed_addresses(kind: str, *args: object) -> Iterator[FeedAddress]:
    """Yield the feeds of a KIND in NAMES, of the thing that ARGS name in an address."""
    for media_type, name in zip(MEDIA_TYPES, NAMES[kind], strict=True):
        yield FeedAddress(media_type, reverse(f"archive:{name}", args=args))

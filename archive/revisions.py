"""What readers saw of an article before it was changed: its texts, from the history that the database keeps.

Only what happened under their eyes is told: a draft's work is nobody's, and an article that went out of sight begins
anew when it comes back, so that what editors withdrew stays withdrawn.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from archive.models import Article
from archive.text.differences import ChangedParagraph, changed_paragraphs
from archive.text.html import plain_text

TEXTS = ("kicker", "title", "summary", "place", "body")
"""What readers read of an article, in the order of its page."""

STATE = ("status", "published_at")
MAX_REVISIONS = 20
MAX_EVENTS = 100
"""How far back the history is read, so that an article changed a thousand times costs no more than another."""


class ChangedText(NamedTuple):
    """One of TEXTS, in those of its paragraphs that changed."""

    field: str
    paragraphs: list[ChangedParagraph]


class Revision(NamedTuple):
    """A change of an article that its readers could see: when, and of which texts."""

    at: datetime
    texts: list[ChangedText]


def revisions(article: Article) -> list[Revision]:
    """Return the last changes of ARTICLE's texts since it last came into sight, the latest first, in one query."""
    return list(islice(_revisions(article), MAX_REVISIONS))


def was_seen(row: Mapping, at: datetime) -> bool:
    """Whether readers saw an article whose `status` and `published_at` were those of ROW, at the time AT."""
    return Article.is_seen(row["status"], row["published_at"], at=at)


def _revisions(article: Article) -> Iterator[Revision]:
    events = article.events.filter(pgh_label="update").order_by("-pgh_id")
    newer = {field: getattr(article, field) for field in (*TEXTS, *STATE)}
    # Each event is the row as it was before a change: with what follows it, it tells the change.
    for older in events.values("pgh_created_at", *TEXTS, *STATE)[:MAX_EVENTS]:
        at = older["pgh_created_at"]
        if not (was_seen(older, at) and was_seen(newer, at)):
            return
        if texts := list(_changed_texts(older, newer)):
            yield Revision(at, texts)
        newer = older


def _changed_texts(older: Mapping, newer: Mapping) -> Iterator[ChangedText]:
    for field in TEXTS:
        before, after = older[field], newer[field]
        if before == after:
            continue
        if field == "body":
            before, after = plain_text(before), plain_text(after)
        if paragraphs := changed_paragraphs(before, after):
            yield ChangedText(field, paragraphs)

"""When a published article was changed, and what: from the history that the database keeps.

Only names of fields and times are told, never what was written before; what happened while an article could not be
seen is one change with its return.
"""

import hashlib
from datetime import datetime
from typing import NamedTuple

from django.db.models import F
from django.db.models.functions import MD5

from archive.models import Article
from archive.revisions import was_seen

MAX_EVENTS = 200
"""How far back the history is read, so that an article changed a thousand times costs no more than another."""

COMPARED = ("title", "kicker", "summary", "section_id", "source_id", "place", "published_at", "date_precision")


class Version(NamedTuple):
    """A change of a published article: when, and the public FIELDS that it touched."""

    at: datetime
    fields: list[str]


def article_versions(article: Article) -> list[Version]:
    """Return the changes of ARTICLE since it was published, the latest first, in one query."""
    events = (
        article.events.filter(pgh_label="update")
        .order_by("-pgh_id")
        .values("status", "pgh_created_at", *COMPARED, body_digest=MD5(F("body")))[:MAX_EVENTS]
    )
    newer = {field: getattr(article, field) for field in COMPARED}
    newer["body_digest"] = hashlib.md5(article.body.encode(), usedforsecurity=False).hexdigest()
    newer_since: datetime | None = None
    versions = []
    for event in events:
        newer_since = newer_since or event["pgh_created_at"]
        if not was_seen(event, event["pgh_created_at"]):
            continue
        fields = [_public_name(field) for field in (*COMPARED, "body_digest") if event[field] != newer[field]]
        if fields:
            versions.append(Version(newer_since, fields))
        newer, newer_since = event, None
    return versions


def _public_name(field: str) -> str:
    return field.removesuffix("_id").removesuffix("_digest")

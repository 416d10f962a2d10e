"""What a row was before each change, who changed it and when, as the database's triggers kept it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import models
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from archive.text.dates import format_date

MOST_VERSIONS = 20

WAYS = {
    "archive_article_change": gettext_lazy("in the form"),
    "archive_article_state": gettext_lazy("on its way"),
    "archive_article_restore": gettext_lazy("an earlier version brought back"),
    "archive_article_bulk": gettext_lazy("with many others"),
    "archive_bulkchange_undo": gettext_lazy("a change of many undone"),
}
"""What the addresses of the admin say of how a change was made."""


class RowVersion(NamedTuple):
    """The VALUES that a row had until WHEN, in words, and the USER who changed them then; empty for no account."""

    when: str
    user: str
    values: dict[str, Any]


def row_versions(row: models.Model, names: Sequence[str]) -> Iterator[RowVersion]:
    """Yield the last MOST_VERSIONS versions of ROW, whose model has history, the latest first: its fields NAMES."""
    events = row.events.filter(pgh_label="update").select_related("pgh_context").order_by("-pgh_id")
    events = list(events[:MOST_VERSIONS])
    users = user_names(events)
    for event in events:
        values = {name: getattr(event, name) for name in names}
        yield RowVersion(shown_moment(event.pgh_created_at), users.get(user_id(event), ""), values)


def shown_moment(value: datetime, precision: str = "minute") -> str:
    return format_date(timezone.localtime(value), get_language(), precision=precision)


def user_id(event: models.Model) -> int | None:
    """The number of the account that made the change of EVENT."""
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def note_of(event: models.Model) -> str:
    """What was noted with the change of EVENT."""
    return event.pgh_context.metadata.get("note", "") if event.pgh_context else ""


def way_of(event: models.Model) -> str:
    """How the change of EVENT was made, as far as the address to which it was sent tells."""
    if event.pgh_context is None:
        return _("by an import or a command")
    metadata = event.pgh_context.metadata
    name = metadata["url_name"] if "url_name" in metadata else _name_of(metadata.get("url", ""))
    return str(WAYS.get(name, ""))


def _name_of(path: str) -> str | None:
    """The name of the address PATH, which was all that was kept once; it leads nowhere if the admin has moved."""
    try:
        return resolve(path).url_name
    except Resolver404:
        return None


def user_names(events: Sequence[models.Model]) -> dict[int, str]:
    """The names of the accounts that made the changes of EVENTS."""
    users = get_user_model().objects.filter(pk__in={user_id(event) for event in events} - {None})
    return {user.pk: user.get_full_name() or user.get_username() for user in users}

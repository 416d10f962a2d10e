"""History kept by the database: what a row was before each update and delete, whoever wrote it."""

import pghistory
from django.db import models


def track_history(*, exclude: tuple[str, ...] = (), beside: dict[str, models.Field] | None = None):
    """Class decorator: keep the old row in an event table, by triggers; EXCLUDE names derived columns.

    BESIDE are columns that the event table has for itself, and that triggers of its own fill.
    """
    return pghistory.track(
        pghistory.UpdateEvent("update", row=pghistory.Old),
        pghistory.DeleteEvent("delete"),
        exclude=list(exclude),
        attrs=beside,
    )

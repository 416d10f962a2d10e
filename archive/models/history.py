"""History kept by the database: what a row was before each update and delete, whoever wrote it."""

import pghistory


def track_history(*, exclude: tuple[str, ...] = ()):
    """Class decorator: keep the old row in an event table, by triggers; EXCLUDE names derived columns."""
    return pghistory.track(
        pghistory.UpdateEvent("update", row=pghistory.Old),
        pghistory.DeleteEvent("delete"),
        exclude=list(exclude),
    )

"""How fast an import is, and how long it still takes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from archive.models import ImportRun
from archive.text.dates import format_number

MIN_SECONDS = 1.0
"""Before so long nothing is known of the time left."""

BEGUN = "begun"
"""Where a run remembers when and from where it was last taken up: what it did before is no measure of its pace."""


@dataclass(frozen=True, slots=True)
class Pace:
    """RECORDS and BYTES were read in SECONDS; of BYTES_LEFT nobody knows where it is None."""

    records: int
    bytes_read: int
    bytes_left: int | None
    seconds: float

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        if self.bytes_left is None or not self.bytes_read or self.seconds < MIN_SECONDS:
            return None
        return self.bytes_left * self.seconds / self.bytes_read

    @property
    def time_left(self) -> str:
        """The time left in words, roughly; empty where it is not known."""
        return "" if (seconds := self.seconds_left) is None else time_in_words(seconds)


def time_in_words(seconds: float) -> str:
    """SECONDS as people say them, with one unit: “about 3 minutes”."""
    minutes, hours = round(seconds / 60), round(seconds / 3600)
    if seconds < 60:
        return _("less than a minute")
    if minutes < 60:
        text = ngettext("about %(count)s minute", "about %(count)s minutes", minutes)
        return text % {"count": format_number(minutes, get_language())}
    text = ngettext("about %(count)s hour", "about %(count)s hours", hours)
    return text % {"count": format_number(hours, get_language())}


def begin(run: ImportRun) -> None:
    """Remember, in the database, where RUN is as it is taken up now; a trial always begins anew."""
    place = [0, 0] if run.arguments.get("dry_run") else [run.total, run.bytes_done]
    run.memory = run.memory | {BEGUN: [timezone.now().isoformat(), *place]}
    run.save(update_fields=["memory"])


def pace_of(run: ImportRun) -> Pace:
    """The pace of RUN since it was last taken up."""
    left = None if run.bytes_total is None else max(run.bytes_total - run.bytes_done, 0)
    if BEGUN not in run.memory or run.seen_at is None:
        return Pace(0, 0, left, 0.0)
    began, records, bytes_done = run.memory[BEGUN]
    seconds = (run.seen_at - datetime.fromisoformat(began)).total_seconds()
    return Pace(run.total - records, run.bytes_done - bytes_done, left, max(seconds, 0.0))

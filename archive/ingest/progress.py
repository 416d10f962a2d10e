"""How an import goes: how fast it is, how long it still takes, and how much each file brought.

A command follows it with a `Course`, which hears what happens; a page of the admin asks the run (`pace_of`).
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from archive.ingest.report import Entry, ImportReport, Outcome
from archive.models import ImportRun
from archive.text.dates import format_number

MIN_SECONDS = 1.0
"""Before so long nothing is known of the time left."""

JSON_SECONDS = 5.0
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


# --- As a page asks ---


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


# --- As a command hears ---


@dataclass(slots=True)
class FileCourse:
    """What one input brought so far: RECORDS, until SECONDS after it was begun."""

    origin: str
    begun_at: float
    records: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Course:
    """Hears of an import what its listeners hear. Inputs are told when they are begun, records when they are written."""

    clock: Callable[[], float] = time.monotonic
    origin: str = ""
    records: int = 0
    bytes_done: int = 0
    bytes_total: int | None = None
    begun_at: float = field(init=False)
    _bytes_before: int | None = None
    _files: list[FileCourse] = field(default_factory=list)

    def __post_init__(self):
        self.begun_at = self.clock()

    def begin_input(self, origin: str) -> None:
        self.origin = origin
        self._files.append(FileCourse(origin, self.clock()))

    def be_at(self, run: ImportRun) -> None:
        """RUN has come to another place; the first time, to where it is taken up."""
        if self._bytes_before is None:
            self._bytes_before = run.bytes_done
        self.bytes_done, self.bytes_total = run.bytes_done, run.bytes_total

    def hear(self, entry: Entry) -> list[FileCourse]:
        """Count ENTRY; return the inputs before its own, which are through."""
        self.records += 1
        its_own = [n for n, file in enumerate(self._files) if entry.origin.startswith(file.origin)]
        if not its_own:
            return []
        number = max(its_own, key=lambda n: len(self._files[n].origin))
        done, self._files = self._files[:number], self._files[number:]
        self._files[0].records += 1
        self._files[0].seconds = self.clock() - self._files[0].begun_at
        return done

    def end(self) -> list[FileCourse]:
        """Return the inputs that are through when all is."""
        done, self._files = self._files, []
        return done

    @property
    def pace(self) -> Pace:
        before = self._bytes_before or 0
        left = None if self.bytes_total is None else max(self.bytes_total - self.bytes_done, 0)
        return Pace(self.records, self.bytes_done - before, left, self.clock() - self.begun_at)


class JsonLines:
    """Tells FILE how an import goes, one JSON object a line, for programs: each has an `event`.

    `progress` now and then; `file` for each input that is through; `failed` for each record that failed; `end`.
    """

    def __init__(self, file: TextIO, course: Course):
        self._file = file
        self._course = course
        self._told_at = course.clock()

    def __call__(self, entry: Entry) -> None:
        self._tell_files(self._course.hear(entry))
        if entry.outcome is Outcome.FAILED:
            self._tell("failed", **entry.as_json())
        now = self._course.clock()
        if now - self._told_at >= JSON_SECONDS:
            self._told_at = now
            self._tell("progress", **self._progress())

    def end(self, report: ImportReport) -> None:
        self._tell_files(self._course.end())
        self._tell("end", **self._progress(), **report.summary())

    def _progress(self) -> dict:
        course, pace = self._course, self._course.pace
        left = pace.seconds_left
        return {
            "origin": course.origin,
            "records": course.records,
            "rate": round(pace.rate, 1),
            "bytes_done": course.bytes_done,
            "bytes_total": course.bytes_total,
            "seconds_left": None if left is None else round(left),
        }

    def _tell_files(self, files: list[FileCourse]) -> None:
        for file in files:
            self._tell("file", origin=file.origin, records=file.records, seconds=round(file.seconds, 1))

    def _tell(self, event: str, **values) -> None:
        self._file.write(json.dumps({"event": event} | values, ensure_ascii=False) + "\n")
        self._file.flush()


def progress_line(course: Course) -> str:
    """COURSE in one line, for whoever watches."""
    pace, values = course.pace, {"count": course.records, "rate": round(course.pace.rate), "file": course.origin}
    if not pace.time_left:
        return _("%(count)d records, %(rate)d a second: %(file)s") % values
    text = _("%(count)d records, %(rate)d a second, %(time)s left: %(file)s")
    return text % (values | {"time": pace.time_left})

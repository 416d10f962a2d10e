"""A trial whose course can be followed: nothing of it stays in the archive but what would have happened.

The trial is one transaction, undone at its end, into which nobody else can look. What it reports is written meanwhile
by another thread, on a connection of its own.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, transaction

from archive.ingest.importing import ANY_FORMAT, Import, size_of
from archive.ingest.inputs import find_inputs
from archive.ingest.journal import Journal, Place, options_of
from archive.ingest.patience import Patience, StoppedError
from archive.ingest.progress import begin
from archive.ingest.records import Note
from archive.ingest.report import Entry, ImportReport
from archive.models import ImportRun

ENTRIES_AT_ONCE = 100
State = ImportRun.State
Result = TypeVar("Result")


def carry_out_trial(run: ImportRun, patience: Patience) -> None:
    """Carry RUN, a trial, out from its beginning; it ends as finished, stopped (StoppedError) or failed."""
    with ThreadPoolExecutor(1) as thread:

        def aside(step: Callable[[], Result]) -> Result:
            return thread.submit(step).result()

        try:
            _carry_out(run, patience, aside)
        finally:
            aside(lambda: connection.close())  # The one of that thread, not of this.


def _carry_out(run: ImportRun, patience: Patience, aside: Callable) -> None:
    log = _Log(run, aside)
    asked = patience.stopping
    patience.stopping = lambda: asked() or log.journal.run.stop_wanted
    aside(log.begin)
    try:
        report = ImportReport(listeners=[log.hear], on_note=log.tell)
        run_format = run.arguments.get("format") or ANY_FORMAT
        Import(options_of(run), report, run_format, log.begin_input, patience=patience).run(run.paths)
        log.write()
        ending = (State.FINISHED, None)
    except StoppedError:
        log.write()
        ending = (State.STOPPED, None)
        raise
    except BaseException as problem:
        ending = (State.FAILED, Note("import_broke", {"problem": type(problem).__name__}))
        raise
    finally:
        aside(lambda: log.journal.end(*ending))


class _Log:
    """Keeps what RUN reports, through ASIDE, which does a step in the other thread."""

    def __init__(self, run: ImportRun, aside: Callable):
        self.run = run
        self.aside = aside
        self.entries: list[Entry] = []
        self.count = 0
        self.origin = ""
        self.sizes: dict[str, int] = {}
        self.bytes_done = 0

    def begin(self) -> None:
        self.sizes = {item.origin: size_of(item) for item in find_inputs(self.run.paths)}
        # A trial has no place to go on from: what it found out before is forgotten.
        self.run.entries.all().delete()
        counts = dict.fromkeys(("created", "updated", "unchanged", "skipped", "failed"), 0)
        counts |= {"inputs_done": 0, "records_done": 0, "bytes_done": 0}
        ImportRun.objects.filter(pk=self.run.pk).update(**counts, notes=[], memory={})
        self.run.refresh_from_db()
        begin(self.run)
        self.journal = Journal(self.run)
        self.journal.begin(sum(self.sizes.values()))

    def begin_input(self, origin: str) -> None:
        self.bytes_done += self.sizes.get(self.origin, 0)
        self.origin = origin

    def tell(self, note: Note) -> None:
        self.aside(lambda: self.journal.tell(note))

    def hear(self, entry: Entry) -> None:
        self.entries.append(entry)
        if len(self.entries) >= ENTRIES_AT_ONCE:
            self.write()

    def write(self) -> None:
        entries, self.entries = self.entries, []
        if entries:
            self.count += len(entries)
            self.aside(lambda: self._write(entries, Place(0, self.count)))

    @transaction.atomic
    def _write(self, entries: list[Entry], place: Place) -> None:
        self.journal.write(place, entries, origin=self.origin, bytes_done=self.bytes_done)
        self.journal.written(place)

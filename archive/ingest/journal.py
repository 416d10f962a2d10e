"""What an import remembers of itself in the database: its place and its entries, written with the records' articles."""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import connection, connections, transaction
from django.utils import timezone

from archive import locks
from archive.exceptions import IngestError
from archive.ingest.dates import parse_operator_date
from archive.ingest.options import LoadOptions
from archive.ingest.records import Dropped, Note
from archive.ingest.report import Entry, Outcome
from archive.models import Article, ImportEntry, ImportRun

State = ImportRun.State
UNFINISHED = (State.WAITING, State.RUNNING, State.STOPPED)
ENTRIES_READ_AT_ONCE = 2000
MAX_ORIGIN_CHARS, MAX_INPUT_CHARS, MAX_TITLE_CHARS = 5000, 4096, 500
LOCK_ATTEMPTS = 100
LOCK_PAUSE_SECONDS = 0.1

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


class RunTakenError(IngestError):
    """Another process is at work on the run."""


class InputsChangedError(IngestError):
    """What was to be imported is no longer what it was when the run stopped."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """How far an import is: whole inputs, and records of the one after them."""

    inputs: int = 0
    records: int = 0


START = Place()


def make_run(paths: Sequence[str], *, by=None, **arguments) -> ImportRun:
    """Return a new run that waits to begin. ARGUMENTS: format, source, published, separate, draft, dry_run, retry."""
    folder = os.getcwd()  # noqa: PTH109
    return ImportRun.objects.create(
        paths=[storable(path) for path in paths],
        folder=storable(folder),
        arguments=arguments,
        fingerprint=fingerprint(paths, arguments),
        by=by,
    )


def fingerprint(paths: Sequence[str], arguments: dict) -> str:
    """The same for the same PATHS, seen from the folder this process is in, under the same ARGUMENTS."""
    said = [[os.path.abspath(path) if path != "-" else path for path in paths], arguments]  # noqa: PTH100
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def unfinished(paths: Sequence[str], arguments: dict) -> ImportRun | None:
    """The last run of the same PATHS and ARGUMENTS, when it has not come to its end."""
    runs = ImportRun.objects.filter(fingerprint=fingerprint(paths, arguments), state__in=UNFINISHED)
    return runs.order_by("-pk").first()


def options_of(arguments: dict) -> LoadOptions:
    """What the ARGUMENTS of a run say of everything that it brings."""
    return LoadOptions(
        source=arguments.get("source", ""),
        published=parse_operator_date(arguments["published"]) if arguments.get("published") else None,
        separate=arguments.get("separate", False),
        draft=arguments.get("draft", False),
        announce=arguments.get("announce", False),
        mapping=arguments.get("mapping", {}),
        dry_run=arguments.get("dry_run", False),
    )


def storable(text: str) -> str:
    """TEXT without what no database takes, a sign in its place."""
    return _NOT_STORABLE.sub("\ufffd", text)


class Journal:
    """Keeps the place and the entries of RUN. `write` belongs into the transaction that writes the articles."""

    on_place: Callable[[ImportRun], None] = staticmethod(lambda run: None)
    """Hears of every place that the run comes to."""

    def __init__(self, run: ImportRun):
        self.run = run
        self.place = Place(run.inputs_done, run.records_done)

    @property
    def memory(self) -> dict:
        return self.run.memory

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Hold the run against other processes; what a process held that was killed is free."""
        attempts = 0
        while not locks.try_take(locks.Lock.IMPORT_RUN, self.run.pk):
            # What a process held that was killed is let go when its last statement ends.
            if attempts >= LOCK_ATTEMPTS:
                raise RunTakenError
            attempts += 1
            time.sleep(LOCK_PAUSE_SECONDS)
        self.run.refresh_from_db()
        self.place = Place(self.run.inputs_done, self.run.records_done)
        try:
            yield
        finally:
            if connection.is_usable():
                locks.let_go(locks.Lock.IMPORT_RUN, self.run.pk)

    def begin(self, bytes_total: int | None) -> None:
        now = timezone.now()
        self._set(
            state=State.RUNNING,
            started_at=self.run.started_at or now,
            seen_at=now,
            finished_at=None,
            problem=None,
            stop_wanted=False,
            bytes_total=bytes_total,
        )

    def end(self, state: str, problem: Note | None = None) -> None:
        told = None if problem is None else _as_json(problem)
        read = {"bytes_done": self.run.bytes_total or self.run.bytes_done} if state == State.FINISHED else {}
        self._set(state=state, finished_at=timezone.now(), problem=told, **read)

    def remember(self, **memory) -> None:
        """Keep MEMORY for whoever takes the run up again."""
        self._set(memory=self.run.memory | memory)

    def tell(self, note: Note) -> None:
        self._set(notes=[*self.run.notes, _as_json(note)])

    def _set(self, **values) -> None:
        ImportRun.objects.filter(pk=self.run.pk).update(**values)
        for name, value in values.items():
            setattr(self.run, name, value)

    def write(self, place: Place, entries: Sequence[Entry], *, origin: str, bytes_done: int) -> None:
        """Write ENTRIES, and that the import is at PLACE, in the caller's transaction.

        Raises RunTakenError when the run is no longer where this process left it: another one goes on with it.
        """
        counts = {outcome.value: 0 for outcome in Outcome}
        for entry in entries:
            counts[entry.outcome.value] += 1
        held = ImportRun.objects.select_for_update(no_key=True).filter(
            pk=self.run.pk, inputs_done=self.place.inputs, records_done=self.place.records
        )
        run = held.first()
        if run is None:
            raise RunTakenError
        for name, count in counts.items():
            setattr(run, name, getattr(run, name) + count)
        run.inputs_done, run.records_done = place.inputs, place.records
        run.origin, run.bytes_done, run.seen_at = storable(origin)[:MAX_INPUT_CHARS], bytes_done, timezone.now()
        run.memory = self.run.memory
        run.save()
        alive = set(
            Article.objects.filter(pk__in={entry.article_id for entry in entries}).values_list("pk", flat=True)
        )
        ImportEntry.objects.bulk_create(
            ImportEntry(
                run=run,
                outcome=entry.outcome.value,
                origin=storable(entry.origin)[:MAX_ORIGIN_CHARS],
                title=storable(entry.title)[:MAX_TITLE_CHARS],
                article_id=entry.article_id if entry.article_id in alive else None,
                details=_details(entry),
            )
            for entry in entries
        )
        self._next = run

    def written(self, place: Place) -> None:
        """The transaction of `write` is through."""
        self.run, self.place = self._next, place
        self.on_place(self.run)

    def is_written(self, place: Place) -> bool:
        """Did a transaction that seemed to break bring the run to PLACE after all?"""
        run = ImportRun.objects.filter(pk=self.run.pk, inputs_done=place.inputs, records_done=place.records).first()
        if run is None or place == self.place:
            return False
        self.run, self.place = run, place
        return True

    def last_entries(self, count: int) -> list[Entry]:
        return [entry_of(row) for row in reversed(self.run.entries.order_by("-pk")[:count])]

    def entries(self) -> Iterator[Entry]:
        """The entries so far, as the report had them."""
        return entries_of(self.run)


class TrialJournal(Journal):
    """Keeps the account of a trial, on a connection of its own: the trial's transaction is taken back in the end.

    A trial cannot go on where it stopped; it begins again.
    """

    def __init__(self, run: ImportRun):
        super().__init__(run)
        self._beside = ThreadPoolExecutor(max_workers=1)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with super().at_work():
            try:
                yield
            finally:
                self._do(connections.close_all)
                self._beside.shutdown()

    def begin(self, bytes_total: int | None) -> None:
        super().begin(bytes_total)
        self.place = START
        self._set(inputs_done=0, records_done=0, notes=[], **{outcome.value: 0 for outcome in Outcome})
        self._do(self.run.entries.all().delete)

    def remember(self, **memory) -> None:
        self.run.memory = self.run.memory | memory

    def write(self, place: Place, entries: Sequence[Entry], *, origin: str, bytes_done: int) -> None:
        # Those that would be created are there for this transaction only.
        known = [replace(entry, article_id=None) if entry.outcome is Outcome.CREATED else entry for entry in entries]

        def write_at_once():
            with transaction.atomic():
                super(TrialJournal, self).write(place, known, origin=origin, bytes_done=bytes_done)

        self._do(write_at_once)

    def _set(self, **values) -> None:
        self._do(lambda: super(TrialJournal, self)._set(**values))

    def _do(self, step: Callable[[], object]) -> None:
        self._beside.submit(step).result()


def entries_of(run: ImportRun, *, outcome: str = "") -> Iterator[Entry]:
    """Yield the entries of RUN in order, all or those of OUTCOME."""
    rows = run.entries.filter(outcome=outcome) if outcome else run.entries.all()
    yield from map(entry_of, rows.iterator(ENTRIES_READ_AT_ONCE))


def entry_of(row: ImportEntry) -> Entry:
    return Entry(
        Outcome(row.outcome),
        row.origin,
        row.title,
        article_id=row.article_id,
        reasons=tuple(note_of(note) for note in row.details.get("reasons", ())),
        dropped=tuple(Dropped(code, text) for code, text in row.details.get("dropped", ())),
        changed=tuple(row.details.get("changed", ())),
    )


def _details(entry: Entry) -> dict:
    details = {
        "reasons": [_as_json(note) for note in entry.reasons],
        "dropped": [[line.code, storable(line.text)] for line in entry.dropped],
        "changed": list(entry.changed),
    }
    return {name: value for name, value in details.items() if value}


def _as_json(note: Note) -> list:
    values = {name: storable(value) if isinstance(value, str) else value for name, value in note.values.items()}
    return [note.code, values]


def note_of(told: Iterable) -> Note:
    """The note that is kept as a code and its values."""
    code, values = told
    return Note(code, values)

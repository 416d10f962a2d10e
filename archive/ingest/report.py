"""What an import did: counts, and for every input what became of it and why."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol, TextIO

from django.utils.translation import gettext as _

from archive.exceptions import IngestError
from archive.ingest.notes import sentence
from archive.ingest.records import Dropped, Note, Record


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


def outcome_labels(*, is_trial: bool) -> dict[Outcome, str]:
    """What became of records, or what would."""
    if is_trial:
        return {
            Outcome.CREATED: _("would be created"),
            Outcome.UPDATED: _("would be updated"),
            Outcome.UNCHANGED: _("would stay unchanged"),
            Outcome.SKIPPED: _("would be skipped"),
            Outcome.FAILED: _("would fail"),
        }
    return {
        Outcome.CREATED: _("created"),
        Outcome.UPDATED: _("updated"),
        Outcome.UNCHANGED: _("unchanged"),
        Outcome.SKIPPED: _("skipped"),
        Outcome.FAILED: _("failed"),
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one record, or of one input that held none."""

    outcome: Outcome
    origin: str
    title: str = ""
    article_id: int | None = None
    reasons: tuple[Note, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    changed: tuple[str, ...] = ()

    @classmethod
    def of_record(cls, outcome: Outcome, record: Record, *notes: Note, **more) -> "Entry":
        return cls(
            outcome,
            record.origin,
            record.title,
            reasons=(*record.notes, *notes),
            dropped=tuple(record.dropped),
            **more,
        )

    def as_json(self) -> dict:
        """Return it for the report file: machine codes, each with its sentence."""
        return {
            "outcome": self.outcome.value,
            "origin": self.origin,
            "title": self.title,
            "article": self.article_id,
            "changed": list(self.changed),
            "reasons": [note_as_json(note) for note in self.reasons],
            "dropped": [
                {"code": line.code, "message": sentence(Note(line.code)), "text": line.text} for line in self.dropped
            ],
        }


def note_as_json(note: Note) -> dict:
    """NOTE for a report file: its code, its sentence, and what that names."""
    values = {"values": note.values} if note.values else {}
    return {"code": note.code, "message": sentence(note), **values}


class Listener(Protocol):
    """Whoever wants to see entries as they come: the terminal, the report file."""

    def __call__(self, entry: Entry) -> None: ...


@dataclass(slots=True)
class ImportReport:
    """Counts what happens and passes each entry on; it keeps no entries, so a million records cost no memory."""

    listeners: list[Listener] = field(default_factory=list)
    on_note: Callable[[Note], None] = lambda note: None
    notes: list[Note] = field(default_factory=list)
    """What there is to say of the whole import."""

    outcomes: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    dropped: Counter = field(default_factory=Counter)
    changed: Counter = field(default_factory=Counter)
    """In how many articles each field was changed."""

    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def add(self, entry: Entry) -> None:
        self.count(entry)
        for listener in self.listeners:
            listener(entry)

    def count(self, entry: Entry) -> None:
        self.outcomes[entry.outcome] += 1
        self.reasons.update(note.code for note in entry.reasons)
        self.dropped.update(line.code for line in entry.dropped)
        self.changed.update(entry.changed)

    def tell(self, note: Note) -> None:
        """Say what concerns no single record."""
        self.count_note(note)
        self.on_note(note)

    def count_note(self, note: Note) -> None:
        self.notes.append(note)
        self.reasons[note.code] += 1

    @property
    def total(self) -> int:
        return self.outcomes.total()

    @property
    def found_nothing(self) -> bool:
        """Whether there was nothing to read: only empty folders and hidden files."""
        return self.total == self.reasons["folder_empty"] + self.reasons["hidden_file"]

    @property
    def seconds(self) -> float:
        return (datetime.now(UTC) - self.started_at).total_seconds()

    def summary(self) -> dict:
        return {
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 3),
            "total": self.total,
            "notes": [note_as_json(note) for note in self.notes],
            "counts": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "reasons": dict(sorted(self.reasons.items())),
            "dropped": dict(sorted(self.dropped.items())),
        }


class ReportError(IngestError):
    """Nothing more can be written to the report's file; PROBLEM is why."""

    def __init__(self, problem: OSError):
        super().__init__(str(problem))
        self.problem = problem


class ReportFile:
    """Writes entries to a JSON file as they come; `close` completes it with the summary. Each raises ReportError."""

    def __init__(self, file: TextIO):
        self._file = file
        self._is_first = True
        self._write('{"records": [')

    def __call__(self, entry: Entry) -> None:
        separator = "\n" if self._is_first else ",\n"
        self._write(separator + json.dumps(entry.as_json(), ensure_ascii=False))
        self._is_first = False

    def close(self, report: ImportReport, *, dry_run: bool) -> None:
        summary = json.dumps({**report.summary(), "dry_run": dry_run}, ensure_ascii=False)
        self._write(f"\n],\n{summary[1:]}\n")
        try:
            self._file.flush()
        except OSError as problem:
            raise ReportError(problem) from problem

    def _write(self, text: str) -> None:
        try:
            self._file.write(text)
        except OSError as problem:
            raise ReportError(problem) from problem

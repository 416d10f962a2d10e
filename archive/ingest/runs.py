"""An import from its beginning, or from where it stopped, to its end: what a command or a worker carries out."""

from collections.abc import Callable

from django.db import DatabaseError
from django.db.models import QuerySet

from archive.copies.finding import find_missed_copies
from archive.ingest.importing import ANY_FORMAT, Import, size_of
from archive.ingest.inputs import find_inputs
from archive.ingest.journal import (
    InputsChangedError,
    Journal,
    RunTakenError,
    TrialJournal,
    make_run,
    note_of,
    options_of,
)
from archive.ingest.patience import DatabaseFailedError, Patience, StoppedError
from archive.ingest.records import Note
from archive.ingest.report import Entry, ImportReport, ReportError
from archive.ingest.rereading import Rereading, Wish, wanted_articles
from archive.ingest.set_aside import waiting
from archive.models import ImportRun, SetAsideRecord

State = ImportRun.State


def carry_out(
    run: ImportRun,
    report: ImportReport,
    *,
    on_input: Callable[[str], None] = lambda origin: None,
    on_place: Callable[[ImportRun], None] = lambda run: None,
    restored: Callable[[Entry], None] = lambda entry: None,
    patience: Patience | None = None,
) -> None:
    """Carry RUN out, from its place on; REPORT hears what becomes of each record, RESTORED what is told already.
    ON_INPUT hears of each input that is begun, ON_PLACE of each place that the run comes to.

    A run asked to stop, in the database or by PATIENCE, ends as stopped with StoppedError; where the database is away
    too long, or its disk full, with DatabaseFailedError. Both can be taken up again. Raises RunTakenError while
    another process is at work on it. Of a trial (`dry_run` among its arguments) only the account is kept, and it
    always begins anew.
    """
    patience = patience or Patience()
    journal = TrialJournal(run) if run.arguments.get("dry_run") else Journal(run)
    journal.on_place = on_place
    asked = patience.stopping
    patience.stopping = lambda: asked() or journal.run.stop_wanted
    with journal.at_work():
        journal.begin(_bytes_of(run))
        on_place(journal.run)
        try:
            _restore(journal, report, restored)
            if "reimport" in run.arguments:
                wish = Wish(**run.arguments["reimport"])
                Rereading(report, journal=journal, patience=patience).run(wanted_articles(wish))
            else:
                job = Import(options_of(run.arguments), report, _format(run), on_input, journal, patience)
                if "retry" in run.arguments:
                    job.retry(waiting(**run.arguments["retry"]))
                else:
                    job.run(run.paths)
            if not run.arguments.get("dry_run"):
                patience.take(lambda: find_missed_copies(journal.run))
        except RunTakenError:
            raise
        except BaseException as problem:
            _end(journal, *_ending(problem))
            raise
        journal.end(State.FINISHED)
        on_place(journal.run)


def make_retries(records: QuerySet[SetAsideRecord], *, by=None, one_by_one: bool = False) -> list[ImportRun]:
    """Return new runs that read RECORDS again, each under the options of the run in which they were set aside.

    With ONE_BY_ONE they are these records, else all that wait of the same runs.
    """
    chosen: dict[int | None, list[int]] = {}
    for record_id, run_id in records.filter(state=SetAsideRecord.State.WAITING).values_list("pk", "run"):
        chosen.setdefault(run_id, []).append(record_id)
    begun = ImportRun.objects.in_bulk([run_id for run_id in chosen if run_id])
    return [
        make_run(
            [],
            by=by,
            **(begun[run_id].arguments if run_id else {})
            | {"retry": {"record_ids": record_ids} if one_by_one else {"run_id": run_id}},
        )
        for run_id, record_ids in chosen.items()
    ]


def _format(run: ImportRun) -> str:
    return run.arguments.get("format") or ANY_FORMAT


def _bytes_of(run: ImportRun) -> int | None:
    return None if "-" in run.paths else sum(size_of(item) for item in find_inputs(run.paths))


def _restore(journal: Journal, report: ImportReport, restored: Callable[[Entry], None]) -> None:
    """Count what stands in the run already."""
    for told in journal.run.notes:
        report.count_note(note_of(told))
    for entry in journal.entries():
        report.count(entry)
        restored(entry)


def _ending(problem: BaseException) -> tuple[str, Note | None]:
    if isinstance(problem, DatabaseFailedError):
        return State.STOPPED, problem.note
    if isinstance(problem, StoppedError | ReportError | InputsChangedError | KeyboardInterrupt | SystemExit):
        return State.STOPPED, None
    return State.FAILED, Note("import_broke", {"problem": type(problem).__name__})


def _end(journal: Journal, state: str, problem: Note | None) -> None:
    try:
        journal.end(state, problem)
    except DatabaseError:
        # Then it stays as under way, with nobody at work on it: it can be taken up all the same.
        return

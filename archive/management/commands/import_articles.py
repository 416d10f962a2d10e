"""`import_articles`: put saved pages and exports into the archive."""

import contextlib
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack, nullcontext
from pathlib import Path

from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.exceptions import RestoreError
from archive.ingest.dates import parse_operator_date
from archive.ingest.formats import READERS
from archive.ingest.importing import ANY_FORMAT, Import
from archive.ingest.journal import InputsChangedError, RunTakenError, make_run, options_of, unfinished
from archive.ingest.names import MappingError, read_mapping
from archive.ingest.notes import reason, sentence
from archive.ingest.patience import DatabaseFailedError, Patience, StoppedError
from archive.ingest.progress import Course, FileCourse, JsonLines, progress_line
from archive.ingest.readers.sijill import SijillExport
from archive.ingest.records import Note
from archive.ingest.report import Entry, ImportReport, Outcome, ReportError, ReportFile, outcome_labels
from archive.ingest.runs import carry_out, make_retries
from archive.ingest.shelves import may_be_source
from archive.management.command import ArchiveCommand, unwritable
from archive.management.restoration import checked, read_head, restore_from, told, whole_export
from archive.management.terminals import printable
from archive.models import ImportRun, SetAsideRecord
from archive.outgoing.tables import is_empty
from archive.search.statistics import count_words, words_need_counting
from archive.text.slugs import slugify

ENTRIES_SHOWN = 20
FAILURES_SHOWN = 200
ALWAYS_TOLD = frozenset({"source_new", "source_new_near", "folder_empty"})
PROGRESS_SECONDS = 0.5
UNWATCHED_PROGRESS_SECONDS = 10
INTERRUPTED = 128 + signal.SIGINT
ALL_ENTRIES_VERBOSITY = 2
LONG_FILE_SECONDS = 10
LINE, JSON = "line", "json"
LAST, ALL = "last", "all"
"""What --resume and --retry mean without the number of a run."""


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Imports saved pages, feeds, newswires, tables, JSON and exports: files, folders, patterns, or - for standard"
        " input."
    )

    def add_arguments(self, parser):
        self._parser = parser
        parser.add_argument(
            "paths", nargs="*", metavar="PATH", help=_("what to import; of a folder, all that is in it")
        )
        formats = [ANY_FORMAT, *(reader.name for reader in READERS)]
        parser.add_argument("--format", choices=formats, default=ANY_FORMAT, help=_("found by content unless given"))
        parser.add_argument(
            "--source", default="", metavar="SLUG", help=_("the source of all articles; made if missing")
        )
        parser.add_argument(
            "--published",
            default="",
            metavar="DATE",
            help=_("YYYY-MM-DD, YYYY-MM or YYYY, for articles without a date"),
        )
        parser.add_argument(
            "--mapping",
            metavar="FILE",
            help=_("a TOML or JSON file that says what the fields are called in tables and JSON"),
        )
        parser.add_argument("--report", metavar="FILE", help=_("write what became of every record as JSON"))
        parser.add_argument("--dry-run", action="store_true", help=_("tell what would happen and change nothing"))
        parser.add_argument(
            "--separate",
            action="store_true",
            help=_("make articles of bytes that another source has given already, too"),
        )
        parser.add_argument("--draft", action="store_true", help=_("leave new articles as drafts"))
        parser.add_argument(
            "--announce", action="store_true", help=_("tell subscribers of the new articles of these days")
        )
        parser.add_argument(
            "--progress",
            choices=[LINE, JSON],
            default=LINE,
            help=_("for people (line), or for programs: an event a line, as JSON, on standard output (json)"),
        )
        parser.add_argument("--quiet", action="store_true", help=_("tell nothing but errors"))
        again = parser.add_mutually_exclusive_group()
        again.add_argument(
            "--resume",
            nargs="?",
            const=LAST,
            metavar="RUN",
            help=_("go on with the run of this number; without one, with the last of the same paths and options"),
        )
        again.add_argument(
            "--retry",
            nargs="?",
            const=ALL,
            metavar="RUN",
            help=_("read again what was set aside, of the run of this number or of all"),
        )

    def handle(
        self, *, paths, published, report: str | None, resume, retry, dry_run, verbosity, mapping=None, **options
    ):
        verbosity = 0 if options["quiet"] or options["progress"] == JSON else verbosity
        if published and parse_operator_date(published) is None:
            raise CommandError(_("“%(date)s” is no date: write 2017-12-21, 2017-12 or 2017.") % {"date": published})
        if options["source"] and not may_be_source(options["source"]):
            raise CommandError(_no_source_sentence(options["source"]))
        if not paths and not retry and resume in (None, LAST):
            self._parser.error("the following arguments are required: PATH")
        _check_usage(paths, resume, retry, dry_run=dry_run)
        arguments = {name: options[name] for name in ("format", "source", "separate", "draft")} | {
            "published": published
        }
        if mapping:
            arguments["mapping"] = _mapping(mapping)
        if options["announce"]:
            arguments["announce"] = True
        export = whole_export(paths) if options["format"] in (ANY_FORMAT, SijillExport.name) else None
        is_plain = not (
            options["source"] or published or options["separate"] or options["draft"] or mapping or retry or resume
        )
        if export and is_plain and is_empty():
            self._restore(export, report, dry_run=dry_run, verbosity=verbosity)
            return
        course = Course()
        self._terminal = Terminal(self, verbosity, course, dry_run=dry_run)
        self._json = JsonLines(self.stdout, course) if options["progress"] == JSON else None
        self._opening = [Note("export_as_articles")] if export else []
        with ExitStack() as stack:
            file = stack.enter_context(_open_report(report)) if report else None
            if dry_run:
                outcome = self._try(paths, arguments, file)
            elif retry:
                outcome = self._retry(retry, file)
            else:
                outcome = self._import(paths, arguments, resume, file)
        if outcome.found_nothing and paths:
            raise CommandError(_("Nothing was found to import in %(paths)s.") % {"paths": _(", ").join(paths)})
        if not dry_run and words_need_counting():
            if verbosity:
                self.stderr.write(_("Counting the archive's words, by which search ranks…"))
            count_words()
        if failed := outcome.outcomes[Outcome.FAILED]:
            raise CommandError(_failed_sentence(failed, dry_run=dry_run))

    def _import(self, paths: list[str], arguments: dict, resume: str | None, file) -> ImportReport:
        run = _resumed(resume, paths, arguments) if resume else make_run(paths, **arguments)
        if resume and self._terminal.is_telling:
            self.stdout.write(_going_on_sentence(run))
        # An unfinished run may be of paths that are relative to where it was begun.
        with contextlib.chdir(run.folder) if resume and Path(run.folder).is_dir() else nullcontext():
            return self._carry_out([run], file, resumes=f"script/manage import_articles --resume {run.pk}")

    def _retry(self, which: str, file) -> ImportReport:
        """Retry what was set aside, each run's with its own options."""
        records = SetAsideRecord.objects.all() if which == ALL else _run(which).set_aside.all()
        runs = make_retries(records)
        if not runs and self._terminal.is_telling:
            self.stdout.write(_("Nothing waits to be tried again."))
        number = "" if which == ALL else f" {which}"
        return self._carry_out(runs, file, resumes=f"script/manage import_articles --retry{number}")

    def _try(self, paths: list[str], arguments: dict, file) -> ImportReport:
        """A trial, which leaves no run."""

        def work(report: ImportReport, report_file: ReportFile | None, stop: Stop) -> None:
            options = options_of(arguments | {"dry_run": True})
            Import(
                options,
                report,
                format_name=arguments["format"],
                on_input=self._terminal.begin,
                patience=Patience(stopping=stop),
            ).run(paths)

        return self._told(work, file, dry_run=True, resumes="")

    def _carry_out(self, runs: list[ImportRun], file, *, resumes: str) -> ImportReport:
        def work(report: ImportReport, report_file: ReportFile | None, stop: Stop) -> None:
            restored = report_file or (lambda entry: None)
            for run in runs:
                carry_out(
                    run,
                    report,
                    on_input=self._terminal.begin,
                    on_place=self._terminal.be_at,
                    restored=restored,
                    patience=Patience(tell=self._terminal.tell, stopping=stop),
                )

        return self._told(work, file, dry_run=False, resumes=resumes)

    def _restore(self, path: Path, report: str | None, *, dry_run: bool, verbosity: int) -> None:
        """An empty archive takes all that a whole export holds."""
        with ExitStack() as stack:
            file = stack.enter_context(_open_report(report)) if report else None
            try:
                if dry_run:
                    head = read_head(path)
                    lines = [checked(head)]
                else:
                    restored = restore_from(path, quiet=not verbosity)
                    head, lines = restored.head, told(restored)
            except (RestoreError, OSError) as problem:
                raise CommandError(str(problem)) from problem
            if verbosity:
                self.stdout.write("\n".join(lines))
            if file:
                summary = ImportReport()
                summary.outcomes[Outcome.CREATED] = head.counts.get("article", 0)
                summary.tell(Note("archive_restored", {"made_at": head.made_at, "rows": head.total}))
                ReportFile(file).close(summary, dry_run=dry_run)

    def _told(self, work, file, *, dry_run: bool, resumes: str) -> ImportReport:
        """Do WORK while the terminal and the report FILE hear of it; say how to go on when it stops early."""
        terminal = self._terminal
        report_file = ReportFile(file) if file else None
        listeners = [listener for listener in (self._json or terminal, report_file) if listener]
        report = ImportReport(listeners=listeners, on_note=terminal.tell)
        for note in self._opening:
            report.tell(note)
        stopped: CommandError | None = None
        with Stop() as stop:
            try:
                work(report, report_file, stop)
                terminal.end()
                if report_file:
                    # Whatever comes of that, there is nothing left to bring in.
                    resumes = ""
                    report_file.close(report, dry_run=dry_run)
            except (StoppedError, KeyboardInterrupt):
                stopped = CommandError(_stopped_sentence(resumes), returncode=stop.returncode)
            except DatabaseFailedError as problem:
                stopped = CommandError(_broken_sentence(sentence(problem.note), resumes))
            except (OperationalError, InterfaceError) as problem:
                said = Note("database_failed", {"problem": str(problem).partition("\n")[0]})
                stopped = CommandError(_broken_sentence(sentence(said), resumes))
            except ReportError as problem:
                report_file = None
                with contextlib.suppress(OSError):
                    file.close()
                why = _("Nothing can be written to %(path)s: %(problem)s") % {
                    "path": file.name,
                    "problem": reason(problem.problem),
                }
                stopped = CommandError(_broken_sentence(why, resumes))
            except RunTakenError:
                stopped = CommandError(_("Another process is at work on this run."))
            except InputsChangedError:
                stopped = CommandError(
                    _("What is to be imported has changed since: begin a new run, without --resume.")
                )
        terminal.end()
        if stopped and report_file:
            with contextlib.suppress(ReportError):
                report_file.close(report, dry_run=dry_run)
        if terminal.is_telling:
            terminal.summarise(report)
        if self._json:
            self._json.end(report)
        if stopped:
            raise stopped
        return report


class Stop:
    """Turns Ctrl-C and SIGTERM into a wish that the import hears between records; a second Ctrl-C stops at once."""

    def __init__(self):
        self._wanted = False
        self._before: dict[int, object] = {}
        self.returncode = INTERRUPTED

    def __enter__(self) -> "Stop":
        # Only the main thread of a process may say what its signals do.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._want)
        return self

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _want(self, number: int, _frame: object) -> None:
        if self._wanted and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._wanted = True
        self.returncode = 128 + number

    def __call__(self) -> bool:
        return self._wanted


def _check_usage(paths: list[str], resume: str | None, retry: str | None, *, dry_run: bool) -> None:
    if paths and (retry or resume not in (None, LAST)):
        raise CommandError(_("A run that is given by its number, and what was set aside, need no paths."))
    if dry_run and (resume or retry):
        raise CommandError(_("A trial leaves nothing behind that could go on: leave out --resume and --retry."))


def _resumed(which: str, paths: list[str], arguments: dict) -> ImportRun:
    run = unfinished(paths, arguments) if which == LAST else _run(which)
    if run is None:
        raise CommandError(_("There is no unfinished run of these paths and options."))
    if run.state == ImportRun.State.FINISHED:
        raise CommandError(_("The run %(number)s is finished.") % {"number": run.pk})
    return run


def _run(number: str) -> ImportRun:
    run = ImportRun.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if run is None:
        raise CommandError(_("There is no run with the number %(number)s.") % {"number": number})
    return run


def _going_on_sentence(run: ImportRun) -> str:
    message = ngettext(
        "Going on with run %(number)s, after %(count)d record.",
        "Going on with run %(number)s, after %(count)d records.",
        run.total,
    )
    return message % {"number": run.pk, "count": run.total}


def _mapping(path: str) -> dict[str, list[str]]:
    try:
        return read_mapping(Path(path))
    except MappingError as problem:
        said = sentence(Note(problem.code, problem.values))
    except OSError as problem:
        said = reason(problem)
    raise CommandError(_("The mapping file %(path)s cannot be used: %(problem)s.") % {"path": path, "problem": said})


def _no_source_sentence(slug: str) -> str:
    likely = slugify(slug)
    example = likely if may_be_source(likely) else "example-daily"
    message = _(
        "“%(slug)s” is no address of a source: write small letters and digits with hyphens between, like %(example)s."
    )
    return message % {"slug": slug, "example": example}


def _failed_sentence(count: int, *, dry_run: bool) -> str:
    if dry_run:
        message = ngettext("%(count)d record would fail.", "%(count)d records would fail.", count)
    else:
        message = ngettext("%(count)d record failed.", "%(count)d records failed.", count)
    return message % {"count": count}


def _stopped_sentence(resumes: str) -> str:
    if not resumes:
        return _("Stopped.")
    message = _("Stopped. What is counted above is in the archive; this brings in the rest: %(command)s")
    return message % {"command": resumes}


def _broken_sentence(why: str, resumes: str) -> str:
    """WHY an import broke off, and the command with which it RESUMES."""
    why = why[:1].upper() + why[1:]
    if not resumes:
        return why
    message = _("%(why)s. What is counted above is in the archive; this brings in the rest: %(command)s")
    return message % {"why": why, "command": resumes}


def _open_report(path: str):
    try:
        # Halves of surrogate pairs, which a record may hold, are written as JSON writes them.
        return Path(path).open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as problem:
        raise unwritable(path, problem) from problem


class Terminal:
    """Shows entries and progress: in one line that changes where somebody watches, else in a line now and then."""

    def __init__(self, command: ArchiveCommand, verbosity: int, course: Course, *, dry_run: bool):
        self._out = command.stdout
        self._verbosity = verbosity
        self._course = course
        self._shown = self._failures = 0
        self._watched = verbosity > 0 and sys.stderr.isatty()
        self._heard = True
        self._progress_at = time.monotonic()
        self._dry_run = dry_run
        self._names = outcome_labels(is_trial=dry_run)

    @property
    def is_telling(self) -> bool:
        return self._verbosity > 0

    def begin(self, origin: str) -> None:
        self._course.begin_input(origin)

    def be_at(self, run: ImportRun) -> None:
        self._course.be_at(run)

    def __call__(self, entry: Entry) -> None:
        self._show_files(self._course.hear(entry))
        if entry.outcome is Outcome.FAILED:
            self._failures += 1
            wanted = self._failures <= FAILURES_SHOWN
        else:
            is_telling = any(note.code in ALWAYS_TOLD for note in entry.reasons)
            self._shown += not is_telling
            wanted = is_telling or self._shown <= ENTRIES_SHOWN
        if self._verbosity and (wanted or self._verbosity >= ALL_ENTRIES_VERBOSITY):
            self._clear()
            self._show(entry)
        self._progress()

    def tell(self, note: Note) -> None:
        """Show what concerns no single record."""
        if self._verbosity:
            self._clear()
            self._say(f"{sentence(note)} ({note.code})")

    def _say(self, line: str) -> None:
        if not self._heard:
            return
        try:
            self._out.write(printable(line))
            self._out.flush()
        except BrokenPipeError:
            # Whoever read along has gone; the import goes on. What waits to be written is not tried again at the end.
            self._heard = False
            if getattr(self._out, "buffer", None) is sys.stdout.buffer:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _show(self, entry: Entry) -> None:
        which = f"{entry.title} [{entry.origin}]" if entry.title else entry.origin
        self._say(f"{self._names[entry.outcome]}: {which}")
        for note in entry.reasons:
            self._say(f"    {sentence(note)} ({note.code})")
        for line in entry.dropped:
            self._say(f"    − {line.text[:80]} — {sentence(Note(line.code))} ({line.code})")

    def _progress(self) -> None:
        now = time.monotonic()
        wait_seconds = PROGRESS_SECONDS if self._watched else UNWATCHED_PROGRESS_SECONDS
        if not self._verbosity or now - self._progress_at < wait_seconds:
            return
        self._progress_at = now
        line = printable(progress_line(self._course))
        sys.stderr.write(f"\r\x1b[K{line}" if self._watched else f"{line}\n")
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._watched:
            sys.stderr.write("\r\x1b[K")

    def _show_files(self, files: list[FileCourse]) -> None:
        """Tell what each input brought, of those that took a while."""
        for file in files:
            if self._verbosity and file.seconds >= LONG_FILE_SECONDS:
                self._clear()
                text = ngettext("%(file)s: %(count)d record", "%(file)s: %(count)d records", file.records)
                self._say(text % {"file": file.origin, "count": file.records})

    def end(self) -> None:
        if self._verbosity:
            self._show_files(self._course.end())
        self._clear()

    def summarise(self, report: ImportReport) -> None:
        hidden = self._shown - ENTRIES_SHOWN + max(self._failures - FAILURES_SHOWN, 0)
        if self._verbosity == 1 and hidden > 0:
            self._say(
                ngettext(
                    "… and %(count)d more record; --report lists them all.",
                    "… and %(count)d more records; --report lists them all.",
                    hidden,
                )
                % {"count": hidden}
            )
        for outcome in Outcome:
            self._say(f"{self._names[outcome]}: {report.outcomes[outcome]}")
        if self._dry_run:
            self._say(_("Nothing was written: this was a trial."))

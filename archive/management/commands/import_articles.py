"""`import_articles`: put saved pages and exports into the archive."""

import os
import re
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.ingest.dates import parse_operator_date
from archive.ingest.formats import READERS
from archive.ingest.importing import ANY_FORMAT, Import
from archive.ingest.load import LoadOptions
from archive.ingest.names import DEFAULT_NAMES, FieldNames, MappingError, read_mapping
from archive.ingest.notes import reason, sentence
from archive.ingest.records import Note
from archive.ingest.report import Entry, ImportReport, Outcome, ReportFile
from archive.ingest.shelves import may_be_source
from archive.management.command import ArchiveCommand, unwritable
from archive.search.statistics import count_words, words_need_counting
from archive.text.slugs import slugify

ENTRIES_SHOWN = 20
FAILURES_SHOWN = 200
ALWAYS_TOLD = frozenset({"source_new", "source_new_near", "folder_empty"})
PROGRESS_SECONDS = 0.5
UNWATCHED_PROGRESS_SECONDS = 10
INTERRUPTED = 128 + signal.SIGINT
ALL_ENTRIES_VERBOSITY = 2

# What a record or a file's name may hold and a terminal would obey, or cannot take.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Imports saved pages, feeds, newswires, tables, JSON and exports: files, folders, patterns, or - for standard"
        " input."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "paths", nargs="+", metavar="PATH", help=_("what to import; of a folder, all that is in it")
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

    def handle(
        self, *, paths, published, report: str | None, dry_run, verbosity, mapping: str | None = None, **options
    ):
        date = parse_operator_date(published) if published else None
        if published and date is None:
            raise CommandError(_("“%(date)s” is no date: write 2017-12-21, 2017-12 or 2017.") % {"date": published})
        if options["source"] and not may_be_source(options["source"]):
            raise CommandError(_no_source_sentence(options["source"]))
        names = _field_names(mapping) if mapping else DEFAULT_NAMES
        terminal = Terminal(self, verbosity, dry_run=dry_run)
        with ExitStack() as stack:
            listeners = [terminal]
            report_file = None
            if report:
                report_file = ReportFile(stack.enter_context(_open_report(report)))
                listeners.append(report_file)
            run = Import(
                LoadOptions(
                    source=options["source"],
                    published=date,
                    separate=options["separate"],
                    draft=options["draft"],
                    dry_run=dry_run,
                ),
                ImportReport(listeners=listeners, on_note=terminal.tell),
                format_name=options["format"],
                on_input=terminal.begin,
                names=names,
            )
            stopped: CommandError | None = None
            try:
                run.run(paths)
            except KeyboardInterrupt:
                stopped = CommandError(_("Stopped.") if dry_run else _stopped_sentence(), returncode=INTERRUPTED)
            except (OperationalError, InterfaceError) as problem:
                said = str(problem).partition("\n")[0]
                stopped = CommandError(_("The database failed: %(problem)s") % {"problem": said})
            finally:
                terminal.end()
                if report_file:
                    report_file.close(run.report, dry_run=dry_run)
        if verbosity:
            terminal.summarise(run.report)
        if stopped:
            raise stopped
        if run.report.found_nothing:
            raise CommandError(_("Nothing was found to import in %(paths)s.") % {"paths": _(", ").join(paths)})
        if not dry_run and words_need_counting():
            if verbosity:
                self.stderr.write(_("Counting the archive's words, by which search ranks…"))
            count_words()
        if failed := run.report.outcomes[Outcome.FAILED]:
            raise CommandError(_failed_sentence(failed, dry_run=dry_run))


def _field_names(path: str) -> FieldNames:
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


def _outcome_names(*, dry_run: bool) -> dict[Outcome, str]:
    """What became of a record, or on a trial what would."""
    if dry_run:
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


def _stopped_sentence() -> str:
    return _("Stopped. What is counted above is in the archive; the same command brings in the rest.")


def _open_report(path: str):
    try:
        # Halves of surrogate pairs, which a record may hold, are written as JSON writes them.
        return Path(path).open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as problem:
        raise unwritable(path, problem) from problem


class Terminal:
    """Shows entries and progress: in one line that changes where somebody watches, else in a line now and then."""

    def __init__(self, command: ArchiveCommand, verbosity: int, *, dry_run: bool):
        self._out = command.stdout
        self._verbosity = verbosity
        self._shown = self._failures = self._count = 0
        self._watched = verbosity > 0 and sys.stderr.isatty()
        self._heard = True
        self._origin = ""
        self._started_at = self._progress_at = time.monotonic()
        self._dry_run = dry_run
        self._names = _outcome_names(dry_run=dry_run)

    def begin(self, origin: str) -> None:
        self._origin = origin

    def __call__(self, entry: Entry) -> None:
        self._count += 1
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
            self._out.write(_UNPRINTABLE.sub("�", line))
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
        rate = self._count / (now - self._started_at)
        text = _("%(count)d records, %(rate)d a second: %(file)s")
        line = _UNPRINTABLE.sub("�", text % {"count": self._count, "rate": rate, "file": self._origin})
        sys.stderr.write(f"\r\x1b[K{line}" if self._watched else f"{line}\n")
        sys.stderr.flush()

    def _clear(self) -> None:
        if self._watched:
            sys.stderr.write("\r\x1b[K")

    def end(self) -> None:
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

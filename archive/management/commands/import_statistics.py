"""`import_statistics`: figures from a table, in a file or on the web, into a dataset."""

import json
import sys
from dataclasses import replace
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.ingest.fetching import Client, FetchError
from archive.ingest.inputs import STANDARD_INPUT
from archive.ingest.notes import reason, sentence
from archive.ingest.statistics.importing import FiguresReport, import_figures
from archive.ingest.statistics.mapping import FiguresError, TableMapping, read_mapping
from archive.management.command import ArchiveCommand, unwritable

PROBLEMS_SHOWN = 20
WEB = ("http://", "https://")


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Imports figures from a table, CSV or TSV: with a row for each day, region or figure, "
        "or a column for each day."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "source", metavar="FILE|URL", help=_("the table: a file, - for standard input, or a web address")
        )
        parser.add_argument(
            "--dataset",
            required=True,
            metavar="SLUG",
            help=_("the dataset by its address; it is made if it is not here"),
        )
        parser.add_argument("--mapping", metavar="FILE", help=_("a TOML file that says what the table holds where"))
        parser.add_argument(
            "--measure", default="", metavar="SLUG", help=_("what is counted, where only one thing is")
        )
        parser.add_argument(
            "--dry-run", action="store_true", help=_("tells what would be written, and writes nothing")
        )
        parser.add_argument("--report", metavar="FILE", help=_("writes what was done, and every problem, as JSON"))

    def handle(self, *, source, dataset, mapping, measure, dry_run, report, verbosity, **options):
        wanted = _mapping(mapping) if mapping else TableMapping()
        if measure:
            wanted = replace(wanted, measure=measure)
        try:
            done = import_figures(_bytes(source), dataset, wanted, dry_run=dry_run)
        except FiguresError as problem:
            raise CommandError(f"{source}: {sentence(problem.note)}") from problem
        if verbosity:
            self._tell(done, dry_run=dry_run)
        if report:
            _write(Path(report), done, dry_run=dry_run)
        if done.problems:
            message = ngettext("%(count)d problem was found.", "%(count)d problems were found.", len(done.problems))
            raise CommandError(message % {"count": len(done.problems)})

    def _tell(self, done: FiguresReport, *, dry_run: bool) -> None:
        for note in done.notes:
            self.stdout.write(sentence(note))
        for problem in done.problems[:PROBLEMS_SHOWN]:
            where = _("line %(line)d") % {"line": problem.line} if problem.line else done.dataset
            self.stdout.write(f"    {where}: {sentence(problem.note)} ({problem.note.code})")
        if len(done.problems) > PROBLEMS_SHOWN:
            self.stdout.write(_("    … and more; --report lists them all."))
        if done.first:
            self.stdout.write(_("Figures from %(first)s to %(last)s") % {"first": done.first, "last": done.last})
        said = _(
            "%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(kept)d left as editors wrote them"
        )
        self.stdout.write(said % done.counts)
        if dry_run:
            self.stdout.write(_("Nothing was written: this was a trial."))


def _mapping(path: str) -> TableMapping:
    try:
        return read_mapping(Path(path).read_text(encoding="utf-8"))
    except OSError as problem:
        raise CommandError(f"{path}: {reason(problem)}") from problem
    except UnicodeDecodeError as problem:
        raise CommandError(_("%(path)s is no text in UTF-8.") % {"path": path}) from problem
    except FiguresError as problem:
        raise CommandError(f"{path}: {sentence(problem.note)}") from problem


def _bytes(source: str) -> bytes:
    if source.startswith(WEB):
        try:
            return Client().fetch(source).body
        except FetchError as problem:
            raise CommandError(f"{source}: {sentence(problem.note)}") from problem
    if source == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as problem:
        raise CommandError(f"{source}: {reason(problem)}") from problem


def _write(path: Path, done: FiguresReport, *, dry_run: bool) -> None:
    text = json.dumps({**done.as_json(), "dry_run": dry_run}, ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as problem:
        raise unwritable(path, problem) from problem

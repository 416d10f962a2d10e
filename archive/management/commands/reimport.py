"""`reimport`: read captures again by today's readers, show what that changes, and apply it when told to."""

from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.ingest.formats import READERS
from archive.ingest.journal import make_run
from archive.ingest.notes import sentence
from archive.ingest.report import Entry, ImportReport, Outcome
from archive.ingest.rereading import Differences, Rereading, Wish, wanted_articles
from archive.ingest.writing import field_names
from archive.management.command import ArchiveCommand
from archive.management.terminals import printable

SHOWN = 20
ALWAYS_TOLD = frozenset({"edits_kept"})


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Reads again what articles were imported from, where their reader is a better one now, and shows what would"
        " change. What editors have changed stays."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "article_ids", nargs="*", type=int, metavar="ID", help=_("an article's number; none: all of them")
        )
        parser.add_argument(
            "--reader",
            choices=[reader.name for reader in READERS],
            default="",
            help=_("only those that this reader has read"),
        )
        parser.add_argument(
            "--older-than",
            type=int,
            metavar="VERSION",
            help=_("only those that an older version of their reader has read; today's version unless given"),
        )
        parser.add_argument("--source", default="", metavar="SLUG", help=_("only those of this source"))
        parser.add_argument(
            "--show", type=int, default=SHOWN, metavar="COUNT", help=_("how many articles are shown word by word")
        )
        parser.add_argument("--report", metavar="FILE", help=_("write what became of every record as JSON"))
        parser.add_argument("--apply", action="store_true", help=_("change the articles"))

    def handle(self, *, article_ids, reader, older_than, source, show, apply, report, verbosity, **options):
        wish = Wish(ids=tuple(article_ids), reader=reader, older_than=older_than, source=source)
        found = wanted_articles(wish)
        if not found:
            self.stdout.write(_("There is nothing to read again."))
            return
        if apply:
            arguments = {"ids": article_ids, "reader": reader, "older_than": older_than, "source": source}
            run = make_run([], reimport=arguments)
            call_command(
                "import_articles",
                resume=str(run.pk),
                report=report,
                verbosity=verbosity,
                stdout=self.stdout,
                stderr=self.stderr,
            )
            return
        if report:
            raise CommandError(_("Only what is changed has a report: give --apply, too."))
        self._show(found, show)

    def _show(self, found: list[int], limit: int) -> None:
        told: list[Entry] = []

        def listen(entry: Entry) -> None:
            if len(told) < limit and (
                entry.outcome is Outcome.FAILED or any(note.code in ALWAYS_TOLD for note in entry.reasons)
            ):
                told.append(entry)

        report, differences = ImportReport(listeners=[listen]), Differences(limit)
        Rereading(report, differences).run(found)
        self._sums(report)
        for difference in differences.shown:
            self._say(f"\n{difference.article.title} [{difference.article.pk}]")
            for name, words in difference.words.items():
                self._say(f"  {field_names([name])}: {words}")
        for entry in told:
            self._say(f"\n{entry.title} [{entry.article_id}]")
            for note in entry.reasons:
                self._say(f"  {sentence(note)} ({note.code})")
        self._say("\n" + _("Nothing was written: --apply writes it."))

    def _sums(self, report: ImportReport) -> None:
        changed, same, failed = (
            report.outcomes[outcome] for outcome in (Outcome.UPDATED, Outcome.UNCHANGED, Outcome.FAILED)
        )
        for count, line in (
            (changed, ngettext("%(count)d article would change.", "%(count)d articles would change.", changed)),
            (same, ngettext("%(count)d article stays as it is.", "%(count)d articles stay as they are.", same)),
            (
                failed,
                ngettext(
                    "%(count)d article cannot be read again.", "%(count)d articles cannot be read again.", failed
                ),
            ),
        ):
            if count:
                self._say(line % {"count": count})
        for name, count in report.changed.most_common():
            named = _("links") if name == "links" else field_names([name])
            self._say(f"  {named}: {count}")

    def _say(self, line: str) -> None:
        self.stdout.write(printable(line))

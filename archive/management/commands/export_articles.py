"""`export_articles`: give the archive back, whole or in part."""

import sys
from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.forms import SearchForm
from archive.management.command import ArchiveCommand, unwritable
from archive.management.progress import Progress
from archive.management.restoration import missing_files_sentence
from archive.models import Article, AuditEntry, Entity
from archive.outgoing.jsonl import Written, write_jsonl
from archive.outgoing.ninjs import write_ninjs
from archive.outgoing.selection import Selection
from archive.outgoing.sinks import Sink, file_sink
from archive.outgoing.table import write_csv
from archive.outgoing.tables import snapshot
from archive.outgoing.warc import write_warc
from archive.search.filters import SearchFilters
from archive.search.matching import articles_with_every_part
from archive.staff import audit

STANDARD_OUTPUT = "-"
FORMATS = {"jsonl": write_jsonl, "csv": write_csv, "ninjs": write_ninjs, "warc": write_warc}


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Writes the archive to a file or to standard output. As JSON Lines it is whole, with drafts, withdrawn "
        "articles, history, captures and pictures: import_articles restores it into an empty archive, exactly. "
        "Narrowed by any option, it holds the articles that are meant, with all that belongs to them."
    )

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=list(FORMATS), default="jsonl", help=_("jsonl unless given"))
        parser.add_argument(
            "--query",
            default="",
            metavar="Q",
            help=_("articles with every word of a search, in the search page's language"),
        )
        parser.add_argument("--section", default="", metavar="SLUG", help=_("articles of a section"))
        parser.add_argument("--source", default="", metavar="SLUG", help=_("articles of a source"))
        parser.add_argument("--entity", default="", metavar="ID", help=_("articles that mention an entity"))
        parser.add_argument(
            "--from", default="", metavar="DATE", help=_("YYYY-MM-DD, YYYY-MM or YYYY: no earlier articles")
        )
        parser.add_argument("--to", default="", metavar="DATE", help=_("no later articles; nor any without a date"))
        parser.add_argument("--ids", nargs="+", type=int, metavar="ID", help=_("articles by their numbers"))
        parser.add_argument(
            "--published",
            action="store_true",
            help=_("only what readers see; else drafts and withdrawn articles, too"),
        )
        parser.add_argument(
            "--output",
            default=STANDARD_OUTPUT,
            metavar="FILE",
            help=_("a file, compressed where its name ends in .gz or .zst; standard output unless given"),
        )
        parser.add_argument("--quiet", action="store_true", help=_("no progress and no summary"))

    def handle(self, *, output, quiet, verbosity, **options):
        selection = _selection(options)
        path = None if output == STANDARD_OUTPUT else Path(output)
        try:
            with (
                Progress(quiet=quiet or not verbosity) as tell,
                file_sink(path) if path else nullcontext(self._standard_output()) as sink,
                snapshot(),
            ):
                written = FORMATS[options["format"]](selection, sink, tell)
                if not path:
                    sink.close()
        except OSError as problem:
            raise unwritable(path or _("standard output"), problem) from problem
        audit.record(AuditEntry.Action.EXPORTED, details={"what": f"export_articles {options['format']} {output}"})
        if not tell.quiet:
            self._report(written, options["format"])
        missing = written.missing_files if isinstance(written, Written) else []
        if missing:
            raise CommandError(missing_files_sentence(missing))

    def _standard_output(self) -> Sink:
        return Sink(getattr(self.stdout, "buffer", None) or sys.stdout.buffer)

    def _report(self, written: Written | int, name: str) -> None:
        """Say what was written; not on standard output, where the export may be."""
        if isinstance(written, Written):
            message = ngettext("%(count)d row written.", "%(count)d rows written.", written.rows)
            count = written.rows
        else:
            count = written
            message = (
                ngettext("%(count)d capture written.", "%(count)d captures written.", count)
                if name == "warc"
                else ngettext("%(count)d article written.", "%(count)d articles written.", count)
            )
        sys.stderr.write(message % {"count": count} + "\n")


def _selection(options: dict) -> Selection:
    """What the options mean; raises CommandError for what is not here or cannot be read."""
    asked = {"q": options["query"], **{name: options[name] for name in ("section", "source", "entity", "from", "to")}}
    form = SearchForm(asked)
    # Names that only drafts mention are an operator's to ask for.
    form.fields["entity"].queryset = Entity.objects.all()
    if problems := form.problems():
        raise CommandError(problems[0].message)
    wanted = form.search_request()
    if form.has_no_words:
        raise CommandError(_("The query holds no word to search for."))
    narrowed = wanted.text or wanted.filters != SearchFilters()
    if not (narrowed or options["ids"] or options["published"]):
        return Selection()
    articles = articles_with_every_part(wanted.text, wanted.filters) if narrowed else Article.objects.all()
    if options["ids"]:
        articles = articles.filter(pk__in=options["ids"])
        if missing := set(options["ids"]) - set(
            Article.objects.filter(pk__in=options["ids"]).values_list("pk", flat=True)
        ):
            numbers = ", ".join(map(str, sorted(missing)))
            raise CommandError(_("There is no article with this number: %(numbers)s") % {"numbers": numbers})
    if options["published"]:
        articles = articles.published()
    return Selection.of(articles)

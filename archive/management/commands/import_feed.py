"""`import_feed`: fetch feeds now, those that the archive follows or any other, and import what is new in them."""

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.ingest.feeds import Visit, import_feed, visit
from archive.ingest.fetching import Client, FetchError
from archive.ingest.notes import sentence
from archive.ingest.report import Entry, ImportReport, Outcome
from archive.ingest.shelves import may_be_source
from archive.ingest.visiting import alone, turn
from archive.management.command import ArchiveCommand
from archive.models import Feed


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Fetches feeds and imports what is new in them: those of the addresses given, or those that are followed."
    )

    def add_arguments(self, parser):
        parser.add_argument("urls", nargs="*", metavar="URL", help=_("the address of a feed, followed or not"))
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help=_("every feed that is followed"))
        which.add_argument("--due", action="store_true", help=_("those of them whose time has come"))
        parser.add_argument(
            "--source",
            default="",
            metavar="SLUG",
            help=_("the source of articles of feeds that are not followed"),
        )

    def handle(self, *, urls, source, verbosity, **options):
        if bool(urls) == bool(options["all"] or options["due"]):
            raise CommandError(_("Give addresses of feeds, or --all, or --due."))
        if source and not may_be_source(source):
            raise CommandError(_("“%(slug)s” is no address of a source.") % {"slug": source})
        self._verbosity = verbosity
        feeds = Feed.objects.select_related("source", "section")
        if options["due"]:
            failed = sum(not self._visit(feed) for feed in feeds.due(at=timezone.now()))
        elif options["all"]:
            failed = sum(not self._visit(feed) for feed in feeds.filter(active=True))
        else:
            known = {feed.url: feed for feed in feeds.filter(url__in=urls)}
            client = Client()
            failed = sum(
                not (self._visit(known[url]) if url in known else self._import(url, source, client)) for url in urls
            )
        if failed:
            message = ngettext(
                "%(count)d feed could not be fetched.", "%(count)d feeds could not be fetched.", failed
            )
            raise CommandError(message % {"count": failed})

    def _visit(self, feed: Feed) -> bool:
        url = feed.url
        done: Visit = visit(feed, listeners=(self._hear,))
        self._tell(url, done.report, done.problem and sentence(done.problem))
        return done.problem is None

    def _import(self, url: str, source: str, client: Client) -> bool:
        try:
            with alone(url):
                with turn(url):
                    fetched = client.fetch(url)
                report = import_feed(fetched.body, fetched.url, source=source, listeners=(self._hear,))
        except FetchError as problem:
            self._tell(url, None, sentence(problem.note))
            return False
        self._tell(url, report, None)
        return True

    def _hear(self, entry: Entry) -> None:
        if self._verbosity and entry.outcome is Outcome.FAILED:
            for note in entry.reasons:
                self.stdout.write(f"    {entry.title or entry.origin}: {sentence(note)} ({note.code})")

    def _tell(self, url: str, report: ImportReport | None, problem: str | None) -> None:
        if not self._verbosity:
            return
        if problem:
            self.stdout.write(f"{url}: {problem}")
        if report:
            said = _("%(created)d created, %(updated)d updated, %(unchanged)d unchanged, %(failed)d failed")
            counts = {outcome.value: report.outcomes[outcome] for outcome in Outcome}
            self.stdout.write(f"{url}: {said % counts}")
        elif not problem:
            self.stdout.write("{}: {}".format(url, _("nothing new")))

"""`rebuild_search`: analyse every article anew, beside readers and writers."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.exceptions import RebuildError
from archive.management.command import ArchiveCommand
from archive.management.progress import Progress
from archive.search.rebuilding import rebuild_search


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Analyses every article anew for search. Readers find what they found until it is done; killed, it goes on "
        "where it was when it is started again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--restart", action="store_true", help=_("begin again, whatever is done already"))

    def handle(self, *args, restart, verbosity, **options):
        try:
            with Progress(quiet=not verbosity) as progress:
                rebuild_search(progress, restart=restart)
        except RebuildError as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(_("The search index is rebuilt."))

"""`find_copies`: find the articles that are the same text, among all that are in the archive."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.copies.finding import find_all_copies
from archive.management.command import ArchiveCommand
from archive.management.progress import Progress
from archive.models import ArticleCopy


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Finds the articles that are copies of one text, among those that imports have not looked at. Killed, it goes"
        " on where it was when it is started again. What editors have parted stays so."
    )

    def add_arguments(self, parser):
        parser.add_argument("--restart", action="store_true", help=_("begin again, whatever is done already"))

    def handle(self, *args, restart, verbosity, **options):
        with Progress(quiet=not verbosity) as progress:
            find_all_copies(progress, restart=restart)
        if verbosity:
            said = {"count": ArticleCopy.objects.filter(refused=False).count()}
            self.stdout.write(_("Articles that are printed elsewhere too: %(count)d") % said)

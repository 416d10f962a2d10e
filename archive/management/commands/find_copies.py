"""`find_copies`: find the articles that are the same text, among all that are in the archive."""

import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.copies.finding import find_all_copies
from archive.management.command import ArchiveCommand
from archive.models import ArticleCopy

PROGRESS_SECONDS = 2


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Finds the articles that are copies of one text, among those that imports have not looked at. Killed, it goes"
        " on where it was when it is started again. What editors have parted stays so."
    )

    def add_arguments(self, parser):
        parser.add_argument("--restart", action="store_true", help=_("begin again, whatever is done already"))

    def handle(self, *args, restart, verbosity, **options):
        self._told_at = None
        find_all_copies(self._tell if verbosity else lambda done, total: None, restart=restart)
        if verbosity:
            said = {"count": ArticleCopy.objects.filter(refused=False).count()}
            self.stdout.write(_("Articles that are printed elsewhere too: %(count)d") % said)

    def _tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or self._told_at is None or now - self._told_at >= PROGRESS_SECONDS:
            self._told_at = now
            self.stdout.write(_("%(done)d of %(total)d articles looked at") % {"done": done, "total": total})
            self.stdout.flush()

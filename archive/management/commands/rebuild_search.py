"""`rebuild_search`: analyse every article anew, beside readers and writers."""

import time

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.exceptions import RebuildError
from archive.management.command import ArchiveCommand
from archive.search.rebuilding import rebuild_search

PROGRESS_SECONDS = 2


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Analyses every article anew for search. Readers find what they found until it is done; killed, it goes on "
        "where it was when it is started again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--restart", action="store_true", help=_("begin again, whatever is done already"))

    def handle(self, *args, restart, **options):
        self._told_at = None
        try:
            rebuild_search(self._tell, restart=restart)
        except RebuildError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("The search index is rebuilt."))

    def _tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or self._told_at is None or now - self._told_at >= PROGRESS_SECONDS:
            self._told_at = now
            self.stdout.write(_("%(done)d of %(total)d articles analysed") % {"done": done, "total": total})
            self.stdout.flush()

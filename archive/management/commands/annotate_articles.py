"""`annotate_articles`: read names, quotations and dates out of the articles that wait for it, or out of all."""

import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.annotating import annotate_waiting, wait_anew
from archive.management.command import ArchiveCommand

PROGRESS_SECONDS = 2


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Reads what is in the texts of articles that are new or have changed, as the worker does by itself every"
        " minute. What editors decided stays."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help=_("read every article again"))

    def handle(self, *args, all, verbosity, **options):
        self._told_at = time.monotonic()
        if all:
            wait_anew()
        done = annotate_waiting(self._tell if verbosity else lambda done, total: None)
        if verbosity:
            self.stdout.write(_("Articles read: %(count)d") % {"count": done})

    def _tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= PROGRESS_SECONDS:
            self._told_at = now
            self.stdout.write(_("%(done)d of %(total)d articles gone through") % {"done": done, "total": total})
            self.stdout.flush()

"""`annotate_articles`: read names, quotations and dates out of the articles that wait for it, or out of all."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.annotating import annotate_waiting, wait_anew
from archive.management.command import ArchiveCommand
from archive.management.progress import Progress


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Reads what is in the texts of articles that are new or have changed, as the worker does by itself every"
        " minute. What editors decided stays."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help=_("read every article again"))

    def handle(self, *args, all, verbosity, **options):
        if all:
            wait_anew()
        with Progress(quiet=not verbosity) as progress:
            done = annotate_waiting(progress)
        if verbosity:
            self.stdout.write(_("Articles read: %(count)d") % {"count": done})

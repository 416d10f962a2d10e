"""`make_picture_sizes`: make the smaller forms of pictures that readers' screens choose from."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.management.command import ArchiveCommand
from archive.management.progress import Progress
from archive.models import Image
from archive.pictures import forget_sizes, make_waiting


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Makes the sizes and formats of pictures from which readers' screens choose. The worker does it each minute "
        "for new pictures; this command does it at once."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--all", action="store_true", help=_("all pictures anew, and not only those that are new")
        )

    def handle(self, *, verbosity, **options):
        if options["all"]:
            forget_sizes()
        total = Image.objects.without_sizes().count()
        with Progress(quiet=not verbosity) as progress:
            count = make_waiting(lambda done: progress(done, total))
        if verbosity:
            message = ngettext(
                "The sizes of %(count)d picture were made.", "The sizes of %(count)d pictures were made.", count
            )
            self.stdout.write(message % {"count": count})

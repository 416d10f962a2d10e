"""`remove_names`: take out what nobody has used of the starter list of names."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.entities.starter.loading import remove_names
from archive.management.command import ArchiveCommand


class Command(ArchiveCommand):
    help = gettext_lazy("Takes out the names of the starter list that no article mentions and no editor has changed.")

    def handle(self, *args, verbosity, **options):
        count = remove_names()
        if verbosity:
            self.stdout.write(_("Names taken out: %(count)d.") % {"count": count})

"""`load_names`: put the starter list of names in."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.entities.starter.loading import load_names
from archive.management.command import ArchiveCommand
from archive.models import Entity


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Puts the starter list of names in: countries, cities, people and organisations. What is here stays as it is."
    )

    def add_arguments(self, parser):
        kinds = [Entity.Kind.PERSON.value, Entity.Kind.ORGANISATION.value, Entity.Kind.PLACE.value]
        parser.add_argument("--kind", nargs="+", choices=kinds, default=kinds, help=_("only names of these kinds"))

    def handle(self, *args, kind, verbosity, **options):
        count = load_names(kind)
        if verbosity:
            self.stdout.write(
                _("Names put in: %(added)d; known already: %(known)d.") % {"added": count.added, "known": count.known}
            )

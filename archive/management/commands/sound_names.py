"""`sound_names`: sound the words of names that wait for it, by which names are found across spellings and scripts."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.entities.sounding import sound_anew, sound_waiting
from archive.management.command import ArchiveCommand


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Works out how the words of names sound, by which a name is found in other spellings and letters. The worker "
        "does it each minute for new names; this command does it at once."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help=_("all words anew, and not only those that are new"))

    def handle(self, *, verbosity, **options):
        if options["all"]:
            sound_anew()
        count = sound_waiting()
        if verbosity:
            message = ngettext("%(count)d word was sounded.", "%(count)d words were sounded.", count)
            self.stdout.write(message % {"count": count})

"""`load_demo`: put the demo archive in."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.annotating import annotate_waiting
from archive.demo.loading import is_new_archive, load_demo
from archive.entities.sounding import sound_waiting
from archive.management.command import ArchiveCommand
from archive.search.statistics import count_words
from archive.tasks.names import request_networks


class Command(ArchiveCommand):
    help = gettext_lazy("Puts the demo archive in: original articles and real names to try the site with.")

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-new", action="store_true", help=_("do nothing when the archive has articles, or ever had any")
        )

    def handle(self, *args, if_new, verbosity, **options):
        if if_new and not is_new_archive():
            return
        count = load_demo()
        count_words()
        sound_waiting()
        annotate_waiting(lambda done, total: None)
        request_networks()
        if not verbosity:
            return
        self.stdout.write(
            _("Demo archive: %(articles)d articles and %(entities)d names put in.")
            % {"articles": count.articles, "entities": count.entities}
        )

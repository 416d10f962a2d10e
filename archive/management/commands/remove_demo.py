"""`remove_demo`: take the demo archive out whole."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from archive.demo.loading import remove_demo


class Command(BaseCommand):
    help = "Takes the demo archive out, with the names, sections and sources that only it used."

    def handle(self, *args, **options):
        count = remove_demo()
        self.stdout.write(
            _("Demo archive: %(articles)d articles and %(entities)d names taken out.")
            % {"articles": count.articles, "entities": count.entities}
        )

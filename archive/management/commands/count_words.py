"""`count_words`: count in how many articles each word stands, by which search ranks."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.management.command import ArchiveCommand
from archive.search.statistics import count_words, words_need_counting


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Counts in how many articles each word stands, by which search ranks; imports do it at their end."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-needed", action="store_true", help=_("do nothing when the figures are nearly right")
        )

    def handle(self, *args, if_needed, **options):
        if if_needed and not words_need_counting():
            return
        count_words()
        if not if_needed:
            self.stdout.write(_("The words are counted."))

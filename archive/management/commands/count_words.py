"""`count_words`: count in how many articles each word stands, by which search ranks."""

from archive.management.command import ArchiveCommand
from archive.search.statistics import count_words, words_need_counting


class Command(ArchiveCommand):
    help = "Counts in how many articles each word stands, by which search ranks; imports do it at their end."

    def add_arguments(self, parser):
        parser.add_argument("--if-needed", action="store_true", help="do nothing when the figures are nearly right")

    def handle(self, *args, if_needed, **options):
        if not if_needed or words_need_counting():
            count_words()

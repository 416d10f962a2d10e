"""`archive_hash`: one hash over the whole archive, by which two are seen to hold the same."""

from django.utils.translation import gettext_lazy

from archive.management.command import ArchiveCommand
from archive.outgoing.fingerprint import archive_hash, table_hashes


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Tells a hash of every table that holds content, of the files beside them, and one of them all: equal where "
        "two archives hold the same, such as one and what was restored from its export."
    )

    def handle(self, *args, **options):
        hashes = []
        for one in table_hashes():
            hashes.append(one)
            self.stdout.write(f"{one.sha256} {one.rows:>9} {one.name}")
        self.stdout.write(archive_hash(hashes))

"""`export_capture`: give back what was received of an article, byte for byte."""

import sys
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.management.command import ArchiveCommand, unwritable
from archive.models import Capture


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Writes what was received of an article, byte for byte, with what of its file it takes to read it by itself."
    )

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("article_id", nargs="?", type=int, metavar="ARTICLE_ID")
        which.add_argument("--capture", metavar="SHA256", help=_("a capture by its SHA-256"))
        parser.add_argument("--output", metavar="FILE", help=_("a file to write to instead of standard output"))

    def handle(self, *, article_id, capture, output, **options):
        found = (
            Capture.objects.filter(sha256=capture.lower()) if capture else Capture.objects.filter(articles=article_id)
        )
        received = found.first()
        if received is None:
            raise CommandError(_("There is no such capture."))
        if output:
            try:
                Path(output).write_bytes(received.content)
            except OSError as problem:
                raise unwritable(output, problem) from problem
            return
        stream = getattr(self.stdout, "buffer", None) or sys.stdout.buffer
        stream.write(received.content)
        stream.flush()

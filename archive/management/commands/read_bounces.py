"""`read_bounces`: read what came back into a mailbox, and write to those addresses no more."""

import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.ingest.notes import reason
from archive.management.command import ArchiveCommand
from archive.subscriptions.bounces import read_bounce, take_bounce


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Reads reports of messages that came back, and writes no more to addresses that do not exist. What is no "
        "report of ours is passed over; to read the same again does no harm."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "paths",
            nargs="+",
            metavar="PATH",
            help=_("a Maildir folder, an mbox file, a file with one message, or - for one on standard input"),
        )

    def handle(self, *, paths, verbosity, **options):
        read = known = 0
        for path in paths:
            for content in _messages(path):
                bounce = read_bounce(content)
                read += 1
                known += bool(bounce and take_bounce(bounce))
        if verbosity:
            message = ngettext(
                "%(read)d message was read; reports of ours: %(known)d.",
                "%(read)d messages were read; reports of ours: %(known)d.",
                read,
            )
            self.stdout.write(message % {"read": read, "known": known})


def _messages(name: str) -> Iterator[bytes]:
    """The messages at NAME, each as bytes; raises CommandError where there is nothing to read."""
    if name == "-":
        yield sys.stdin.buffer.read()
        return
    path = Path(name)
    if path.is_dir():
        yield from (message.as_bytes() for message in mailbox.Maildir(path, create=False))
        return
    try:
        content = path.read_bytes()
    except OSError as problem:
        said = {"path": name, "problem": reason(problem)}
        raise CommandError(_("%(path)s cannot be read: %(problem)s") % said) from problem
    if content.startswith(b"From "):
        yield from (message.as_bytes() for message in mailbox.mbox(path, create=False))
    else:
        yield content

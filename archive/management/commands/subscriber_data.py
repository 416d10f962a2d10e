"""`subscriber_data`: what is kept of a reader who asks for it by other ways than their link; erased, if they ask."""

import json

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.management.command import ArchiveCommand
from archive.models import AuditEntry, Channel, Subscriber
from archive.staff import audit
from archive.subscriptions import personal_data
from archive.subscriptions.addresses import email_key
from archive.subscriptions.phones import phone_key


class Command(ArchiveCommand):
    help = gettext_lazy(
        "Prints, as JSON, everything that is kept of a subscriber; with --erase it is erased. Be sure that whoever "
        "asks is whose address it is. The audit log keeps that it was done, without the address."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "address",
            metavar="ADDRESS",
            help=_("an address of mail, a number of WhatsApp with + and its code, or a browser’s address"),
        )
        parser.add_argument("--erase", action="store_true", help=_("erase it, after it is printed"))

    def handle(self, *, address, erase, **options):
        channel, key = _channel_and_key(address)
        subscriber = Subscriber.objects.filter(channel=channel, address_key=key).first()
        if subscriber is None:
            raise CommandError(_("Nobody has this address: %(address)s") % {"address": address})
        found = personal_data.export(subscriber)
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        if erase:
            audit.record(AuditEntry.Action.DELETED, thing=subscriber)
            personal_data.erase(subscriber)
        else:
            audit.record(AuditEntry.Action.EXPORTED, thing=subscriber, details={"what": "subscriber_data"})


def _channel_and_key(address: str) -> tuple[Channel, str]:
    """On which channel ADDRESS is one, and how it is compared there."""
    if address.startswith("https://"):
        return Channel.PUSH, address
    return (Channel.EMAIL, email_key(address)) if "@" in address else (Channel.WHATSAPP, phone_key(address))

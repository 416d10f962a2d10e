"""`python -m tests.archive.subscriptions.whatsapp_sender`: sends what is due on WhatsApp, as the worker's job does, until
it is killed."""

import os
import sys
import time
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "newsapp.settings"
django.setup()

from archive.models import Channel, Delivery  # noqa: E402
from archive.subscriptions import outbox  # noqa: E402
from archive.subscriptions.channels import whatsapp  # noqa: E402

outbox.FIRST_WAIT = outbox.CHANNEL_FIRST_WAIT = timedelta(seconds=0.2)


def main() -> None:
    # Whoever kills it waits for this line, so that it does not die before it has begun.
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while Delivery.objects.filter(state__in=("due", "claimed")).exists():
        outbox.deliver_due(Channel.WHATSAPP, whatsapp.opened, max_seconds=60)
        time.sleep(0.05)


if __name__ == "__main__":
    main()

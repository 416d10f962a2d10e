"""`python -m tests.archive.subscriptions.sender CHANNEL`: empties the outbox, as the worker's job does, until it is
killed.

Everything waits less than in earnest, for the tests' sake.
"""

import os
import sys
import time
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "newsapp.settings"
django.setup()

from django.conf import settings  # noqa: E402

from archive.models import Delivery  # noqa: E402
from archive.subscriptions import outbox  # noqa: E402
from archive.tasks.subscriptions import SENDERS  # noqa: E402

settings.EMAIL_TIMEOUT = 1
outbox.FIRST_WAIT = outbox.CHANNEL_FIRST_WAIT = timedelta(seconds=0.2)


def main(channel: str) -> None:
    # Whoever kills it waits for this line, so that it does not die before it has begun.
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while Delivery.objects.filter(state__in=("due", "claimed")).exists():
        outbox.deliver_due(channel, SENDERS[channel], max_seconds=60)
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1])

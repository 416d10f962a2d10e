"""Loaded by a worker with `worker_settings`: what was not taken, or is left of a dead worker, is tried again at once."""

import sys
from datetime import timedelta

from archive.subscriptions import outbox

outbox.FIRST_WAIT = outbox.CHANNEL_FIRST_WAIT = timedelta(seconds=0.2)
worker = sys.modules["__main__"]  # It is run as a program.
worker.FALLBACK_POLL_SECONDS = worker.RESCUE_SECONDS = 0.2

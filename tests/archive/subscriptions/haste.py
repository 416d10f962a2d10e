"""Loaded by a worker with `worker_settings`: what was not taken is tried again at once."""

from datetime import timedelta

from archive.subscriptions import outbox

outbox.FIRST_WAIT = outbox.CHANNEL_FIRST_WAIT = timedelta(seconds=0.2)

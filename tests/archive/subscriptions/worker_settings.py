"""The real settings, for a worker that waits less than in earnest, for the tests' sake."""

from newsapp.settings import *  # noqa: F403

EMAIL_TIMEOUT = EMAIL_REPLY_SECONDS = 1
PROCRASTINATE_IMPORT_PATHS = ["tests.archive.subscriptions.haste"]

"""The real settings, with tasks for the queue's own tests."""

from newsapp.settings import *  # noqa: F403

PROCRASTINATE_IMPORT_PATHS = ["tests.newsapp.queue_tasks"]

"""The queue as a whole: what its tasks are called, and whether anybody does their jobs."""

import pytest
from procrastinate.contrib.django import app

from archive.tasks.queue import STALLED_SECONDS, queue_state
from tests.archive.tasks.conftest import heartbeat

NAMES = """
annotate announce check_links deliver due_feeds feed figures gather_links import manage_link networks pairs pairs_now
picture_sizes purge purge_now recompile relink seal_audit_log sound tell_subscribers tidy whatsapp_events
"""


def test_tasks_are_called_as_jobs_that_wait_call_them():
    ours = [name for name, task in app.tasks.items() if task.func.__module__.startswith("archive.")]

    assert sorted(ours) == NAMES.split()


@pytest.mark.django_db
def test_a_worker_lives_while_it_is_heard_of():
    states = [queue_state()]
    for age in (STALLED_SECONDS * 2, 1):
        heartbeat(age)
        states.append(queue_state())

    assert [state.is_alive for state in states] == [False, False, True]

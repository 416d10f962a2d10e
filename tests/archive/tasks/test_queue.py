"""The queue as a whole: what its tasks are called, and whether anybody does their jobs."""

import pytest
from procrastinate.contrib.django import app

from archive.tasks.queue import STALLED_SECONDS, queue_state
from tests.archive.tasks.conftest import heartbeat

NAMES = """
annotate announce check_links deliver due_feeds feed figures gather_links import manage_link networks pairs pairs_now
picture_sizes purge purge_now recompile relink relink_name seal_audit_log sound tell_subscribers tidy whatsapp_events
"""


def test_tasks_are_called_as_jobs_that_wait_call_them():
    ours = [name for name, task in app.tasks.items() if task.func.__module__.startswith("archive.")]

    assert sorted(ours) == NAMES.split()


TAKE_WHAT_NO_OTHER_HAS = {
    *("annotate", "picture_sizes", "sound"),  # Rows that are locked, or claimed.
    "import",  # Its run is locked.
    *("purge", "purge_now", "seal_audit_log"),  # Who comes second waits, or finds nothing left.
    *("due_feeds", "manage_link"),  # They ask for jobs; a second one of the same is not asked for, or another's.
}
LOCKED_WHEN_ASKED_FOR = {"deliver", "feed", "figures", "relink", "relink_name"}  # One lock for each.


def test_two_workers_never_do_the_same():
    """What takes no thing of its own in hand has a lock."""
    ours = {name: task for name, task in app.tasks.items() if task.func.__module__.startswith("archive.")}

    assert {name for name, task in ours.items() if not task.lock} == TAKE_WHAT_NO_OTHER_HAS | LOCKED_WHEN_ASKED_FOR


@pytest.mark.django_db
def test_a_worker_lives_while_it_is_heard_of():
    states = [queue_state()]
    for age in (STALLED_SECONDS * 2, 1):
        heartbeat(age)
        states.append(queue_state())

    assert [state.is_alive for state in states] == [False, False, True]

"""Processes that send what is due, on the database of the tests, and are killed at it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from archive.models import Delivery

WORKER = {"DJANGO_SETTINGS_MODULE": "tests.archive.subscriptions.worker_settings"}
"""What a worker is given that waits less than in earnest."""


def send_for(channel: str, seconds: float, **environment: str) -> bool:
    """Let a process send on CHANNEL for so many SECONDS, then kill it; return whether it was still at it.

    It finds the database and the signing key of this process, and ENVIRONMENT besides.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.archive.subscriptions.sender", channel],
        env=os.environ | settings_of_tests() | environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
    )
    try:
        process.stdout.readline()
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    return False


def left_in_hand(known: set[tuple[int, int]]) -> list[Delivery]:
    """What a process that died had claimed: not what was claimed already, which KNOWN is told of."""
    claimed = {(one.pk, one.attempts): one for one in Delivery.objects.filter(state="claimed")}
    left = [one for claim, one in claimed.items() if claim not in known]
    known.update(claimed)
    return left


@contextmanager
def emptied_queue() -> Iterator[None]:
    """A queue without jobs of other tests, which leaves none to them."""
    _empty_queue()
    yield
    _empty_queue()


def _empty_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_periodic_defers")
        cursor.execute("DELETE FROM procrastinate_jobs")


def settings_of_tests() -> dict[str, str]:
    """The environment by which another process works on the database of this one."""
    database = connection.settings_dict
    host = database["HOST"].replace("/", "%2F")
    return {
        "DATABASE_URL": f"postgresql://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}",
        "DELIVERY_LEASE_SECONDS": "2",
        # It signs the marks that are read here.
        "SECRET_KEY": settings.SECRET_KEY,
    }

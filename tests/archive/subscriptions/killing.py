"""Processes that send what is due, and are killed at it."""

import os
import subprocess
import sys

from django.conf import settings
from django.db import connection


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

"""The database that a bench works on: a throw-away one, one kept in a folder for the next run, or one named."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django
from django.core.management import call_command

from newsapp.postgres import Cluster, embedded_url


@contextmanager
def database(*, keep: Path | None = None, url: str | None = None) -> Iterator[None]:
    """Set Django up, on the database at URL or on a PostgreSQL in the folder KEEP; with neither, on one soon gone.

    What imports models is imported within.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        if url is None:
            folder = keep or Path(stack.enter_context(_scratch_folder()))
            stack.enter_context(Cluster(folder, throwaway=keep is None))
            url = embedded_url(folder.resolve())
        # Also for processes that this one starts.
        os.environ |= {"DATABASE_URL": url, "DEBUG": "false", "LOG_LEVEL": "ERROR"}
        set_up_django()
        call_command("migrate", verbosity=0)
        yield


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapp.settings")
    django.setup()


@contextmanager
def _scratch_folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="sijill-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # As root: PostgreSQL 15 and older insist on a way to their directory.
        yield folder

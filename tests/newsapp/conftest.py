"""Fixtures for tests of running programs."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def scratch_folder() -> Iterator[Path]:
    # Not pytest's: its paths are too long for a Unix socket.
    with tempfile.TemporaryDirectory(prefix="sijill-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def data_dir():
    with scratch_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def migrated_database(django_db_setup):
    """The tests' own database, as others see it: migrated and empty."""

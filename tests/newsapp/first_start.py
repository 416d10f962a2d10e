"""What a first start leaves, made once: the migrations take long, and copies of what they made do not."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest

from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import Server


class FirstStart(NamedTuple):
    """A data folder that a first start has filled and left, for copies only; and what came of that start."""

    folder: Path
    status: int
    code: int
    lines: list[str]


@pytest.fixture(scope="session")
def first_start() -> Iterator[FirstStart]:
    with scratch_folder() as folder:
        with Server(folder) as server:
            server.wait_until_serving()
            status = urlopen(f"http://127.0.0.1:{server.port}/").status
            code = server.stop()
            lines = server.errors
        yield FirstStart(folder, status, code, lines)


@pytest.fixture(scope="module")
def used_dir(first_start) -> Iterator[Path]:
    """A data folder of the module's own, as a first start leaves it."""
    with scratch_folder() as folder:
        copy_folder(first_start.folder, folder)
        yield folder


def copy_folder(source: Path, target: Path) -> None:
    """Copy SOURCE to TARGET with the accounts that its files belong to."""
    subprocess.run(["cp", "-a", f"{source}/.", target], check=True)

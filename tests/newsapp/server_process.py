"""`python -m newsapp.server`, or `.worker`, as a process of its own, with nothing of this machine's settings."""

import contextlib
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
VARIABLES = re.findall(r"^# ([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


class Server:
    """The server on DATA_DIR with VARIABLES, on a free port of its own choice. What it says is in `errors`."""

    module = "newsapp.server"

    def __init__(self, data_dir: Path, **variables: str) -> None:
        # Set and empty, so that a developer's .env does not fill them.
        clean = os.environ | dict.fromkeys(VARIABLES, "")
        # An operator has no such variable, and what is loaded before the server sets it must do without.
        del clean["DJANGO_SETTINGS_MODULE"]
        settings = {
            "SIJILL_DATA_DIR": str(data_dir),
            "SIJILL_DEMO": "0",
            "SIJILL_WORKER": "0",
            "PORT": "0",
            # What is logged does not depend on how fast the machine is.
            "SLOW_REQUEST_MILLISECONDS": "0",
        } | variables
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed by __exit__)
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            cwd=ROOT,
            env=clean | settings,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            # Under nohup it would be ignored, as it should be, and a test could not send it.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
        self.port = 0
        self.data_dir = data_dir

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.process.poll() is None:
            self.kill_everything()
        self.process.stdout.close()
        self._errors.close()

    def wait_until_serving(self) -> "Server":
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            assert selector.select(PATIENCE_SECONDS), self.errors
        address = re.search(r":(\d+)/", self.process.stdout.readline())
        assert address, self.errors
        self.port = int(address[1])
        return self

    def wait_until_it_says(self, line: str) -> None:
        wait_until(lambda: line in self.errors)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send signal NUMBER; return the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Return the exit code."""
        return self.process.wait(PATIENCE_SECONDS)

    def kill_everything(self) -> None:
        """Take the power from it, its web server and its PostgreSQL."""
        processes = [psutil.Process(self.process.pid), *self.descendants()]
        kill_all(processes)
        self.process.wait(PATIENCE_SECONDS)
        wait_until(lambda: not any(map(lives, processes)))

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def worker(self) -> psutil.Process:
        """The one child that is neither PostgreSQL nor has children, as the web server does."""
        children = psutil.Process(self.process.pid).children()
        (worker,) = [child for child in children if child.name() != "postgres" and not child.children()]
        return worker

    def postgres(self) -> list[psutil.Process]:
        """The processes of its PostgreSQL, some of which end by themselves at any moment."""
        found = []
        for process in self.descendants():
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.name() == "postgres":
                    found.append(process)
        return found

    @property
    def errors(self) -> list[str]:
        """The lines on stderr so far."""
        # pread: the child writes where the shared position is.
        size = os.fstat(self._errors.fileno()).st_size
        return os.pread(self._errors.fileno(), size, 0).decode().splitlines()


class Worker(Server):
    """The queue's worker, which has no port."""

    module = "newsapp.worker"

    def wait_until_ready(self) -> "Worker":
        self.wait_until_it_says("The worker waits for jobs (Ctrl-C stops it)")
        return self


def wait_until(condition) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """Kill PROCESSES, of which some may end by themselves when others have."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def lives(process: psutil.Process) -> bool:
    """Return whether PROCESS runs; one whose parent has not asked how it ended does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

"""A standby of a PostgreSQL, made by pg_basebackup and run by the same programs."""

import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from newsapp.postgres import DATABASE, PORT, ROLE, SUPERUSER
from newsapp.postgres_programs import Programs
from newsapp.processes import dying_with_parent

PATIENCE_SECONDS = 60
POLL_SECONDS = 0.05


class Standby:
    """A copy of the PostgreSQL whose socket is in SOCKET_DIR, kept in FOLDER; `stop` and `start` may alternate.

    Its socket is in FOLDER, too. Raises CalledProcessError where it cannot be made.
    """

    def __init__(self, folder: Path, socket_dir: Path):
        self.folder = folder
        self._process: subprocess.Popen | None = None
        folder.mkdir(mode=0o700)
        self._programs = Programs(folder)
        self._programs.hand_over(folder)
        command = ["pg_basebackup", "-D", ".", "-h", str(socket_dir), "-p", str(PORT), "-U", SUPERUSER]
        self._run(*command, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync")

    def __enter__(self) -> "Standby":
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@{quote(str(self.folder), safe='')}:{PORT}/{DATABASE}"

    def start(self) -> None:
        """Return when it answers."""
        settings = {
            "unix_socket_directories": "/proc/self/cwd" if self._programs.account else str(self.folder),
            "listen_addresses": "",
            "port": str(PORT),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "standby.log").open("a") as log:
            self._process = subprocess.Popen(
                [self._programs.folder / "postgres", "-D", ".", *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=dying_with_parent(signal.SIGQUIT),
                **self._programs.options(),
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._asked("SELECT 1") is None:
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"The standby in {self.folder} does not answer: see its log.")
            time.sleep(POLL_SECONDS)

    def stop(self, number: signal.Signals = signal.SIGQUIT) -> None:
        """End it by signal NUMBER, at once by default."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE_SECONDS)

    def ask(self, sql: str) -> str:
        """Return what its superuser is answered to SQL, one value."""
        answer = self._asked(sql)
        if answer is None:
            raise RuntimeError(f"The standby in {self.folder} does not answer.")
        return answer

    def _asked(self, sql: str) -> str | None:
        command = ["psql", "-XAtq", "-h", str(self.folder), "-p", str(PORT), "-U", SUPERUSER, "-d", DATABASE]
        result = subprocess.run(
            [self._programs.folder / command[0], *command[1:], "-c", sql],
            capture_output=True,
            text=True,
            env=self._programs.environment,
        )
        return result.stdout.strip() if result.returncode == 0 else None

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs.folder / program, *arguments],
            cwd=self.folder,
            capture_output=True,
            check=True,
            **self._programs.options(),
        )

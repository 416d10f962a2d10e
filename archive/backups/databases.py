"""A database as a backup reads and writes it: by a session of its own, and by PostgreSQL's programs.

Of the programs that are here, the embedded PostgreSQL's and the system's, the oldest that serve the server write a
dump, so that most can read it, and the newest read one, so that they know whatever wrote it. Passwords reach them by
their environment, never by the command line.
"""

import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO

import psycopg
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from archive.backups.fingerprint import OURS
from archive.exceptions import BackupError
from newsapp.postgres_programs import wheel_folder
from newsapp.processes import dying_with_parent

PIECE_BYTES = 1024 * 1024
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
SYSTEM_PROGRAMS = Path("/usr/lib/postgresql")
DUMP = (
    *("pg_dump", "--format=custom", "--compress=0"),
    *("--no-owner", "--no-privileges", "--no-tablespaces", "--no-comments"),
)
WITHOUT_LIMITS = {"statement_timeout": "0", "lock_timeout": "0", "idle_in_transaction_session_timeout": "0"}
# What a database's owner may not always say, or others who made a database have said already; and how a server shows
# what it counts of its statements.
NOT_RESTORED = re.compile(
    r"^\d+; \d+ \d+ ((COMMENT|ACL) - (EXTENSION|SCHEMA) "
    r"|(SCHEMA - public|EXTENSION - pg_stat_statements|PUBLICATION|SUBSCRIPTION)\b)"
)
# pg_restore writes it for every server; those before 17 do not know it.
TRANSACTION_TIMEOUT = b"SET transaction_timeout = 0;\n"
KNOWS_TRANSACTION_TIMEOUT = 17
# Some servers (Debian's 15.20) mark every column for themselves. Their own pg_dump leaves that out, one of another
# version does not, and no other server takes it.
COLUMN_OPTIONS = re.compile(rb"(ALTER TABLE .* ALTER COLUMN .* SET \()(.*)(\);\n)")
COLUMN_VERSION = b"pg_attver="
DATA_BEGINS = b"COPY "
NO_ROOM = r"No space left|Disk quota|could not extend file"

HAS_SOMETHING = f"""
    SELECT EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname {OURS.format(schema="n.nspname")} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
            AND NOT EXISTS (
                SELECT FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
            )
        UNION ALL
        SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname {OURS.format(schema="n.nspname")}
            AND NOT EXISTS (
                SELECT FROM pg_depend d
                WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
            )
    )
"""


@dataclass(frozen=True)
class Database:
    """Where a database is, in libpq's words, and the PASSWORD apart."""

    conninfo: str
    password: str | None = None

    @classmethod
    def of(cls, parameters: dict) -> "Database":
        """Return that of PARAMETERS, Django's for a connection; what only psycopg knows is left out."""
        options = psycopg.pq.Conninfo.get_defaults()
        known = {option.keyword.decode() for option in options}
        # Also what libpq's own variables say: the programs are given nothing else. Not what is so anyway: older
        # programs do not know all of it.
        ours = {
            option.keyword.decode(): option.val.decode()
            for option in options
            if option.val and option.val != option.compiled
        }
        ours |= {name: str(value) for name, value in parameters.items() if name in known and value not in (None, "")}
        password = ours.pop("password", None)
        if "sslpassword" in ours:
            raise BackupError(
                _(
                    "The password of a key (sslpassword in DATABASE_URL) would stand on the programs' command lines: "
                    "use a key without one, in a file that only the site's account may read."
                )
            )
        return cls(make_conninfo(**ours), password)

    @property
    def environment(self) -> dict[str, str]:
        return ENVIRONMENT | {"HOME": str(Path.home())} | ({"PGPASSWORD": self.password} if self.password else {})

    @contextmanager
    def session(self) -> Iterator[psycopg.Connection]:
        """Connect, for one transaction that sees one moment and may take as long as it needs. Raises BackupError."""
        with says_what_failed():
            connection = psycopg.connect(self.conninfo, password=self.password, autocommit=True)
        with connection, says_what_failed():
            for name, value in WITHOUT_LIMITS.items():
                connection.execute("SELECT set_config(%s, %s, false)", [name, value])
            if major(connection) >= KNOWS_TRANSACTION_TIMEOUT:
                connection.execute("SET transaction_timeout = 0")
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            with connection.transaction():
                yield connection


@contextmanager
def says_what_failed() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BackupError(_("The database failed: %(problem)s") % {"problem": said}) from error


def major(connection: psycopg.Connection) -> int:
    """Return the major version of the server."""
    return connection.info.server_version // 10000


def holds_anything(connection: psycopg.Connection) -> bool:
    """Is there a table, a view, a sequence or a function that no extension made?"""
    return connection.execute(HAS_SOMETHING).fetchone()[0]


def programs_for(server: int, *, reading: bool = False) -> Path:
    """Return the folder of the programs that suit a SERVER of that major version, for READING a dump or for writing.

    Raises BackupError.
    """
    on_path = shutil.which("pg_dump")
    folders = [wheel_folder(), *SYSTEM_PROGRAMS.glob("*/bin"), *([Path(on_path).parent] if on_path else [])]
    found = [(version, folder) for folder in folders if (version := _version(folder)) and version >= server]
    if not found:
        raise BackupError(
            _("The database is PostgreSQL %(version)d: pg_dump and pg_restore of that version are needed here.")
            % {"version": server}
        )
    return (max if reading else min)(found, key=lambda one: one[0])[1]


def _version(folder: Path) -> int | None:
    """The version of the programs in FOLDER, if all that are needed are there and run."""
    if not all((folder / name).exists() for name in ("pg_dump", "pg_restore", "psql")):
        return None
    try:
        result = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True)  # noqa: S603
    except OSError:
        return None
    version = re.search(r"(\d+)\.\S*", result.stdout)
    return int(version[1]) if version and result.returncode == 0 else None


def dump(database: Database, programs: Path, snapshot: str) -> Iterator[bytes]:
    """Yield DATABASE as pg_dump writes it, as the exported SNAPSHOT shows it. Raises BackupError."""
    with TemporaryFile() as said:
        program, *options = DUMP
        command = [programs / program, *options, f"--snapshot={snapshot}", f"--dbname={database.conninfo}"]
        process = _started(command, database, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
        with _ended(process):
            while piece := process.stdout.read(PIECE_BYTES):
                yield piece
            if process.wait():
                raise _failure("pg_dump", said)


def listed(programs: Path, pieces: Iterator[bytes]) -> str:
    """Return the list of what is in a dump, for `load`; all PIECES are read. Raises BackupError where it is none."""
    with TemporaryFile() as said, TemporaryFile() as lines:
        process = _started(
            [programs / "pg_restore", "--list"], None, stdin=subprocess.PIPE, stdout=lines, stderr=said
        )
        with _ended(process):
            for piece in pieces:
                # It reads the beginning only; the rest is read for what reading tells.
                with suppress(BrokenPipeError):
                    process.stdin.write(piece)
            with suppress(BrokenPipeError):
                process.stdin.close()
            if process.wait():
                raise _failure("pg_restore", said)
        lines.seek(0)
        text = lines.read().decode()
    return "\n".join(line for line in text.splitlines() if not NOT_RESTORED.match(line))


def load(database: Database, programs: Path, contents: str | None, pieces: Iterator[bytes]) -> None:
    """Put into DATABASE a dump, or what CONTENTS lists of it, in one transaction. Raises BackupError."""
    with (
        NamedTemporaryFile("w", encoding="utf-8") as wanted,
        TemporaryFile() as said_of_dump,
        TemporaryFile() as said,
    ):
        wanted.write(contents or "")
        wanted.flush()
        only = [] if contents is None else [f"--use-list={wanted.name}"]
        options = ("--no-owner", "--no-privileges", "--file=-", *only)
        reader = _started(
            [programs / "pg_restore", *options],
            None,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said_of_dump,
        )
        with _ended(reader):
            writer = _started(
                [
                    programs / "psql",
                    "--no-psqlrc",
                    "--quiet",
                    "--set=ON_ERROR_STOP=1",
                    f"--dbname={database.conninfo}",
                ],
                database,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
            with _ended(writer):
                feeder = _Feeder(reader.stdin, pieces)
                feeder.start()
                try:
                    writer.stdin.write(b"BEGIN;\nSET statement_timeout = 0;\n")
                    _hand_on(reader.stdout, writer.stdin, keep_timeout=_server(database) >= KNOWS_TRANSACTION_TIMEOUT)
                    feeder.join()
                    if feeder.error:
                        raise feeder.error
                    if reader.wait():
                        raise _failure("pg_restore", said_of_dump)
                    # Without this last word psql's session ends, and nothing has happened.
                    writer.stdin.write(b"\nCOMMIT;\n")
                    writer.stdin.close()
                except BrokenPipeError:  # psql has stopped at an error.
                    writer.wait()
                    raise _failure("psql", said) from None
                finally:
                    feeder.stop()
                if writer.wait():
                    raise _failure("psql", said)


def analyze(database: Database) -> None:
    """Gather what PostgreSQL plans queries by: it is no part of a dump, and readers should not wait for it."""
    with (
        says_what_failed(),
        psycopg.connect(database.conninfo, password=database.password, autocommit=True) as connection,
    ):
        connection.execute("SET statement_timeout = 0")
        connection.execute("ANALYZE")


def _server(database: Database) -> int:
    with database.session() as connection:
        return major(connection)


def _hand_on(source: IO[bytes], target: IO[bytes], *, keep_timeout: bool) -> None:
    """Write what SOURCE has to say to TARGET; of what makes the tables, only what each PostgreSQL understands."""
    for line in source:
        target.write(_understood(line, keep_timeout=keep_timeout))
        if line.startswith(DATA_BEGINS):
            break
    while piece := source.read(PIECE_BYTES):
        target.write(piece)


def _understood(line: bytes, *, keep_timeout: bool) -> bytes:
    if line == TRANSACTION_TIMEOUT:
        return line if keep_timeout else b""
    if columns := COLUMN_OPTIONS.fullmatch(line):
        options = [option for option in columns[2].split(b", ") if not option.startswith(COLUMN_VERSION)]
        return columns[1] + b", ".join(options) + columns[3] if options else b""
    return line


class _Feeder(threading.Thread):
    """Writes PIECES to a program while another reads what comes out of it; what went wrong is its ERROR."""

    def __init__(self, target: IO[bytes], pieces: Iterator[bytes]):
        super().__init__(daemon=True)
        self.error: Exception | None = None
        self._target = target
        self._pieces = pieces
        self._stopped = False
        self._language = get_language()  # A thread begins with the site's.

    def stop(self) -> None:
        self._stopped = True

    def run(self) -> None:
        try:
            with override(self._language):
                self._feed()
        except Exception as error:
            # Whatever it is, what follows is no end of a dump. ValueError: closed by who has stopped it.
            self.error = error
        finally:
            with suppress(OSError):
                self._target.close()

    def _feed(self) -> None:
        for piece in self._pieces:
            if self._stopped:
                return
            # The program may have all that it needs; the end of the pieces tells whether they are whole.
            with suppress(BrokenPipeError):
                self._target.write(piece)


def _started(command: list, database: Database | None, **streams) -> subprocess.Popen:
    environment = database.environment if database else ENVIRONMENT
    # Killed with us: no restore goes on, and no dump holds a snapshot, without anybody who waits for it.
    end = dying_with_parent(signal.SIGTERM)
    return subprocess.Popen(command, env=environment, preexec_fn=end, **streams)  # noqa: S603


@contextmanager
def _ended(process: subprocess.Popen) -> Iterator[None]:
    try:
        yield
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                if stream:
                    stream.close()


def _failure(program: str, said: IO[bytes]) -> BackupError:
    """The one sentence for what PROGRAM, which failed, has SAID."""
    said.seek(0)
    text = said.read().decode(errors="replace").strip()
    if re.search(NO_ROOM, text):
        return BackupError(_("There is no room left on the disk of the database."))
    lines = [line for line in text.splitlines() if re.search(r"error|ERROR|FATAL", line)] or text.splitlines()
    return BackupError(
        _("%(program)s failed: %(problem)s") % {"program": program, "problem": lines[0] if lines else "?"}
    )

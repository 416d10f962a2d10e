"""What a start needs before the site can be served: the database there and migrated, the demo, the static files.

Each step does nothing when there is nothing to do, so that a second start takes seconds. Several servers may start at
once on one database. Every failure is a `StartError`.
"""

import contextlib
import errno
import fcntl
import hashlib
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import Error, NotSupportedError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from archive import locks
from newsapp.postgres import Cluster

OLDEST_POSTGRES = 15
DATABASE_PATIENCE_SECONDS = 15

# A server that may be on its way up is waited for; the rest is final.
NOT_YET = r"Connection refused|starting up|timeout|No such file|Network is unreachable|No route to host"
EXPLANATIONS = {
    r"password authentication failed|no password supplied": "it refuses the account or the password",
    r"role .* does not exist": "it has no such role; make it with CREATE ROLE",
    r"database .* does not exist": "it has no such database; make it with createdb",
    r"no pg_hba.conf entry": "its pg_hba.conf does not let this machine in",
    r"too many (connections|clients)|remaining connection slots": "it has no connection left; raise max_connections",
    r"Name or service not known|could not translate host|failed to resolve": "its host name is not known",
    r"invalid response|expected authentication|closed the connection": "what answers there is no PostgreSQL",
    NOT_YET: "nothing answers there; start it",
}
TOO_OLD = f"it is older than PostgreSQL {OLDEST_POSTGRES}; use that or a newer one"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
FREE_SOME = "free some on its disk, and start again."

UNUSED_FILES = ["django_htmx/ext/*", "django_htmx/htm*-4*"]
"""Not collected: htmx's extensions, one of which imports, in a remark, what is not there; and the next version."""


class StartError(Exception):
    """The site cannot start; the message is one sentence that says what to do."""


def say(line: str) -> None:
    """Tell the operator what is going on: on stderr, for stdout belongs to a command's own result."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def set_up_django() -> None:
    """Read the settings and load the apps; a setting that cannot be used is a StartError."""
    try:
        django.setup()
    except OSError as error:
        if error.errno in NO_ROOM:
            place = error.filename or "the data folder"
            raise StartError(f"There is no room left for {place}: {FREE_SOME}") from error
        raise StartError(
            f"The data folder cannot be used ({error.strerror}: {error.filename}): "
            "let this account write there, or set SIJILL_DATA_DIR to a folder where it may."
        ) from error
    except (ImproperlyConfigured, ValueError) as error:
        raise StartError(f"A setting is wrong: {str(error).rstrip('.')}.") from error


def begin_counting() -> None:
    """Forget what processes that are no more have counted, where anything is counted for others to read."""
    from archive.metrics import forget_dead_processes  # It needs the settings.

    if settings.METRICS:
        forget_dead_processes()


@contextlib.contextmanager
def embedded_database() -> Iterator[Cluster | None]:
    """Hold the embedded PostgreSQL for as long as the block runs; nothing (None) when DATABASE_URL is given."""
    if settings.DATABASE_URL_GIVEN:
        yield None
        return
    with Cluster(settings.DATA_DIR) as cluster:
        yield cluster


def prepare_database(cluster: Cluster | None) -> None:
    """Check the database, apply migrations that are missing, and load the demo into a new archive.

    CLUSTER is the embedded PostgreSQL where that is the database.
    """
    try:
        _prepare()
    except StartError as error:
        if cluster and cluster.ran_out_of_room():  # Whatever else this made go wrong.
            raise StartError(f"There is no room left for {cluster.home}: {FREE_SOME}") from error
        raise


def _prepare() -> None:
    _wait_for_database()
    try:
        locks.take(locks.Lock.PREPARING)
        _migrate()
        _load_demo()
        call_command("count_words", if_needed=True)
    except Error as error:
        raise StartError(
            f"The database failed on the way ({_reason(error)}): see its log, and start again."
        ) from error
    finally:
        connection.close()  # And the lock with it.


def prepare_empty_database() -> None:
    """Apply the migrations if this is a database that has never seen any."""
    if not MigrationRecorder(connection).has_table():
        _migrate()
    connection.close()


def _wait_for_database() -> None:
    deadline = time.monotonic() + DATABASE_PATIENCE_SECONDS
    said = False
    while True:
        try:
            connection.ensure_connection()
            break
        except NotSupportedError as error:  # Django has its own opinion, of versions older still.
            raise StartError(_refusal(TOO_OLD)) from error
        except ImproperlyConfigured as error:
            raise StartError(f"DATABASE_URL cannot be used: {error}") from error
        except Error as error:
            if not re.search(NOT_YET, str(error)) or time.monotonic() > deadline:
                raise StartError(_refusal(_explanation(error))) from error
        if not said:
            say(f"Waiting for the database (up to {DATABASE_PATIENCE_SECONDS} seconds)…")
            said = True
        time.sleep(1)
    if connection.pg_version // 10000 < OLDEST_POSTGRES:
        raise StartError(_refusal(TOO_OLD))
    encoding = connection.connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StartError(_refusal(f"its encoding is {encoding}; make it with ENCODING 'UTF8'"))


def _refusal(reason: str) -> str:
    target = connection.settings_dict
    role = f", as {target['USER']!r}," if target["USER"] else ""
    host = target["HOST"] or target["OPTIONS"].get("host") or "this machine"
    place = f"{host}:{target['PORT'] or 5432}"
    return f"The database {target['NAME']!r} of DATABASE_URL{role} at {place} cannot be used: {reason}."


def _explanation(error: Exception) -> str:
    known = (reason for pattern, reason in EXPLANATIONS.items() if re.search(pattern, str(error)))
    return next(known, None) or str(error).strip().splitlines()[-1].rstrip(".")


def _reason(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()) and _has_permissions():
        return
    say("Preparing the database…")
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Exception as error:  # A migration may raise anything.
        connection.rollback()
        executor = MigrationExecutor(connection)
        left = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if not left:
            raise StartError(f"What follows the migrations failed ({_reason(error)}): start again.") from error
        migration, _backwards = left[0]
        raise StartError(
            f"The migration {migration} failed and was undone ({_reason(error)}): what was applied before it stays, "
            "nothing else was changed. Correct it, or go back to the version before, and start again."
        ) from error


def _has_permissions() -> bool:
    """Whether what Django does behind the last migration was done to its end: killed before, it would never be."""
    from django.contrib.auth.models import Permission  # Its apps are there once Django is set up.

    wanted = {
        (model._meta.app_label, f"{action}_{model._meta.model_name}")
        for model in apps.get_models()
        for action in model._meta.default_permissions
    }
    return wanted <= set(Permission.objects.values_list("content_type__app_label", "codename"))


def _load_demo() -> None:
    from archive.demo.loading import is_new_archive  # Its models are there once Django is set up.

    if not settings.DEMO or not is_new_archive():
        return
    say("Loading the demo archive and the starter list of names (SIJILL_DEMO=0 starts without them)…")
    try:
        call_command("load_demo", if_new=True, verbosity=0)
        call_command("load_names", verbosity=0)
    except (CommandError, Error) as error:
        message = f"The demo archive could not be loaded ({_reason(error)}): SIJILL_DEMO=0 starts without it."
        raise StartError(message) from error


def collect_static() -> None:
    """Collect the static files if one of them has changed since they were collected last."""
    stamp = settings.DATA_DIR / "static.stamp"
    try:
        # Where database and keys are elsewhere, nothing has made it.
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (settings.DATA_DIR / "static.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            fingerprint = _static_fingerprint()
            if stamp.exists() and stamp.read_text() == fingerprint and settings.STATIC_ROOT.exists():
                return
            say("Collecting static files…")
            stamp.unlink(missing_ok=True)
            call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED_FILES)
            stamp.write_text(fingerprint)
    except (OSError, ValueError) as error:  # ValueError: a stylesheet names a file that is not there.
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise StartError(f"There is no room left for {settings.STATIC_ROOT}: {FREE_SOME}") from error
        raise StartError(f"The static files could not be collected in {settings.STATIC_ROOT}: {error}.") from error


def _static_fingerprint() -> str:
    digest = hashlib.sha256(repr((settings.STORAGES, settings.STATIC_URL)).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(repr((path, status.st_size, status.st_mtime_ns)).encode())
    return digest.hexdigest()

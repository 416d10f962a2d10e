"""The app's configuration."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.core.signals import request_finished
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.migrations import Migration
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = _("Archive")

    def ready(self) -> None:
        from archive import tracing
        from archive.replicas.reading import ask_primary
        from archive.staff import signing_in  # It needs the models.

        connection_created.connect(without_jit, dispatch_uid="without_jit")
        connection_created.connect(tracing.trace_statements, dispatch_uid="trace_statements")
        pre_migrate.connect(drop_broken_indexes, sender=self, dispatch_uid="drop_broken_indexes")
        # Not when a view returns: a file for download asks the database while it is sent.
        request_finished.connect(tracing.end, dispatch_uid="end_trace")
        request_finished.connect(ask_primary, dispatch_uid="ask_primary")
        signing_in.connect()


def without_jit(connection: BaseDatabaseWrapper, **_kwargs: object) -> None:
    """Have CONNECTION compile nothing: to compile the large queries of a page takes longer than to answer them.

    A statement of its own, because poolers such as PgBouncer refuse what else a connection may begin with.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")


def with_time_limit(connection: BaseDatabaseWrapper, **_kwargs: object) -> None:
    """Have no statement of CONNECTION take longer than STATEMENT_TIMEOUT_SECONDS, waiting for locks included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, false)", [f"{settings.STATEMENT_TIMEOUT_SECONDS}s"]
        )


def drop_broken_indexes(*, using: str, plan: list[tuple[Migration, bool]], **_kwargs: object) -> None:
    """Drop what is left of indexes that migrations of PLAN make beside readers, where one was broken off before.

    PostgreSQL keeps it, though it answers nothing, and refuses another of its name. One that another process is still
    making looks the same, and stays.
    """
    made = [
        operation.index.name
        for migration, backwards in plan
        if not backwards
        for operation in migration.operations
        if isinstance(operation, AddIndexConcurrently)
    ]
    if not made:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid "
            "WHERE NOT indisvalid AND pg_table_is_visible(oid) AND relname = ANY(%s) AND indexrelid NOT IN ("
            "SELECT index_relid FROM pg_stat_progress_create_index "
            "WHERE datname = current_database() AND index_relid IS NOT NULL)",
            [made],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX CONCURRENTLY {connections[using].ops.quote_name(name)}")

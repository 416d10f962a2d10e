"""What holds of every connection to the database, wherever that is; and before every migration."""

from threading import Thread

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import IntegrityError, connection
from django.db.migrations import Migration
from django.db.models import Index
from django.db.models.signals import pre_migrate

from tests.newsapp.server_process import wait_until


@pytest.mark.django_db(transaction=True)
def test_no_connection_compiles_queries():
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


@pytest.fixture
def harbours(transactional_db):
    """A table with a name twice, an index that is whole, and what is left of two that could not be made."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE harbour AS SELECT 'بيروت' AS name FROM generate_series(1, 2)")
        cursor.execute("CREATE INDEX whole ON harbour (name)")
        for name in ("broken", "strange"):
            with pytest.raises(IntegrityError):
                cursor.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON harbour (name)")
        yield cursor
        cursor.execute("DROP TABLE harbour")


def before_migration_of(*names: str) -> None:
    """Let all happen that happens before a migration that makes indexes of NAMES."""
    migration = Migration("0099_harbours", "archive")
    migration.operations = [AddIndexConcurrently("harbour", Index("name", name=name)) for name in names]
    archive = apps.get_app_config("archive")
    pre_migrate.send(archive, using="default", plan=[(migration, False)])


def indexes(cursor) -> list[str]:
    cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'harbour' ORDER BY 1")
    return [name for (name,) in cursor.fetchall()]


def test_an_index_that_was_broken_off_goes_before_it_is_made_anew(harbours):
    before_migration_of("whole", "broken")

    assert indexes(harbours) == ["strange", "whole"]


def test_an_index_that_somebody_is_making_stays(harbours):
    making, writing = connection.copy(), connection.copy()
    making.inc_thread_sharing()

    def make() -> None:
        with making.cursor() as cursor:
            cursor.execute("CREATE INDEX CONCURRENTLY slow ON harbour (name)")

    thread = Thread(target=make)
    try:
        writing.set_autocommit(False)
        with writing.cursor() as cursor:
            cursor.execute("INSERT INTO harbour VALUES ('صيدا')")  # The index waits for it.
        thread.start()
        wait_until(lambda: "slow" in indexes(harbours))
        harbours.execute("SET statement_timeout = '5s'")  # To drop it would wait for the same.
        before_migration_of("slow")
    finally:
        harbours.execute("RESET statement_timeout")
        writing.close()  # What it wrote goes with it.
        thread.join()
        making.close()

    harbours.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'slow'::regclass")
    assert harbours.fetchall() == [(True,)]

"""What holds of every connection to the database, wherever that is; and before every migration."""

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import IntegrityError, connection
from django.db.migrations import Migration
from django.db.models import Index
from django.db.models.signals import pre_migrate


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


def test_an_index_that_was_broken_off_goes_before_it_is_made_anew(harbours):
    migration = Migration("0099_harbours", "archive")
    migration.operations = [AddIndexConcurrently("harbour", Index("name", name=name)) for name in ("whole", "broken")]
    archive = apps.get_app_config("archive")
    pre_migrate.send(archive, using="default", plan=[(migration, False)])

    harbours.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'harbour' ORDER BY 1")
    assert harbours.fetchall() == [("strange",), ("whole",)]

"""What others wait for in the database of the tests."""

from django.db import connection


def somebody_waits() -> bool:
    """Does any transaction wait for what another has locked?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0

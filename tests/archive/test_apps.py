"""What holds of every connection to the database, wherever that is."""

import pytest
from django.db import connection


@pytest.mark.django_db(transaction=True)
def test_no_connection_compiles_queries():
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)

"""Fixtures of the API's tests."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def query_count(client):
    """A function: how many queries the answer to an address asks."""

    def count(address: str, **parameters) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, parameters).status_code == 200
        return len(queries)

    return count

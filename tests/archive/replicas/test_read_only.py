"""Nothing that a replica may be asked for writes, or takes a lock: a standby would refuse it."""

from urllib.parse import unquote

import pytest
from django.db import InternalError, connection, transaction

from archive.replicas.middleware import OF_READERS
from tests.archive.test_visibility import addresses, newsroom  # noqa: F401 - the fixture

pytestmark = pytest.mark.django_db
WRITTEN = tuple(name.removeprefix("archive:") for name in OF_READERS)


def test_pages_are_made_without_writing(newsroom, client):  # noqa: F811
    refused = []
    for name, walked in addresses(newsroom).items():
        if name.removeprefix("archive:").startswith(WRITTEN):
            continue
        for address in walked:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
                try:
                    with transaction.atomic():
                        client.get(address)
                except InternalError as error:
                    refused.append(f"{name} {unquote(address)}: {error}")
    assert refused == []

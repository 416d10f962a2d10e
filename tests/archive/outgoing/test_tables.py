"""An export shows the archive as it was when it began."""

from threading import Thread

import pytest
from django.db import connection

from archive.models import Section
from archive.outgoing.tables import content_tables, snapshot
from tests.factories import SectionFactory


def _add_section():
    try:
        SectionFactory()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_not_seen():
    SectionFactory()
    with snapshot():
        assert Section.objects.count() == 1
        writer = Thread(target=_add_section)
        writer.start()
        writer.join()
        assert Section.objects.count() == 1
    assert Section.objects.count() == 2


def test_every_table_stands_after_those_that_it_refers_to():
    seen = set()
    for table in content_tables():
        referred = {field.related_model for field in table.fields if field.is_relation} - {table.model}
        known = {one.model for one in content_tables()}
        assert referred & known <= seen
        seen.add(table.model)

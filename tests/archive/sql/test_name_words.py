"""name_words_v1: the words of names are there to be sounded, whatever writes the names."""

import pytest
from django.db import connection

from archive.entities.names import find_names
from archive.entities.sounding import sound_waiting
from archive.models import Alias, NameWord
from archive.search.rebuilding import derive_search
from tests.factories import EntityFactory

pytestmark = pytest.mark.django_db


def waiting():
    return sorted(NameWord.objects.filter(rules=0).values_list("word", flat=True))


def test_new_words_wait_and_known_ones_do_not():
    entity = EntityFactory(name="سيرغي لافروف")
    assert waiting() == ["سيرغي", "لافروف"]
    sound_waiting()
    Alias.objects.bulk_create([Alias(entity=entity, name="سيرجي لافروف"), Alias(entity=entity, name="Lavrov")])
    assert waiting() == ["lavrov", "سيرجي"]


def test_a_name_that_raw_sql_wrote_is_found_by_its_new_sound():
    alias = EntityFactory(name="سيرغي لافروف").aliases.get()
    sound_waiting()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_alias SET name = 'ستافان دي ميستورا' WHERE id = %s", [alias.pk])
    assert [one.name for one in find_names("Mistura")] == ["ستافان دي ميستورا"]
    assert find_names("Lavrov") == []


def test_names_of_a_restored_archive_are_there():
    EntityFactory(name="سيرغي لافروف")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM archive_searchname")
        cursor.execute("DELETE FROM archive_nameword")
    derive_search(lambda done, total: None)
    assert waiting() == ["سيرغي", "لافروف"]

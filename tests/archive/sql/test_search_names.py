"""search_names_v1: names as one may begin to type them follow the names, whatever writes those."""

import pytest
from django.db import connection

from archive.models import Alias, SearchName
from archive.search.statistics import count_words
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


def turns() -> dict[str, int]:
    return dict(SearchName.objects.values_list("turned", "article_count"))


def test_each_word_of_a_name_leads_once():
    EntityFactory(name="ستافان دي ميستورا")
    assert set(turns()) == {"ستافان دي ميستورا", "دي ميستورا ستافان", "ميستورا ستافان دي"}


def test_a_long_name_is_turned_a_few_times():
    EntityFactory(name=" ".join(f"{number}" for number in range(60)))
    assert len(turns()) == 12


def test_a_name_without_words_is_not_typed():
    EntityFactory(name="؟!")
    assert turns() == {}


def test_raw_sql_is_followed():
    alias = EntityFactory(name="آستانة").aliases.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_alias SET name = 'نور سلطان' WHERE id = %s", [alias.pk])
        assert set(turns()) == {"نور سلطان", "سلطان نور"}
        cursor.execute("DELETE FROM archive_alias WHERE id = %s", [alias.pk])
    assert turns() == {}


def test_bulk_writing_is_followed():
    entity = EntityFactory(name="آستانة")
    Alias.objects.bulk_create([Alias(entity=entity, name="نور سلطان")])
    assert set(turns()) == {"استانه", "نور سلطان", "سلطان نور"}
    entity.delete()
    assert turns() == {}


def test_articles_that_readers_see_are_counted():
    entity, unread = EntityFactory(name="آستانة"), EntityFactory(name="جنيف")
    for draft in (False, False, True):
        MentionFactory(article=ArticleFactory(draft=draft), entity=entity)
    MentionFactory(article=ArticleFactory(), entity=entity, confirmed=False)
    MentionFactory(article=ArticleFactory(draft=True), entity=unread)
    count_words()
    assert turns() == {"استانه": 2, "جنيف": 0}
    AliasFactory(entity=entity, name="أستانا")
    assert turns()["استانا"] == 2

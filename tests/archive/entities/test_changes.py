import json
from datetime import UTC, datetime

import pytest

from archive.entities.changes import Changes, take_back
from archive.models import Alias, Article, Entity, Mention
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


def rows() -> list:
    """Everything that the tests change, as it is."""
    return [list(model.objects.order_by("pk").values_list()) for model in (Entity, Alias, Mention)]


def kept_as_json(changes: Changes) -> list:
    return json.loads(json.dumps(changes.steps))


def test_what_was_created_set_and_deleted_is_as_it_was():
    entity, other = EntityFactory(latitude=33.5, longitude=36.3), EntityFactory(description="مدينة")
    mention = MentionFactory(entity=entity, start=3, end=7)
    MentionFactory(entity=other, start=9, end=12)
    before = rows()
    changes = Changes()
    changes.create([Alias(entity=entity, name="اسم آخر")])
    changes.set(Mention.objects.filter(pk=mention.pk), confirmed=True, entity_id=other.pk)
    changes.set(Entity.objects.filter(pk=other.pk), description="عاصمة", latitude=1.5, longitude=2.5)
    changes.delete(Mention.objects.filter(pk=mention.pk))
    changes.delete(Alias.objects.filter(entity=entity))
    changes.delete(Entity.objects.filter(pk=entity.pk))
    assert rows() != before
    take_back(kept_as_json(changes))
    assert rows() == before


def test_times_come_back_to_the_microsecond():
    moment = datetime(2017, 12, 21, 8, 30, 15, 123456, tzinfo=UTC)
    article = ArticleFactory(published_at=moment)
    changes = Changes()
    changes.set(Article.objects.filter(pk=article.pk), published_at=None, date_precision="unknown")
    take_back(kept_as_json(changes))
    article.refresh_from_db()
    assert article.published_at == moment


def test_what_was_changed_again_stays_changed():
    entity = EntityFactory(description="أ")
    changes = Changes()
    changes.set(Entity.objects.all(), description="ب")
    changes.set(Entity.objects.all(), name_latin="B")
    Entity.objects.update(description="ت")
    take_back(kept_as_json(changes))
    entity.refresh_from_db()
    assert (entity.description, entity.name_latin) == ("ت", "")


def test_what_has_no_place_any_more_does_not_come_back():
    entity = EntityFactory()
    alias = AliasFactory(entity=entity, name="الخطيب")
    mention = MentionFactory()
    changes = Changes()
    changes.delete(Alias.objects.filter(pk=alias.pk))
    changes.delete(Mention.objects.all())
    AliasFactory(entity=entity, name="الخطيب")
    mention.article.delete()
    take_back(kept_as_json(changes))
    assert not Alias.objects.filter(pk=alias.pk).exists()
    assert not Mention.objects.exists()


def test_what_is_equal_already_is_no_change():
    EntityFactory(description="أ")
    changes = Changes()
    changes.set(Entity.objects.all(), description="أ")
    changes.create([])
    changes.delete(Entity.objects.none())
    assert changes.steps == []

"""Names are counted and drawn beforehand, and drawn anew when they have changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.models import Entity, EntityCount, EntityNetwork
from archive.networks.drawing import count_entities, draw, draw_stale
from tests.factories import ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def envoy():
    """An entity with two companions that are named together, in one article of two."""
    entity, *others = EntityFactory(name="المبعوث"), EntityFactory(name="جنيف"), EntityFactory(name="دمشق")
    article = ArticleFactory()
    ArticleFactory()
    for one in (entity, *others):
        MentionFactory(article=article, entity=one)
    return entity


def test_entities_are_counted_in_what_readers_see(envoy):
    MentionFactory(entity=envoy, article=ArticleFactory(draft=True))
    refused = MentionFactory(entity=EntityFactory(name="لا أحد"), article=ArticleFactory(), confirmed=False)
    count_entities()
    counts = dict(EntityCount.objects.values_list("entity__name", "article_count"))
    assert counts == {"المبعوث": 1, "جنيف": 1, "دمشق": 1, "لا أحد": 0}
    refused.confirmed = True
    refused.save()
    count_entities()
    assert EntityCount.objects.get(entity__name="لا أحد").article_count == 1


def test_a_network_holds_company_and_two_drawings(envoy):
    count_entities()
    draw(envoy)
    network = EntityNetwork.objects.get()
    ids = sorted(Entity.objects.exclude(pk=envoy.pk).values_list("pk", flat=True))
    assert sorted(network.company["companions"]) == [[pk, 1] for pk in ids]
    assert network.company["places"] == []
    assert network.article_count == 1
    for drawing in (network.wide, network.narrow):
        assert sorted(node[0] for node in drawing["nodes"]) == ids
        assert drawing["links"] == [[0, 1, 1]]


def test_what_is_missing_or_changed_is_drawn_and_nothing_else(envoy):
    count_entities()
    assert draw_stale(60) is False
    drawn = dict(EntityNetwork.objects.values_list("pk", "drawn_at"))
    assert len(drawn) == 3
    draw_stale(60)
    assert dict(EntityNetwork.objects.values_list("pk", "drawn_at")) == drawn
    MentionFactory(entity=envoy, article=ArticleFactory())
    count_entities()
    draw_stale(60)
    changed = [pk for pk, at in EntityNetwork.objects.values_list("pk", "drawn_at") if drawn[pk] != at]
    assert changed == [envoy.pk]


def test_a_network_that_is_old_is_drawn_anew(envoy):
    count_entities()
    draw_stale(60)
    long_ago = timezone.now() - timedelta(days=31)
    EntityNetwork.objects.filter(entity=envoy).update(drawn_at=long_ago)
    draw_stale(60)
    assert EntityNetwork.objects.get(entity=envoy).drawn_at > long_ago


def test_drawing_stops_when_it_is_told_and_says_that_some_are_left(envoy):
    count_entities()
    assert draw_stale(60, stopping=lambda: True) is True
    assert draw_stale(0) is True
    assert not EntityNetwork.objects.exists()

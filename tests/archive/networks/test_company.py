"""Who stands with whom, and more often than chance would have it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.models import EntityCount
from archive.networks import company as module
from archive.networks.company import company, links, log_likelihood
from tests.factories import ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


def article_of(*entities, **options):
    article = ArticleFactory(**options)
    for entity in entities:
        MentionFactory(article=article, entity=entity)
    return article


def named(entity) -> list[tuple[str, int]]:
    return [(companion.name, companion.shared_count) for companion in company(entity.pk).companions]


def test_log_likelihood_is_dunnings():
    # By hand, from 2 * sum of seen * ln(seen / expected) over the four cells.
    assert log_likelihood(10, 20, 30, 1000) == pytest.approx(46.50, abs=0.01)
    assert log_likelihood(1, 10, 10, 100) == pytest.approx(0, abs=1e-9)


def test_company_that_is_more_than_chance_comes_before_what_is_everywhere():
    envoy, close, everywhere = EntityFactory(name="المبعوث"), EntityFactory(name="جنيف"), EntityFactory(name="الدولة")
    for _ in range(3):
        article_of(envoy, close, everywhere)
    article_of(envoy, everywhere)
    for _ in range(5):
        article_of(everywhere)
    ArticleFactory()
    assert named(envoy) == [("جنيف", 3), ("الدولة", 4)]


def test_those_who_meet_less_often_than_by_chance_are_no_company():
    one, other = EntityFactory(), EntityFactory()
    article_of(one, other)
    for entity in (one, other):
        for _ in range(3):
            article_of(entity)
    assert named(one) == []


def test_of_a_name_in_several_articles_one_shared_article_says_nothing():
    entity, once, twice = EntityFactory(), EntityFactory(name="مرة"), EntityFactory(name="مرتان")
    article_of(entity, once, twice)
    article_of(entity, twice)
    for _ in range(2):
        article_of(entity)
    assert {name for name, _n in named(entity)} == {"مرة", "مرتان"}
    article_of(entity)
    assert named(entity) == [("مرتان", 2)]


def test_neither_what_is_hidden_nor_what_is_refused_is_company():
    entity = EntityFactory()
    hidden, later, refused = EntityFactory(), EntityFactory(), EntityFactory()
    article_of(entity, hidden, draft=True)
    article_of(entity, later, published_at=timezone.now() + timedelta(days=1))
    MentionFactory(article=article_of(entity), entity=refused, confirmed=False)
    assert named(entity) == []


def test_each_kind_has_room(monkeypatch):
    monkeypatch.setattr(module, "PER_KIND", 1)
    entity = EntityFactory()
    article_of(entity, *[EntityFactory(kind=kind) for kind in ("person", "person", "place", "event")])
    assert sorted(one.kind for one in company(entity.pk).companions) == ["event", "person", "place"]


def test_counts_that_are_older_than_the_articles_are_made_to_fit():
    one, other = EntityFactory(), EntityFactory(name="آخر")
    article_of(one, other)
    EntityCount.objects.create(entity=other, article_count=0)
    assert named(one) == [("آخر", 1)]


def test_places_are_those_on_earth_however_common():
    entity = EntityFactory()
    place = EntityFactory(name="جنيف", kind="place", latitude=46.2, longitude=6.14)
    article_of(entity, place, EntityFactory(kind="place"))
    for _ in range(9):
        article_of(place)
    assert [(one.name, one.shared_count) for one in company(entity.pk).places] == [("جنيف", 1)]


def test_links_are_counted_in_the_articles_of_the_entity_alone():
    entity, one, other, third = (EntityFactory() for _ in range(4))
    article_of(entity, one, other)
    article_of(entity, one, other, third)
    article_of(one, third)
    ids = [one.pk, other.pk, third.pk]
    assert links(entity.pk, ids) == [(one.pk, other.pk, 2), (one.pk, third.pk, 1), (other.pk, third.pk, 1)]


def test_an_entity_in_no_article_has_no_company():
    assert company(EntityFactory().pk) == module.Company([], [])

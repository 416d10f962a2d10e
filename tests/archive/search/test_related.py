from datetime import timedelta

import pytest
from django.utils import timezone

from archive.models import Article
from archive.search import related
from archive.search.conditions import Condition
from archive.search.portraits import portrait
from archive.search.related import alike, compare
from tests.archive.affairs import FERRY, FERRY_TEXTS, affairs, write
from tests.factories import ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


def visible() -> Condition:
    return Condition.of("entry.visible_from <= %s", timezone.now())


def test_the_articles_of_one_affair_are_the_likest_and_never_itself():
    archive = affairs()
    article, *others = archive["ferry"]
    found = alike(portrait(article.pk), visible())
    assert {one.article_id for one in found[:2]} == {other.pk for other in others}
    assert article.pk not in {one.article_id for one in found}
    assert 0.3 < found[1].share <= found[0].share < 1


def test_what_shares_all_of_it_shares_the_whole():
    article = affairs()["ferry"][0]
    twin = write(FERRY[0], FERRY_TEXTS[0], days=1)
    (found,) = compare(portrait(article.pk), [twin.pk])
    assert found.share == pytest.approx(1)


def test_only_what_the_scope_holds_is_found():
    archive = affairs()
    article, draft, other = archive["ferry"]
    Article.objects.filter(pk=draft.pk).update(status=Article.Status.DRAFT)
    found = {one.article_id for one in alike(portrait(article.pk), visible())}
    assert other.pk in found
    assert draft.pk not in found


def test_only_near_means_within_the_days():
    archive = affairs(gap=20)
    article, near, far = archive["ferry"]
    found = {one.article_id for one in alike(portrait(article.pk), visible(), days=25, only_near=True)}
    assert near.pk in found
    assert far.pk not in found


def test_an_undated_article_has_nothing_near_it():
    affairs()
    article = write(FERRY[0], FERRY_TEXTS[0], undated=True)
    assert alike(portrait(article.pk), visible(), only_near=True) == []
    assert alike(portrait(article.pk), visible()) != []


def test_names_in_common_lead_where_no_word_does():
    article, other, stranger = ArticleFactory.create_batch(3)
    entity = EntityFactory()
    for one in (article, other):
        MentionFactory(article=one, entity=entity)
    MentionFactory(article=stranger, entity=EntityFactory())
    (found,) = alike(portrait(article.pk), visible())
    assert (found.article_id, found.names, found.share) == (other.pk, (entity.pk,), 1)


def test_what_the_index_reads_is_bounded(monkeypatch):
    article = affairs()["ferry"][0]
    monkeypatch.setattr(related, "MAX_LEAD_ARTICLES", 2)
    asked = []
    monkeypatch.setattr(related, "ladder", lambda leaves, *_arguments: asked.append(leaves) or [])
    alike(portrait(article.pk), visible())
    assert asked
    assert all(sum(leaf.statistics.article_count for leaf in leaves) <= 2 for leaves in asked)


def test_the_months_around_a_date_hold_what_is_near():
    archive = affairs(gap=27)
    article, after_the_month, _later = archive["ferry"]
    assert article.published_at.month != after_the_month.published_at.month
    assert after_the_month.published_at - article.published_at <= timedelta(days=related.NEAR_DAYS)
    found = {one.article_id for one in alike(portrait(article.pk), visible(), only_near=True)}
    assert after_the_month.pk in found

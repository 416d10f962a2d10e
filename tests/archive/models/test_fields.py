"""Derived values follow their source whichever way a row is written."""

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat

from archive.models import Article, Entity
from tests.factories import ArticleFactory, EntityFactory, SourceFactory

pytestmark = pytest.mark.django_db

BODY = "<p>أول &amp; <em>آخر</em></p><p>ثان</p>"


def derived(article):
    return Article.objects.values_list("text", "slug").get(pk=article.pk)


def test_saving_derives():
    article = ArticleFactory(title="عنوانٌ أوّل!", body=BODY)

    assert derived(article) == ("أول & آخر\nثان", "عنوان-أول")
    assert (article.text, article.slug) == derived(article)


def test_what_is_set_by_hand_does_not_stay():
    article = ArticleFactory(title="عنوان", body=BODY, text="غيره", slug="غيره")

    assert derived(article) == ("أول & آخر\nثان", "عنوان")


def test_bulk_creation_derives():
    articles = [ArticleFactory.build(title=f"خبر {n}", body=BODY, source=SourceFactory(), section=None) for n in "12"]
    Article.objects.bulk_create(articles)

    assert [derived(article) for article in articles] == [("أول & آخر\nثان", "خبر-1"), ("أول & آخر\nثان", "خبر-2")]


def test_saving_a_source_alone_saves_what_derives_from_it():
    article = ArticleFactory(title="قديم")
    article.title, article.body = "جديد", BODY

    article.save(update_fields=["body"])
    assert derived(article) == ("أول & آخر\nثان", "قديم")
    article.save(update_fields={"title"})
    assert derived(article) == ("أول & آخر\nثان", "جديد")


def test_saving_other_fields_writes_nothing_else(django_assert_num_queries):
    article = ArticleFactory()
    was = derived(article)
    article.title, article.body = "جديد", BODY

    article.save(update_fields=["kicker"])
    assert derived(article) == was
    with django_assert_num_queries(0):
        article.save(update_fields=[])


def test_updating_derives():
    article = ArticleFactory()

    Article.objects.filter(pk=article.pk).update(body=BODY, title="جديد")
    assert derived(article) == ("أول & آخر\nثان", "جديد")
    Article.objects.filter(pk=article.pk).update(body="")
    assert derived(article) == ("", "جديد")


def test_an_expression_cannot_be_derived_from():
    ArticleFactory()

    with pytest.raises(TypeError, match="slug is derived in Python"):
        Article.objects.update(title=Concat(F("title"), Value("!")))


def test_bulk_updating_derives():
    articles = ArticleFactory.create_batch(2)
    for article in articles:
        article.title, article.body = f"جديد {article.pk}", BODY

    Article.objects.bulk_update(iter(articles), ["title", "body"])

    assert [derived(article) for article in articles] == [
        ("أول & آخر\nثان", f"جديد-{article.pk}") for article in articles
    ]


def test_the_address_of_an_entity_follows_its_name():
    entity = EntityFactory(name="ستافان دي ميستورا")
    Entity.objects.filter(pk=entity.pk).update(name="سيرغي لافروف")

    entity.refresh_from_db()
    assert (entity.slug, entity.get_absolute_url().count("/")) == ("سيرغي-لافروف", 4)


def test_database_keys_are_folded_words():
    article = ArticleFactory(title="«انتخاباتٌ» فلسطينيّة خلال ٦ أشهر؟")
    article.refresh_from_db()

    assert article.title_key == "انتخابات فلسطينيه خلال 6 اشهر"

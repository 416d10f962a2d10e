"""History is kept by the database: whoever writes, what was there before stays readable."""

import pghistory
import pytest
from django.apps import apps
from django.db import connection

from archive.models import Article, Entity, Section, Source
from tests.factories import ArticleFactory, EntityFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db

ArticleEvent = apps.get_model("archive", "ArticleEvent")


def events_of(article_id):
    events = ArticleEvent.objects.filter(pgh_obj_id=article_id).order_by("pgh_id")
    return list(events.values_list("pgh_label", "title", "kicker"))


def test_every_way_of_writing_leaves_what_was_before():
    article = ArticleFactory(title="أول", kicker="")
    pk = article.pk
    assert events_of(pk) == []

    article.title = "ثان"
    article.save()
    Article.objects.filter(pk=pk).update(kicker="عين")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET title = 'ثالث' WHERE id = %s", [pk])
    Article.objects.filter(pk=pk).delete()

    assert events_of(pk) == [
        ("update", "أول", ""),
        ("update", "ثان", ""),
        ("update", "ثان", "عين"),
        ("delete", "ثالث", "عين"),
    ]


def test_raw_deletion_is_kept_too():
    article = ArticleFactory()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM archive_articlesearch; DELETE FROM archive_article WHERE id = %s", [article.pk])

    assert [label for label, *_ in events_of(article.pk)] == ["delete"]


def test_what_is_derived_makes_no_history():
    article = ArticleFactory()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET text = 'غيره', slug = 'غيره' WHERE id = %s", [article.pk])
        cursor.execute("UPDATE archive_article SET title = title WHERE id = %s", [article.pk])

    assert events_of(article.pk) == []


def test_a_version_knows_who_made_it():
    article = ArticleFactory()
    with pghistory.context(user=7):
        Article.objects.filter(pk=article.pk).update(title="جديد")

    assert ArticleEvent.objects.get(pgh_obj_id=article.pk).pgh_context.metadata == {"user": 7}


@pytest.mark.parametrize(
    ("factory", "model"), [(EntityFactory, Entity), (SectionFactory, Section), (SourceFactory, Source)]
)
def test_names_and_shelves_have_history_too(factory, model):
    thing = factory(name="أول")
    model.objects.filter(pk=thing.pk).update(name="ثان")
    pk = thing.pk
    thing.delete()

    events = apps.get_model("archive", f"{model.__name__}Event").objects.filter(pgh_obj_id=pk).order_by("pgh_id")
    assert list(events.values_list("pgh_label", "name")) == [("update", "أول"), ("delete", "ثان")]

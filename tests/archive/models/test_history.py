"""History is kept by the database: whoever writes, what was there before stays readable."""

import pghistory
import pytest
from django.apps import apps
from django.db import connection

from archive.models import Article, Entity, Image, RefusedLink, Section, Source
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    AuthorFactory,
    EntityFactory,
    ImageFactory,
    SectionFactory,
    SourceFactory,
)

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


def test_a_version_knows_what_went_with_the_article(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    article, target, refused = ArticleFactory(), ArticleFactory(title="الجولة الأولى"), ArticleFactory(title="لا صلة")
    for name in ("سلمى أحمد", "جين دو"):
        article.authors.add(AuthorFactory(name=name))
    image = ImageFactory(article=article, caption="المرفأ", credit="", alternative_text="سفينة", position=2)
    Image.objects.create(article=article, url="https://example.org/1.jpg", position=1)
    ArticleLinkFactory(from_article=article, kind="previous", to_article=target)
    ArticleLinkFactory(
        from_article=article, kind="next", to_article=None, title="غدًا", url="https://example.org/", origin="page"
    )
    RefusedLink.objects.create(article=article, other=refused)
    article.save()
    article.authors.clear()
    image.delete()
    article.links.all().delete()

    picture = {"file": "", "url": "https://example.org/1.jpg", "caption": "", "credit": "", "alternative_text": ""}
    picture |= {"is_decorative": False, "width": None, "height": None, "position": 1}
    kept = {"file": image.file.name, "url": "", "caption": "المرفأ", "alternative_text": "سفينة", "position": 2}
    jane, salma = article.events.get().attached["authors"]
    assert (jane["name"], salma["name"]) == ("جين دو", "سلمى أحمد")
    assert ArticleEvent.objects.get(pgh_obj_id=article.pk).attached == {
        "authors": [jane, salma],
        "links": [
            {
                "kind": "next", "origin": "page", "position": 0, "title": "غدًا", "url": "https://example.org/",
                "article": None, "article_title": "",
            },
            {
                "kind": "previous", "origin": "editor", "position": 0, "title": "", "url": "",
                "article": target.pk, "article_title": "الجولة الأولى",
            },
        ],
        "refused_links": [{"article": refused.pk, "article_title": "لا صلة"}],
        "images": [picture, picture | kept | {"width": image.width, "height": image.height}],
    }  # fmt: skip


def test_what_went_with_a_deleted_article_is_not_asked_for():
    article = ArticleFactory()
    article.authors.add(AuthorFactory())
    pk = article.pk
    article.delete()

    assert ArticleEvent.objects.get(pgh_obj_id=pk).attached is None


def test_a_deleted_author_stays_in_the_versions():
    author = AuthorFactory(name="سلمى أحمد")
    article = ArticleFactory()
    article.authors.add(author)
    pk = author.pk
    author.delete()

    assert article.events.get().attached["authors"] == [{"id": pk, "name": "سلمى أحمد"}]
    assert list(article.authors.all()) == []

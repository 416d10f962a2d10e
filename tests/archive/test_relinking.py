"""New names in old articles: the index leads to them, the linker links them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.entities.gazetteer import attached, readings_of
from archive.models import Mention
from archive.relinking import (
    LONG_TEXT_WORDS,
    Relinked,
    articles_to_relink,
    articles_with_names,
    linked_names,
    relink,
)
from archive.text.normalize import words
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory


def articles_naming(name: str) -> list[int]:
    return articles_with_names({words(name)})


def body(text: str) -> str:
    return f"<p>{text}</p>"


@given(st.text("وفبلكاسم", min_size=1, max_size=8))
def test_a_name_stands_in_texts_as_the_linker_reads_it(word):
    assert all(word in set(attached(reading)) for reading, _letters in readings_of(word))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("نادي الربوة", "فاز نادي الربوة."),
        ("نادي الربوة", "وقال لنادي الرَّبْوَة، وبنادى الربوه"),
        ("الربوة", "وذهبوا للربوة"),
        ("الربوة", "وللرّبوة أهلها"),
        ("الربوة", "فبالربوة نلتقي"),
        ("ولاء", "فكولاء هي"),
        ("لينا", "قال للينا"),
        ("آستانة", "في أستانه"),
        ("Al-Rabwa", "نادي Al Rabwa هنا"),
    ],
)
def test_every_way_to_write_a_name_leads_to_its_article(name, text):
    article = ArticleFactory(body=body(text))
    ArticleFactory()
    assert articles_naming(name) == [article.pk]


@pytest.mark.django_db
def test_words_of_a_name_that_stand_apart_are_no_name_except_in_a_long_text():
    ArticleFactory(body=body("نادي المدينة في الربوة"))
    long = ArticleFactory(body=body(f"نادي المدينة في الربوة {'سطر ' * LONG_TEXT_WORDS}"))
    assert articles_naming("نادي الربوة") == [long.pk]


@pytest.mark.django_db
def test_at_most_so_many_are_returned_and_no_name_finds_nothing():
    entity = EntityFactory(name="الربوة")
    ArticleFactory.create_batch(3, body=body("الربوة"))
    assert len(articles_with_names({"الربوه"}, limit=2)) == 2
    assert len(articles_to_relink([entity.pk], limit=2)) == 2
    assert articles_with_names(set()) == []


@pytest.mark.django_db
def test_ambiguous_names_link_nothing():
    entity = EntityFactory(name="نادي الربوة")
    AliasFactory(entity=entity, name="النادي", ambiguous=True)
    assert linked_names([entity.pk]) == {"نادي الربوه"}


@pytest.mark.django_db
def test_articles_are_linked_once_and_what_editors_decided_stays():
    entity = EntityFactory(name="الربوة")
    new, refused, added = ArticleFactory.create_batch(3, body=body("من الربوة إلى الربوة"))
    MentionFactory(article=refused, entity=entity, confirmed=False)
    MentionFactory(article=added, entity=entity, start=3, end=9, method=Mention.Method.EDITOR, confirmed=True)

    def relinked():
        return relink([entity.pk], articles_to_relink([entity.pk]))

    def mentions():
        return list(
            Mention.objects.order_by("article", "start").values_list("article", "start", "method", "confirmed")
        )

    assert relinked() == Relinked(gained=1, lost=0)
    first = mentions()
    assert first == [
        (new.pk, 3, "names", None),
        (new.pk, 14, "names", None),
        (refused.pk, None, "names", False),
        (added.pk, 3, "editor", True),
        (added.pk, 14, "names", None),
    ]
    assert (relinked(), mentions()) == (Relinked(gained=0, lost=0), first)


@pytest.mark.django_db
def test_a_name_taken_back_leaves_its_articles():
    entity = EntityFactory(name="نادي الربوة", aliases=["الربوة"])
    ArticleFactory(body=body("الربوة"))
    relink([entity.pk], articles_to_relink([entity.pk]))
    entity.aliases.filter(name="الربوة").delete()
    assert relink([entity.pk], articles_to_relink([entity.pk])) == Relinked(gained=0, lost=1)

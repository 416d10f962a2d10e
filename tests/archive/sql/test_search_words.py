"""The words that search knows: from the articles that readers may see, and from no others."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from archive.models import Article, SearchWord, UnlearnedArticle
from archive.search.statistics import count_words
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

YESTERDAY = datetime(2017, 12, 20, 8, 30, tzinfo=UTC)


def article(title, **fields):
    return ArticleFactory(**({"title": title, "summary": "", "body": ""} | fields))


def counted_words():
    count_words()
    return dict(SearchWord.objects.values_list("spelling", "article_count"))


def call_it_large():
    """From now on one article is enough to be a large archive, whose statistics tell how often words occur."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('search_words_v1()'::regprocedure)")
        (definition,) = cursor.fetchone()
        cursor.execute(definition.replace("large_archive CONSTANT int := 10000", "large_archive CONSTANT int := 1"))


@pytest.fixture(params=["small", "large"])
def archive(request):
    if request.param == "large":
        call_it_large()
    return request.param


def test_words_are_kept_as_newspapers_spell_them():
    article("لِقاء في آستانة 2017", kicker="عاجل", summary="أستانة", body="<p>قال ﻻ، كوفيد19 Geneva</p>")

    assert counted_words() == dict.fromkeys(["لقاء", "في", "آستانة", "عاجل", "أستانة", "قال", "لا", "geneva"], 1)
    assert SearchWord.objects.get(spelling="آستانة").folded == "استانه"


def test_a_word_is_counted_once_an_article(archive):
    article("هدنة هدنة", body="<p>هدنة</p>")
    article("هدنة")
    article("الهدنة وهدنه")

    words = counted_words()

    assert words["هدنة"] == 2
    assert set(words) == ({"هدنة", "الهدنة", "وهدنه"} if archive == "small" else {"هدنة"})


def test_a_word_of_hidden_articles_is_not_known(archive):
    for status in (Article.Status.DRAFT, Article.Status.WITHDRAWN):
        article("سري هدنة", status=status)
    article("سري هدنة", published_at=timezone.now() + timedelta(days=1))
    article("هدنة")
    article("هدنة")

    assert counted_words() == {"هدنة": 2}


def test_words_become_known_when_their_article_is_published(archive):
    drafts = [article("هدنة", status=Article.Status.DRAFT, published_at=YESTERDAY) for _ in range(2)]
    assert counted_words() == {}

    for draft in drafts:
        draft.status = Article.Status.PUBLISHED
        draft.save()

    assert counted_words() == {"هدنة": 2}


def test_words_become_known_when_the_time_of_their_article_comes(archive):
    tomorrow = timezone.now() + timedelta(days=1)
    for _ in range(2):
        article("هدنة", status=Article.Status.SCHEDULED, published_at=tomorrow)
    assert counted_words() == {}

    with connection.cursor() as cursor:
        # Its time comes by itself, with no change of status: no trigger sees it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE archive_articlesearch DISABLE TRIGGER unlearned_visibility_v1")
        cursor.execute("UPDATE archive_articlesearch SET visible_from = %s", [YESTERDAY])
        cursor.execute("ALTER TABLE archive_articlesearch ENABLE TRIGGER unlearned_visibility_v1")

    assert counted_words() == {"هدنة": 2}


def test_words_that_no_article_has_any_more_are_forgotten(archive):
    first, second = article("هدنة"), article("هدنة")
    third = article("هدنة")
    assert counted_words() == {"هدنة": 3}

    first.title = "قمة"
    first.save()
    second.delete()
    third.status = Article.Status.WITHDRAWN
    third.save()

    assert counted_words() == ({"قمة": 1} if archive == "small" else {})


def test_words_come_back_with_their_article(archive):
    articles = [article("هدنة"), article("هدنة")]
    counted_words()
    Article.objects.update(status=Article.Status.WITHDRAWN)
    assert counted_words() == {}

    Article.objects.update(status=Article.Status.PUBLISHED)

    assert counted_words() == {"هدنة": len(articles)}


def test_articles_are_read_once():
    article("هدنة")
    draft = article("قمة", status=Article.Status.DRAFT)
    count_words()

    assert list(UnlearnedArticle.objects.values_list("article_id", flat=True).distinct()) == [draft.pk]


def test_articles_that_come_while_words_are_counted_wait_for_the_next_time():
    count_words()
    article("هدنة")
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_words_v1()")

    assert not SearchWord.objects.exists()
    assert counted_words() == {"هدنة": 1}


def neighbours(word):
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_neighbours_v1(%s)", [word])
        return set(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "other",
    ["محادثات", "محادتات", "محدثات", "محااثات", "محاادثات", "مجادتات", "حادثا", "محاثدات", "محادثاتنا", "ححادثاا"],
)
def test_words_within_two_edits_are_neighbours(other):
    assert neighbours("محادثات") & neighbours(other)


def test_words_of_one_letter_have_no_neighbours():
    assert neighbours("و") == neighbours("") == set()

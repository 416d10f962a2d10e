from datetime import UTC, date, datetime

import pytest

from archive.annotating import annotate
from archive.models import Article, DatedPhrase
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

DAY = datetime(2017, 12, 21, 9, tzinfo=UTC)


def days(article: Article) -> list[tuple]:
    annotate([article.pk])
    phrases = DatedPhrase.objects.filter(article=article).order_by("start")
    return [(phrase.first_day, phrase.last_day, phrase.is_ahead) for phrase in phrases]


def test_phrases_are_reckoned_from_the_article_s_date():
    article = ArticleFactory(body="<p>وصل أمس، وتبدأ الجولة الشهر المقبل.</p>", published_at=DAY)
    assert days(article) == [
        (date(2017, 12, 20), date(2017, 12, 20), False),
        (date(2018, 1, 1), date(2018, 1, 31), True),
    ]


def test_another_date_of_the_article_changes_them():
    article = ArticleFactory(body="<p>تبدأ الجولة الشهر المقبل.</p>", published_at=DAY)
    days(article)
    Article.objects.filter(pk=article.pk).update(published_at=datetime(2018, 3, 1, 9, tzinfo=UTC))
    assert days(article) == [(date(2018, 4, 1), date(2018, 4, 30), True)]


def standing(article: Article) -> list[str]:
    text = Article.objects.get(pk=article.pk).text
    phrases = DatedPhrase.objects.filter(article=article).order_by("start")
    return [text[phrase.start : phrase.end] for phrase in phrases]


def test_a_phrase_that_an_edit_moves_is_gone_until_it_is_found_anew():
    article = ArticleFactory(body="<p>وصل أمس، وتبدأ الجولة الشهر المقبل.</p>", published_at=DAY)
    days(article)
    assert standing(article) == ["أمس", "الشهر المقبل"]
    Article.objects.filter(pk=article.pk).update(body="<p>وصل أمس، وقيل إنها تبدأ الشهر المقبل.</p>")
    assert standing(article) == ["أمس"]
    days(article)
    assert standing(article) == ["أمس", "الشهر المقبل"]


def test_what_was_reckoned_from_another_date_is_gone_with_it():
    article = ArticleFactory(body="<p>تبدأ الجولة الشهر المقبل.</p>", published_at=DAY)
    days(article)
    Article.objects.filter(pk=article.pk).update(published_at=datetime(2018, 3, 1, 9, tzinfo=UTC))
    assert standing(article) == []


def test_an_article_without_a_date_knows_only_what_says_its_year():
    article = ArticleFactory(body="<p>وصل أمس بعد اتفاق 15 آذار 2011.</p>", undated=True)
    assert days(article) == [(date(2011, 3, 15), date(2011, 3, 15), False)]


def test_what_may_be_the_article_s_own_month_is_not_ahead():
    article = ArticleFactory(
        body="<p>تعقد في 30 كانون الأول 2017.</p>", published_at=DAY, date_precision=Article.Precision.MONTH
    )
    assert days(article) == [(date(2017, 12, 30), date(2017, 12, 30), False)]

"""What is read most, and that nobody can make it so alone."""

from datetime import date, timedelta

import pytest

from archive.models import ArticleRead
from archive.readership import (
    HOUR_SECONDS,
    KEPT_DAYS,
    MAX_ARTICLES_AN_HOUR,
    RecentReaders,
    count_reading,
    forget_old,
    most_read,
)
from tests.factories import ArticleFactory

TODAY = date(2017, 12, 21)


def read(article, count: int, *, days_ago: int = 0) -> None:
    ArticleRead.objects.create(article=article, day=TODAY - timedelta(days=days_ago), count=count)


@pytest.mark.django_db
def test_most_read_adds_up_the_days_of_the_week():
    steady, sudden, old, third = ArticleFactory.create_batch(4)
    for days_ago in range(7):
        read(steady, 2, days_ago=days_ago)
    read(sudden, 9)
    read(third, 3, days_ago=6)
    read(old, 100, days_ago=7)
    assert most_read(TODAY) == [steady, sudden, third]
    assert [article.reading_count for article in most_read(TODAY)] == [14, 9, 3]


@pytest.mark.django_db
def test_too_little_read_is_no_ranking():
    first, second, third = ArticleFactory.create_batch(3)
    read(first, 30)
    read(second, 20)
    read(third, 2)
    assert most_read(TODAY) == []


@pytest.mark.django_db
def test_what_readers_may_not_see_is_neither_counted_nor_shown():
    hidden = ArticleFactory(draft=True)
    count_reading(hidden.pk, TODAY)
    assert not ArticleRead.objects.exists()
    articles = ArticleFactory.create_batch(3)
    for article in (hidden, *articles):
        read(article, 5)
    assert most_read(TODAY) == articles[::-1]


@pytest.mark.django_db
def test_readings_of_a_day_are_one_row():
    article = ArticleFactory()
    for day in (TODAY, TODAY, TODAY + timedelta(days=1)):
        count_reading(article.pk, day)
    rows = ArticleRead.objects.order_by("day").values_list("article", "day", "count")
    assert list(rows) == [(article.pk, TODAY, 2), (article.pk, TODAY + timedelta(days=1), 1)]


@pytest.mark.django_db
def test_most_read_is_one_question(django_assert_num_queries):
    for article in ArticleFactory.create_batch(8):
        read(article, 5)
    with django_assert_num_queries(1):
        assert len(most_read(TODAY)) == 5


@pytest.mark.django_db
def test_old_counts_are_forgotten():
    article = ArticleFactory()
    for days_ago in (0, KEPT_DAYS - 1, KEPT_DAYS, KEPT_DAYS + 30):
        read(article, 1, days_ago=days_ago)
    forget_old(TODAY)
    assert ArticleRead.objects.count() == 2


def test_a_reader_counts_an_article_once_an_hour():
    recent = RecentReaders()
    times = (0, 10, HOUR_SECONDS - 1, HOUR_SECONDS)
    assert [recent.admit("192.0.2.1", 1, now_seconds=now) for now in times] == [True, False, False, True]
    assert recent.admit("192.0.2.2", 1, now_seconds=HOUR_SECONDS)


def test_a_reader_counts_so_many_articles_an_hour():
    recent = RecentReaders()
    admitted = [recent.admit("192.0.2.1", pk, now_seconds=0) for pk in range(MAX_ARTICLES_AN_HOUR + 5)]
    assert admitted == [True] * MAX_ARTICLES_AN_HOUR + [False] * 5


def test_readers_beyond_a_number_are_not_remembered(monkeypatch):
    monkeypatch.setattr("archive.readership.MAX_READERS_AN_HOUR", 2)
    recent = RecentReaders()
    assert [recent.admit(f"192.0.2.{n}", 1, now_seconds=0) for n in range(4)] == [True, True, False, False]
    assert recent.admit("192.0.2.0", 2, now_seconds=0)

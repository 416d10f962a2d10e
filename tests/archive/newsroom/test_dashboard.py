from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from archive.newsroom import dashboard
from tests.factories import ArticleFactory


@pytest.mark.django_db
def test_days_are_counted_in_the_sites_own_time():
    now = timezone.now()
    today = timezone.localdate(now)
    for days in (0, 1, 1, 40):
        ArticleFactory(published_at=now - timedelta(days=days))
    ArticleFactory(published_at=now - timedelta(days=1), draft=True)
    ArticleFactory(published_at=now - timedelta(days=1), date_precision="month")
    *_earlier, before, last = dashboard.published_per_day(today)

    assert (before.day, before.count, before.share) == (today - timedelta(days=1), 2, 100)
    assert (last.day, last.count, last.share, last.top) == (today, 1, 50, 50)


@pytest.mark.django_db
def test_storage_names_the_largest_tables():
    found = dashboard.storage()

    assert found.database > found.tables[0][1] > 0
    assert len(found.tables) == dashboard.TABLES_SHOWN
    assert found.free > 0


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("SELECT 1 /*request_id='8f14',view='archive:search'*/", "SELECT 1"),
        ("SELECT $1\n  FROM x WHERE y = 'كلمة سرية'", "SELECT $1 FROM x WHERE y = '…'"),
        ("DECLARE c CURSOR FOR SELECT 'it''s', \"name\"", "DECLARE c CURSOR FOR SELECT '…', \"name\""),
    ],
)
def test_statement_is_shown_on_a_line_without_values_and_without_who_asked_first(query, shown):
    assert dashboard.shown_statement(query) == shown


@pytest.mark.django_db
def test_without_counts_of_queries_nothing_breaks():
    assert dashboard.slow_queries() is None or isinstance(dashboard.slow_queries(), list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

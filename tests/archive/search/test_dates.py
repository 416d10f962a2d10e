from datetime import UTC, datetime

import pytest

from archive.search import dates
from archive.search.conditions import Condition
from archive.search.dates import by_date
from archive.search.statistics import count_words, read_statistics
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

EVERYTHING = Condition()


@pytest.fixture
def archive(monkeypatch):
    """Three articles in each of eight months, and one without a date; all months are looked at one by one."""
    monkeypatch.setattr(dates, "SORTABLE", 0)
    for month in range(1, 9):
        for day in (3, 1, 2):
            ArticleFactory(published_at=datetime(2017, month, day, tzinfo=UTC))
    ArticleFactory(published_at=None, date_precision="unknown")
    count_words()


def ids(start, size, *, newest_first, expected=25):
    ranked = by_date(EVERYTHING, read_statistics([]), expected, start, size, newest_first=newest_first)
    return [one.article_id for one in ranked]


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("expected", [25, 2_500, 1])
def test_pages_by_month_are_the_pages_of_the_whole(archive, monkeypatch, newest_first, expected):
    pages = [ids(start, 4, newest_first=newest_first, expected=expected) for start in range(0, 28, 4)]
    monkeypatch.setattr(dates, "SORTABLE", 1_000)
    whole = ids(0, 100, newest_first=newest_first)

    assert len(whole) == 25
    assert [pk for page in pages for pk in page] == whole


def test_articles_younger_or_older_than_the_figures_are_in_their_place(archive):
    newer = ArticleFactory(published_at=datetime(2018, 5, 1, tzinfo=UTC))
    older = ArticleFactory(published_at=datetime(1900, 5, 1, tzinfo=UTC))

    assert ids(0, 2, newest_first=True)[0] == newer.pk
    assert ids(0, 2, newest_first=False)[0] == older.pk


def test_a_month_with_fewer_than_expected_is_not_the_end(archive, monkeypatch):
    only = ArticleFactory(title="هدنة", published_at=datetime(2017, 1, 9, tzinfo=UTC))
    found = by_date(Condition.tsquery("'هدن'"), read_statistics([]), 20, 0, 1, newest_first=True)

    assert [one.article_id for one in found] == [only.pk]

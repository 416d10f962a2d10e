from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Count
from django.utils import timezone

from archive.models import Article, with_known_dates
from archive.views.periods import MonthCounts
from tests.factories import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db

# Around the ends of months in the time zones asked for, years without news between them, one long ago.
TIMES = [
    datetime(year, month, 1, tzinfo=UTC) + timedelta(hours=hours)
    for year, month in ((1915, 8), (2016, 1), (2019, 3), (2019, 4), (2019, 11))
    for hours in (-12, -5, -1, 0, 4, 13)
]


@pytest.fixture
def sections():
    sections = SectionFactory.create_batch(2)
    precisions = ("minute", "day", "month", "year")
    for number, time in enumerate(TIMES):
        for precision in precisions[: 1 + number % 4]:
            ArticleFactory(published_at=time, date_precision=precision, section=sections[number % 2])
    ArticleFactory(published_at=None, date_precision="unknown", section=sections[0])
    ArticleFactory(published_at=TIMES[0], status="draft", section=sections[0])
    ArticleFactory(published_at=timezone.now() + timedelta(days=40), status="scheduled", section=sections[0])
    return sections


@pytest.mark.parametrize("zone", ["Asia/Beirut", "UTC", "America/New_York"])
def test_months_and_years_hold_what_their_articles_say(sections, zone):
    with timezone.override(zone):
        for section in (None, *sections):
            articles = Article.objects.published()
            if section:
                articles = articles.filter(section=section)
            rows = with_known_dates(articles).order_by().values_list("year", "month").annotate(n=Count("pk"))
            counts, years = MonthCounts(section), Counter()
            for year, month, n in rows:
                years[year] += n
                assert month is None or counts.month(year, month) == n
            assert counts.years == years
            assert sum(counts.month(year, month) for year in years for month in range(1, 13)) == sum(
                n for _year, month, n in rows if month
            )


def test_an_archive_without_dates_has_no_years():
    ArticleFactory(published_at=None, date_precision="unknown")
    assert (MonthCounts().years, MonthCounts().fullest_month) == (Counter(), 0)

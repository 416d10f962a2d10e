"""Articles by month of the site's time zone, exactly or from samples."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from archive.models import Article
from archive.search import months as module
from archive.search.conditions import Condition
from archive.search.filters import SearchFilters
from archive.search.months import count_by_month, entities_by_month, holdings, month_of, year_and_month
from archive.search.overview import overview
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, SourceFactory

pytestmark = pytest.mark.django_db

MARCH, MAY = datetime(2017, 3, 5, 12, tzinfo=UTC), datetime(2017, 5, 5, 12, tzinfo=UTC)


def month(year: int, number: int) -> int:
    return year * 12 + number - 1


@pytest.fixture
def geneva():
    """An entity in an article of March, two of May, one of the year, and one of no date; and what counts nowhere."""
    entity = EntityFactory(name="جنيف")
    shown = [
        ArticleFactory(published_at=MARCH),
        ArticleFactory(published_at=MAY),
        ArticleFactory(published_at=MAY, date_precision="month"),
        ArticleFactory(published_at=datetime(2017, 1, 1, tzinfo=UTC), date_precision="year"),
        ArticleFactory(undated=True),
    ]
    hidden = [
        ArticleFactory(published_at=MAY, draft=True),
        ArticleFactory(published_at=timezone.now() + timedelta(1)),
    ]
    for article in (*shown, *hidden):
        MentionFactory(article=article, entity=entity)
    ArticleFactory(published_at=datetime(2017, 4, 5, tzinfo=UTC))
    return entity


def test_months_are_numbered_and_read_again():
    assert month_of(MARCH.date()) == month(2017, 3)
    assert year_and_month(month(2017, 12)) == (2017, 12)


def test_months_of_an_entity_leave_out_what_has_none_and_what_is_hidden(geneva):
    expected = {month(2017, 3): 1, month(2017, 5): 2}
    assert entities_by_month([geneva.pk]) == {geneva.pk: expected}
    found = count_by_month(SearchFilters(entity=geneva).published(), expected=5)
    assert (found.counts, found.exact) == (expected, True)


def test_holdings_are_all_that_readers_see(geneva):
    assert holdings() == {month(2017, 3): 1, month(2017, 4): 1, month(2017, 5): 2}


def test_a_month_begins_at_midnight_of_the_site():
    """In Beirut it is February already."""
    ArticleFactory(published_at=datetime(2017, 1, 31, 23, tzinfo=UTC))
    assert holdings() == {month(2017, 2): 1}


def test_of_too_many_a_sample_is_counted_and_said_to_be(monkeypatch):
    monkeypatch.setattr(module, "MAX_DATED", 64)
    monkeypatch.setattr(module, "SAMPLE_SIZE", 32)
    source = SourceFactory()
    Article.objects.bulk_create(
        ArticleFactory.build(source=source, section=None, published_at=MARCH) for _ in range(128)
    )
    found = count_by_month(Condition(), expected=128)
    assert (found.counts, found.exact) == ({month(2017, 3): 128}, False)
    read = count_by_month(Condition(), expected=10, read=2 * module.MAX_READ)
    assert (read.counts, read.exact) == ({month(2017, 3): 128}, False)


def test_overview_tells_of_months_sections_and_sources_at_once(geneva, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = overview(SearchFilters(entity=geneva).published())
    assert found.count == 5
    assert found.months == {month(2017, 3): 1, month(2017, 5): 2}
    assert found.held == {month(2017, 3), month(2017, 4), month(2017, 5)}
    assert [value.count for value in found.sections] == [1] * 5
    assert [value.count for value in found.sources] == [1] * 5


def test_overview_of_nothing():
    found = overview(SearchFilters(entity=EntityFactory()).published())
    assert (found.count, found.months, found.held) == (0, {}, frozenset())

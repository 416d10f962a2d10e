from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.models import Measure, Observation, Region
from archive.statistics.figures import (
    Extent,
    extents,
    headlines,
    region_figures,
    standings,
    total_figures,
)
from archive.statistics.series import Change
from tests.factories import DatasetFactory, RegionFactory
from tests.factories.statistics import FIRST_DAY, figures, small_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset():
    return small_dataset()


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def test_headlines_are_the_last_sums_and_how_they_changed(dataset):
    confirmed, deaths = headlines(list(dataset.measures.all()))
    assert (confirmed.value, confirmed.date, confirmed.reported) == (24, day(4), 2)
    assert confirmed.change == Change(0, 1, corrected=False)
    assert (deaths.value, deaths.reported, deaths.change) == (2, 1, Change(1, 1, corrected=False))


def test_headlines_of_a_region_and_of_an_earlier_day(dataset):
    measures, lebanon = list(dataset.measures.all()), Region.objects.get(code="LB")
    [confirmed, _deaths] = headlines(measures, region=lebanon)
    assert (confirmed.value, confirmed.change) == (18, Change(-2, 1, corrected=True))
    [confirmed, _deaths] = headlines(measures, region=lebanon, until=day(3))
    assert (confirmed.value, confirmed.change) == (20, Change(6, 2, corrected=False))
    assert headlines(measures, until=day(-1)) == []


def test_regions_stand_by_their_names_also_those_that_never_reported(dataset):
    confirmed, deaths = dataset.measures.all()
    found = {one.region.code: one for one in standings(deaths, [confirmed, deaths])}
    assert list(found) == ["SY", "LB"]
    assert (found["SY"].value, found["SY"].change, found["SY"].per_million) == (None, None, None)
    assert (found["LB"].value, found["LB"].day) == (2, day(4))
    assert found["LB"].per_million == 0.4


def test_a_standing_has_the_mean_of_its_last_week():
    dataset = DatasetFactory()
    measure = Measure.objects.create(dataset=dataset, slug="x", name="س")
    figures(measure, RegionFactory(), [0, 1, 2, 3, 4, 5, 6, 70])
    [standing] = standings(measure, [measure])
    assert standing.mean == 10


def test_figures_come_with_as_many_days_before_as_means_need(dataset):
    confirmed = dataset.measures.first()
    lebanon = Region.objects.get(code="LB")
    found = region_figures(confirmed, [lebanon], day(4), day(4))[lebanon.pk]
    assert [one.date for one in found] == [day(number) for number in range(5)]
    assert [one.value for one in total_figures(confirmed, None, day(1))] == [11, 16]


def test_each_answer_is_one_query_however_many_regions_there_are(dataset):
    measures = list(dataset.measures.all())
    for number in range(5):
        region = RegionFactory(code=f"X{number}", name=f"ب{number}")
        Observation.objects.create(measure=measures[0], region=region, date=FIRST_DAY, value=1)
    for ask in (
        lambda: standings(measures[0], measures),
        lambda: headlines(measures),
        lambda: region_figures(measures[0], list(Region.objects.all()[:6]), None, None),
        lambda: extents([dataset]),
    ):
        with CaptureQueriesContext(connection) as queries:
            ask()
        assert len(queries) <= 2


def test_a_dataset_reaches_from_its_first_figure_to_its_last(dataset):
    empty = DatasetFactory(slug="empty")
    assert extents([dataset, empty]) == {dataset.pk: Extent(day(0), day(4), 2)}

"""Sums over all regions, and the time of the last change, follow the figures, whatever writes them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from archive.models import Dataset, Measure, MeasureTotal, Observation, Region
from archive.statistics.totals import add_up
from tests.factories import MeasureFactory, RegionFactory
from tests.factories.statistics import FIRST_DAY, figures, small_dataset

pytestmark = pytest.mark.django_db


def sums(measure: Measure) -> list[tuple[int, Decimal, int]]:
    """The sums by the number of their day, with how many regions reported."""
    rows = MeasureTotal.objects.filter(measure=measure).order_by("date")
    return [((total.date - FIRST_DAY).days, total.value, total.reported) for total in rows]


@pytest.fixture
def confirmed():
    return small_dataset().measures.get(slug="confirmed")


def test_who_is_silent_for_a_day_keeps_the_last_total(confirmed):
    assert sums(confirmed) == [(0, 11, 2), (1, 16, 2), (2, 17, 1), (3, 24, 2), (4, 24, 2)]


def test_a_day_on_which_nobody_reported_has_no_sum(confirmed):
    Observation.objects.filter(measure=confirmed, date=FIRST_DAY + timedelta(days=1)).update(value=None)
    assert [day for day, *_rest in sums(confirmed)] == [0, 2, 3, 4]


def test_a_changed_figure_changes_the_sums_from_its_day_on(confirmed):
    Observation.objects.filter(measure=confirmed, region__code="LB", date=FIRST_DAY + timedelta(days=3)).update(
        value=30
    )
    assert sums(confirmed) == [(0, 11, 2), (1, 16, 2), (2, 17, 1), (3, 34, 2), (4, 24, 2)]


def test_a_figure_that_is_deleted_or_comes_late_counts_at_once(confirmed):
    Observation.objects.filter(measure=confirmed, region__code="SY", date=FIRST_DAY).delete()
    assert sums(confirmed)[:2] == [(0, 10, 1), (1, 16, 2)]
    figures(confirmed, RegionFactory(code="JO", name="الأردن"), [5])
    assert sums(confirmed)[0] == (0, 15, 2)
    assert sums(confirmed)[-1] == (4, 29, 2)


def test_sums_are_the_same_as_when_all_are_made_anew(confirmed):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_observation SET value = value + 3 WHERE date > %s AND value > 2", [FIRST_DAY])
        cursor.execute("UPDATE archive_observation SET date = date - 1 WHERE date = %s", [FIRST_DAY])
    before = list(
        MeasureTotal.objects.order_by("measure", "date").values_list("measure", "date", "value", "reported")
    )
    add_up()
    assert before == list(
        MeasureTotal.objects.order_by("measure", "date").values_list("measure", "date", "value", "reported")
    )


def test_counts_of_days_add_up_and_levels_do_not(confirmed):
    confirmed.kind = "daily"
    confirmed.save()
    assert sums(confirmed) == [(0, 11, 2), (1, 16, 2), (2, 3, 1), (3, 24, 2), (4, 24, 2)]
    confirmed.kind = "level"
    confirmed.save()
    assert sums(confirmed) == []


def changed_at() -> object:
    return Dataset.objects.get().changed_at


def test_a_dataset_knows_when_its_figures_changed_and_nothing_else_moves_it(confirmed):
    times = [changed_at()]
    for change in (
        lambda: Observation.objects.filter(region__code="LB", date=FIRST_DAY).update(value=11),
        lambda: Observation.objects.filter(region__code="LB", date=FIRST_DAY, measure=confirmed).update(note="تصحيح"),
        lambda: figures(confirmed, Region.objects.get(code="LB"), [21], first=date(2020, 6, 1)),
        lambda: Observation.objects.filter(date=date(2020, 6, 1)).delete(),
    ):
        change()
        times.append(changed_at())
    assert sorted(set(times)) == times
    for nothing in (
        lambda: Observation.objects.filter(region__code="LB", date=FIRST_DAY, measure=confirmed).update(value=11),
        lambda: Observation.objects.filter(measure=confirmed).update(imported=7),
        lambda: Observation.objects.filter(date=date(2021, 1, 1)).delete(),
    ):
        nothing()
        assert changed_at() == times[-1]


def test_a_dataset_is_deleted_with_all_its_figures(confirmed):
    MeasureFactory(dataset__slug="other", slug="x")
    confirmed.dataset.delete()
    assert not Observation.objects.exists()
    assert not MeasureTotal.objects.exists()
    assert Dataset.objects.count() == 1

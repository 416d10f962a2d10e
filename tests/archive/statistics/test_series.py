"""What is worked out of figures: never a zero where nothing was reported."""

from datetime import date

import pytest

from archive.statistics.series import Change, by_day, changes, corrections, daily, per_million, weekly_mean


def test_days_without_a_figure_are_unknown():
    figures = [(date(2020, 5, 1), 1.0), (date(2020, 5, 3), None), (date(2020, 5, 4), 4.0)]
    assert by_day(figures, date(2020, 4, 30), date(2020, 5, 4)) == [None, 1.0, None, None, 4.0]


def test_a_total_grows_by_steps_and_falls_by_corrections():
    values = [10, 14, None, None, 20, 18]
    assert changes(values) == [
        None, Change(4, 1, corrected=False), None, None, Change(6, 3, corrected=False), Change(-2, 1, corrected=True),
    ]  # fmt: skip
    assert daily(values, "total") == [None, 4, None, None, 6, -2]
    assert corrections(values, "total") == [False, False, False, False, False, True]


def test_counts_of_days_are_what_they_are():
    assert daily([3, None, -2], "daily") == [3, None, -2]
    assert corrections([3, None, -2], "daily") == [False, False, True]
    assert corrections([3, None, -2], "level") == [False, False, False]


@pytest.mark.parametrize(
    ("values", "kind", "last"),
    [
        ([0, 0, 0, 0, 0, 0, 0, 70], "total", 10.0),
        ([0, None, None, None, None, None, None, None, None, 90], "total", 10.0),
        ([0, *[None] * 15, 90], "total", None),
        ([0, 0, 70], "total", None),
        ([0, 0, 0, 0, 0, 0, 0, None], "total", None),
        ([7, 0, 0, None, 0, 0, 5], "daily", 2.0),
        ([7, 5], "daily", None),
    ],
)
def test_a_mean_is_of_a_whole_week_and_what_is_known_of_it(values, kind, last):
    assert weekly_mean(values, kind)[-1] == last


def test_shares_of_a_million_need_a_number_of_inhabitants():
    assert per_million([5.0, None], 2_000_000) == [2.5, None]
    assert per_million([5.0, None], None) == [None, None]

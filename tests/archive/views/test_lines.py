"""Lines break where nothing is known, run with the language, and their labels stand apart."""

from itertools import pairwise

import pytest
from django.utils import translation

from archive.views.lines import HEIGHT, LABEL_HEIGHT, WIDTH, Scale, figure_scale, plot, round_up, share_scale


def drawn(all_values):
    return plot(all_values, share_scale(all_values))


@pytest.mark.parametrize(
    ("share", "top"), [(0, 0.1), (0.1, 0.1), (0.3, 0.5), (3, 5), (2.2, 2.5), (51, 100), (100, 100)]
)
def test_the_scale_ends_at_a_round_number(share, top):
    assert round_up(share) == top


def test_time_runs_with_the_language():
    with translation.override("en"):
        assert drawn([[0.0, 100.0]]).lines[0].path == "M250.0 220.0L750.0 0.0"
    with translation.override("ar"):
        assert drawn([[0.0, 100.0]]).lines[0].path == "M750.0 220.0L250.0 0.0"


def test_a_gap_breaks_the_line_and_a_point_alone_is_a_dot():
    with translation.override("en"):
        found = drawn([[50.0, None, 50.0, 50.0]])
    assert found.lines[0].path == "M625.0 0.0L875.0 0.0"
    assert found.lines[0].dots == "M125.0 0.0h0"
    assert found.gaps == [(WIDTH / 4, WIDTH / 4)]


def test_labels_stand_apart_and_inside():
    heights = [line.label_y for line in drawn([[0.0]] * 6).lines]
    assert all(LABEL_HEIGHT / 2 <= height <= HEIGHT - LABEL_HEIGHT / 2 for height in heights)
    assert {round(lower - upper) for upper, lower in pairwise(heights)} == {LABEL_HEIGHT}


def test_what_is_never_known_has_no_label():
    found = drawn([[None, None]])
    assert (found.lines[0].path, found.lines[0].label_y) == ("", None)


@pytest.mark.parametrize(
    ("values", "logarithmic", "ticks"),
    [
        ([], False, [0.1, 0]),
        ([0.0, 0.0], False, [0.1, 0]),
        ([3.0, 187_000.0], False, [200_000, 150_000, 100_000, 50_000, 0]),
        ([-12.0, 30.0], False, [40, 20, 0, -20]),
        ([-3.0, -1.0], False, [1, 0, -1, -2, -3]),
        ([0.0, -5.0, 7.0, 12_000.0], True, [100_000, 10_000, 1_000, 100, 10, 1]),
        ([0.0], True, [10, 1]),
    ],
)
def test_the_scale_of_figures_has_round_steps_and_room_below_zero(values, logarithmic, ticks):
    assert figure_scale([values], logarithmic=logarithmic).ticks == ticks


def test_zero_is_a_line_of_its_own_where_figures_fall_below_it():
    assert figure_scale([[-10.0, 30.0]]).zero == 165.0
    assert figure_scale([[10.0, 30.0]]).zero is None


def test_what_has_no_logarithm_breaks_the_line():
    with translation.override("en"):
        found = plot([[10.0, 0.0, 100.0, 1_000.0]], Scale(1, 1_000, 3, logarithmic=True))
    assert found.lines[0].path == "M625.0 73.3L875.0 0.0"
    assert found.lines[0].dots == "M125.0 146.7h0"
    assert found.gaps == []


def test_marked_times_are_dots_on_the_line():
    with translation.override("en"):
        found = plot([[50.0, 25.0, None]], Scale(0, 100, 2), [[False, True, True]])
    assert found.lines[0].marks == "M500.0 165.0h0"

"""Lines break where nothing is known, run with the language, and their labels stand apart."""

from itertools import pairwise

import pytest
from django.utils import translation

from archive.views.lines import HEIGHT, LABEL_HEIGHT, WIDTH, plot, round_up


@pytest.mark.parametrize(
    ("share", "top"), [(0, 0.1), (0.1, 0.1), (0.3, 0.5), (3, 5), (2.2, 2.5), (51, 100), (100, 100)]
)
def test_the_scale_ends_at_a_round_number(share, top):
    assert round_up(share) == top


def test_time_runs_with_the_language():
    with translation.override("en"):
        assert plot([[0.0, 100.0]]).lines[0].path == "M250.0 220.0L750.0 0.0"
    with translation.override("ar"):
        assert plot([[0.0, 100.0]]).lines[0].path == "M750.0 220.0L250.0 0.0"


def test_a_gap_breaks_the_line_and_a_point_alone_is_a_dot():
    with translation.override("en"):
        drawn = plot([[50.0, None, 50.0, 50.0]])
    assert drawn.lines[0].path == "M625.0 0.0L875.0 0.0"
    assert drawn.lines[0].dots == "M125.0 0.0h0"
    assert drawn.gaps == [(WIDTH / 4, WIDTH / 4)]


def test_labels_stand_apart_and_inside():
    heights = [line.label_y for line in plot([[0.0]] * 6).lines]
    assert all(LABEL_HEIGHT / 2 <= height <= HEIGHT - LABEL_HEIGHT / 2 for height in heights)
    assert {round(lower - upper) for upper, lower in pairwise(heights)} == {LABEL_HEIGHT}


def test_what_is_never_known_has_no_label():
    drawn = plot([[None, None]])
    assert (drawn.lines[0].path, drawn.lines[0].label_y) == ("", None)

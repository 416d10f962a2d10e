"""What counts as steady over hours."""

import pytest

from bench.shedding import STRETCHES, Stretch, _is_flat


@pytest.mark.parametrize(
    ("last", "flat"),
    [
        (Stretch(0, 100, 200), True),
        (Stretch(0, 110, 220), True),
        (Stretch(0, 50, 150), True),
        (Stretch(0, 111, 200), False),
        (Stretch(0, 100, 221), False),
        (Stretch(1, 100, 200), False),
    ],
)
def test_times_and_memory_may_grow_by_a_tenth_and_nothing_may_break(last, flat):
    assert _is_flat([Stretch(0, 100, 200)] * (STRETCHES - 1) + [last]) is flat

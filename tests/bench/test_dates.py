from datetime import date

import pytest

from archive.text.date_place import Span
from bench.dates import is_right

ON = date(2015, 11, 19)


@pytest.mark.parametrize(
    ("first", "last", "meaning", "right"),
    [
        ((2015, 11, 20), (2015, 11, 20), "2015-11-20", True),
        ((2015, 11, 20), (2015, 11, 21), "2015-11-20", False),
        ((2012, 2, 1), (2012, 2, 10), "2012-02-01..10", True),
        ((2016, 1, 16), (2016, 1, 31), "2016-01-16..2016-01-31", True),
        ((2015, 12, 1), (2015, 12, 31), "2015-12", True),
        ((2014, 1, 1), (2014, 12, 31), "2014", True),
        ((2014, 6, 1), (2014, 8, 31), "2014 summer", True),
        ((2015, 11, 14), (2015, 11, 14), "2015-11-14|2015-11-21", True),
        ((2015, 11, 8), (2015, 11, 14), "week-1", True),
        ((2015, 11, 9), (2015, 11, 15), "week-1", True),
        ((2015, 11, 15), (2015, 11, 21), "week-1", False),
        ((2015, 11, 20), (2015, 11, 22), "range", True),
        ((2015, 11, 20), (2015, 11, 20), "range", False),
        ((2015, 11, 19), (2015, 11, 19), "2015-11-19T15:00", False),
    ],
)
def test_meanings_are_compared(first, last, meaning, right):
    assert is_right(Span(date(*first), date(*last)), meaning, ON) is right


def test_none_is_a_meaning():
    assert is_right(None, "none", ON)
    assert not is_right(None, "2015-11-20", ON)

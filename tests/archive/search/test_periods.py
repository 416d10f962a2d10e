from datetime import date

import pytest

from archive.search.periods import read_period


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("٢٠١٦", date(2016, 1, 1), date(2016, 12, 31)),
        ("12/2017", date(2017, 12, 1), date(2017, 12, 31)),
        ("2016-2", date(2016, 2, 1), date(2016, 2, 29)),
        ("2017-12-21", date(2017, 12, 21), date(2017, 12, 21)),
        ("٢١/١٢/٢٠١٧", date(2017, 12, 21), date(2017, 12, 21)),
        ("كانون الأول 2017", date(2017, 12, 1), date(2017, 12, 31)),
        ("ديسمبر ۲۰۱۷", date(2017, 12, 1), date(2017, 12, 31)),
        ("21 كانون الأول 2017", date(2017, 12, 21), date(2017, 12, 21)),
        ("21 كانون الأول (ديسمبر) 2017", date(2017, 12, 21), date(2017, 12, 21)),
        ("٢١ ديسمبر (كانون الأوّل) ٢٠١٧", date(2017, 12, 21), date(2017, 12, 21)),
        ("كانون الأول/ديسمبر 2017", date(2017, 12, 1), date(2017, 12, 31)),
        ("تشرين الثاني / November 2017", date(2017, 11, 1), date(2017, 11, 30)),
        ("March 2018", date(2018, 3, 1), date(2018, 3, 31)),
    ],
)
def test_periods(typed, first, last):
    assert read_period(typed) == (first, last)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "أمس", "17", "2017-13", "30/2/2017", "0000", "كانون 2017", "2017-12-21-3"),
        *("كانون الأول (يناير) 2017", "21 ديسمبر (أمس) 2017", "(ديسمبر) 2017", "كانون الأول () 2017"),
    ],
)
def test_no_periods(typed):
    assert read_period(typed) is None

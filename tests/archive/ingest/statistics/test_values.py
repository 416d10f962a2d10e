from datetime import date
from decimal import Decimal

import pytest

from archive.ingest.statistics.mapping import FiguresError
from archive.ingest.statistics.values import read_dates, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", 1234),
        (" 1,234 ", 1234),
        ("١٬٢٣٤٫٥", Decimal("1234.5")),
        ("1 234", 1234),
        ("−12", -12),
        ("-12.0", -12),
        ("0", 0),
        ("1e3", 1000),
        ("0.00005", 0),
        ("", None),
        ("-", None),
        ("N/A", None),
        ("لم يبلغ", None),
    ],
)
def test_numbers_are_read_as_tables_write_them(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["12,5", "1.2.3", "abc", "inf", "12%", "1e99", "9" * 17, "1,23,456"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"^"):
        read_number(text)


DAY = date(2020, 1, 22)


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (["2020-01-22", "x", "2020-1-23T00:00:00"], [DAY, date(2020, 1, 23)]),
        (["1/22/20", "1/23/20"], [DAY, date(2020, 1, 23)]),
        (["22/01/2020", "23/01/2020"], [DAY, date(2020, 1, 23)]),
        (["٢٢/١/٢٠٢٠"], [DAY]),
        # Both ways can be read, and only one makes days that follow each other.
        (["1/2/20", "2/2/20", "3/2/20"], [date(2020, 2, 1), date(2020, 2, 2), date(2020, 2, 3)]),
        (["2/1/20", "2/2/20", "2/3/20"], [date(2020, 2, 1), date(2020, 2, 2), date(2020, 2, 3)]),
        (["2020-02-30", "31/31/20"], []),
    ],
)
def test_days_are_read_by_what_all_have_in_common(texts, days):
    assert list(read_dates(texts).values()) == days


def test_days_that_may_be_two_are_asked_about_and_a_format_answers():
    with pytest.raises(FiguresError) as refused:
        read_dates(["1/2/20"])
    assert refused.value.note.code == "figures_dates_ambiguous"
    assert read_dates(["1/2/20"], "%d/%m/%y") == {"1/2/20": date(2020, 2, 1)}

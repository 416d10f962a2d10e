from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.date_phrases import read_relative_date
from archive.ingest.records import ReadDate


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("قبل ساعتين", 14),
        ("منذ 20 دقيقة", 15),
        ("أمس", 14),
        ("منذ 3 أيام", 12),
        ("قبل شهر", None),
        ("الأسبوع الماضي", None),
    ],
)
def test_how_long_ago_is_reckoned_from_a_known_moment(phrase, day):
    found = read_relative_date(phrase, datetime(2019, 4, 15, 1, 30))  # noqa: DTZ001
    assert found == (day and ReadDate(datetime(2019, 4, day), "day"))  # noqa: DTZ001


@given(
    st.lists(
        st.sampled_from(["قبل", "منذ", "بعد", "3", "أيام", "يومين", "أمس", "اليوم", "999", "سنة"]), max_size=5
    ).map(" ".join)
    | st.text(max_size=60),
    st.dates(date(1800, 1, 1), date(2199, 1, 1)),
)
def test_reading_never_raises(phrase, day):
    read_relative_date(phrase, day)

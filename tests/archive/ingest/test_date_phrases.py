from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.date_phrases import Span, read_phrase, read_relative_date
from archive.ingest.records import ReadDate

MONDAY = date(2019, 4, 15)


@pytest.mark.parametrize(
    ("phrase", "first", "last"),
    [
        ("اليوم الاثنين", (2019, 4, 15), None),
        ("صباح اليوم", (2019, 4, 15), None),
        ("مساء أمس", (2019, 4, 14), None),
        ("أول أمس", (2019, 4, 13), None),
        ("غداً", (2019, 4, 16), None),
        ("بعد غد الأربعاء", (2019, 4, 17), None),
        ("قبل أربعة أيام", (2019, 4, 11), None),
        ("منذ يومين", (2019, 4, 13), None),
        ("قبل 3 أسابيع", (2019, 3, 25), None),
        ("قبل شهرين", (2019, 2, 15), None),
        ("منذ عشر سنوات", (2009, 4, 15), None),
        ("بعد شهر", (2019, 5, 15), None),
        ("خلال الأيام الخمسة المقبلة", (2019, 4, 16), (2019, 4, 20)),
        ("الأسبوع المقبل", (2019, 4, 21), (2019, 4, 27)),
        ("الشهر الماضي", (2019, 3, 1), (2019, 3, 31)),
        ("العام المقبل", (2020, 1, 1), (2020, 12, 31)),
        ("نهاية الشهر الجاري", (2019, 4, 30), None),
        ("الجمعة الماضي", (2019, 4, 12), None),
        ("الاثنين الماضي", (2019, 4, 8), None),
        ("الخميس المقبل", (2019, 4, 18), None),
        ("الجمعة 19 نيسان", (2019, 4, 19), None),
        ("في الثالث من كانون الثاني", (2019, 1, 3), None),
        ("العاشر من تشرين الأول الماضي", (2018, 10, 10), None),
        ("الحادي والعشرين من شباط 2008", (2008, 2, 21), None),
        ("مطلع آب المقبل", (2019, 8, 1), (2019, 8, 10)),
        ("أواخر شباط الماضي", (2019, 2, 21), (2019, 2, 28)),
        ("النصف الأول من أيار 2016", (2016, 5, 1), (2016, 5, 15)),
        ("مطلع عام 2016", (2016, 1, 1), (2016, 3, 31)),
        ("تموز الماضي", (2018, 7, 1), (2018, 7, 31)),
        ("شتاء 2011", (2011, 12, 1), (2012, 2, 29)),
        ("3 محرم 1440هـ", (2018, 9, 13), None),
        ("أيار 2012", (2012, 5, 1), (2012, 5, 31)),
    ],
)
def test_a_phrase_means_days_by_the_day_on_which_it_was_written(phrase, first, last):
    assert read_phrase(phrase, MONDAY)[:2] == (date(*first), date(*(last or first)))


def test_hours_are_of_the_day():
    assert read_phrase("الساعة الخامسة من مساء اليوم", MONDAY) == Span(MONDAY, MONDAY, time(17))


def test_a_weekday_alone_is_not_sure():
    assert read_phrase("السبت", MONDAY) == Span(date(2019, 4, 13), date(2019, 4, 13), sure=False)


@pytest.mark.parametrize("phrase", ["", "بعد ذلك", "قبل قليل", "الماضي", "12 شباط/آذار", "منذ ولادته"])
def test_what_names_no_time_means_none(phrase):
    assert read_phrase(phrase, MONDAY) is None


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


_WORDS = [
    "قبل",
    "منذ",
    "بعد",
    "3",
    "ثلاثة",
    "أيام",
    "يومين",
    "الماضي",
    "المقبل",
    "أواخر",
    "مطلع",
    "الأول",
    "من",
    "شباط",
    "29",
    "عام",
    "2015",
    "الخميس",
    "اليوم",
    "أمس",
    "الساعة",
    "صيف",
    "999",
]


@given(
    st.lists(st.sampled_from(_WORDS), max_size=7).map(" ".join) | st.text(max_size=60),
    st.dates(date(1800, 1, 1), date(2199, 1, 1)),
)
def test_reading_a_phrase_never_raises(phrase, day):
    read_phrase(phrase, day)
    read_relative_date(phrase, day)

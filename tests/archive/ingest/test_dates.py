from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.dates import Reading, parse_operator_date, read_date, read_date_line, read_url_date
from archive.ingest.records import Note, ReadDate

DAY = ReadDate(datetime(2017, 12, 21), "day")  # noqa: DTZ001
MINUTE = ReadDate(datetime(2017, 12, 21, 10, 15), "minute")  # noqa: DTZ001


def test_a_month_before_its_day_is_read_so_where_it_means_nothing_else_and_told():
    assert read_date("12/21/2017") == Reading(DAY, Note("date_month_first", {"text": "12/21/2017"}))
    assert read_date("05/04/2017").date.value.month == 4


@pytest.mark.parametrize(
    "text",
    [
        "21/12/2017",
        "٢١/١٢/٢٠١٧",
        "۲۱/۱۲/۲۰۱۷",
        "21-12-2017",
        "21.12.2017",
        "2017-12-21",
        "2017/12/21",
        "20171221",
        "21 كانون الأول 2017",
        "21 كانون أول 2017",
        "21 ديسمبر 2017",
        "21 دجنبر 2017",
        "21 ديسمبر 2017م",
        "21 كانون الأول (ديسمبر) 2017",
        "21 كانون الأول/ديسمبر 2017",
        "21 ديسمبر / كانون الأول 2017",
        "21 décembre 2017",
        "21st of December 2017",
        "21 ديسمبر/ كانون الأول، 2017",
        "الخميس 21 كانون الأول 2017",
        "الخميس، ٢١ ديسمبر، ٢٠١٧",
        "21 من شهر كانون الأول عام 2017",
        "3 ربيع الثاني 1439هـ الموافق 21 ديسمبر 2017م",
        "December 21, 2017",
        "21 Dec 2017",
        "21-Dec-17",
        "21-ديسمبر-17",
        "2017-12-21T00:00:00Z",
        1513814400,
        1513814400000,
    ],
)
def test_a_day_is_read_in_every_form(text):
    assert read_date(text).date == DAY


@pytest.mark.parametrize(
    "text",
    [
        "2017-12-21T10:15:00",
        "2017-12-21 10:15:00",
        "2017-12-21T101500",
        "20171221101500",
        "21 ديسمبر 2017 - 10:15",
        "21 ديسمبر 2017 الساعة 10:15 صباحاً",
        "21 ديسمبر 2017 - 10:15 ص",
        "21 Dec 2017 10:15 AM",
        "21 décembre 2017 à 10h15",
        "Thu Dec 21 10:15:00 2017",
    ],
)
def test_a_time_is_read_beside_the_day(text):
    assert read_date(text).date == MINUTE


@pytest.mark.parametrize(
    ("text", "hour"),
    [("12:15 م", 12), ("12:15 ص", 0), ("10:15 مساءً", 22), ("1:15 ظهراً", 13), ("4:15 عصراً", 16), ("10:15 ليلاً", 22)],
)
def test_halves_of_the_day(text, hour):
    assert read_date(f"21 كانون الأول 2017 - {text}").date.value.hour == hour


def test_the_half_of_the_day_is_heard_behind_a_date_in_english():
    assert read_date("21 Dec 2017 10:15 PM").date.value.hour == 22


def test_a_moment_told_twice_is_taken_with_its_zone():
    text = "21 ديسمبر/كانون الأول 2017 الساعة 12:15 (10:15 غرينتش)"
    moment = ReadDate(datetime(2017, 12, 21, 10, 15, tzinfo=UTC), "minute")
    assert read_date(text).date == moment
    assert read_date_line(text)[:2] == (read_date(text), ())


def test_seconds_since_1970_as_text():
    assert read_date("1513851300").date == read_date(1513851300).date
    assert read_date("1513851300000").date == read_date(1513851300000).date


def test_zones_are_kept():
    assert read_date("2017-12-21T10:15:00+02:00").date.value == datetime(
        2017, 12, 21, 10, 15, tzinfo=timezone(timedelta(hours=2))
    )
    assert read_date("21 ديسمبر 2017 10:15 غرينتش").date.value == datetime(2017, 12, 21, 10, 15, tzinfo=UTC)
    assert read_date("Thu Dec 21 10:15:00 +0000 2017").date.value == datetime(2017, 12, 21, 10, 15, tzinfo=UTC)
    assert read_date("Thu, 21 Dec 2017 10:15:00 GMT").date.value == datetime(2017, 12, 21, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("12 كانون الثاني 2014", 1),
        ("12 جانفي 2014", 1),
        ("12 شباط 2014", 2),
        ("12 فيفري 2014", 2),
        ("12 آذار 2014", 3),
        ("12 أفريل 2014", 4),
        ("12 إبريل 2014", 4),
        ("12 ماي 2014", 5),
        ("12 مايس 2014", 5),
        ("12 جوان 2014", 6),
        ("12 يونيه 2014", 6),
        ("12 جويلية 2014", 7),
        ("12 يوليوز 2014", 7),
        ("12 أوت 2014", 8),
        ("12 غشت 2014", 8),
        ("12 آب 2014", 8),
        ("12 شتنبر 2014", 9),
        ("12 تشرين الأول 2014", 10),
        ("12 نونبر 2014", 11),
    ],
)
def test_months_of_every_country(text, month):
    assert read_date(text).date.value.month == month


def test_precision_is_what_the_text_says():
    assert read_date("كانون الأول 2017").date == ReadDate(datetime(2017, 12, 1), "month")  # noqa: DTZ001
    assert read_date("2017-12").date == ReadDate(datetime(2017, 12, 1), "month")  # noqa: DTZ001
    assert read_date("2017").date == ReadDate(datetime(2017, 1, 1), "year")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10 محرم 1210", "date_hijri"),
        ("1437/13/06 هـ", "date_hijri"),
        ("31/02/2017", "date_unread"),
        ("21-12-17", "date_unread"),
        ("أمس", "date_unread"),
        ("9999-01-01", "date_unread"),
        ([2017], "date_unread"),
        (1e300, "date_unread"),
    ],
)
def test_what_is_not_sure_stays_unknown_and_is_told(text, code):
    reading = read_date(text)
    assert (reading.date, reading.note.code) == (None, code)


@pytest.mark.parametrize(
    "text", ["18 كانون الأول / يناير 2017", "18 ديسمبر (شباط) 2017", "18 آذار/أبريل 2017 10:15 ص"]
)
def test_of_a_date_that_contradicts_itself_the_year_is_taken(text):
    reading = read_date(text)
    assert reading.date == ReadDate(datetime(2017, 1, 1), "year")  # noqa: DTZ001
    assert reading.note.code == "date_contradiction"


@pytest.mark.parametrize(
    "text",
    [
        "12 ربيع الأول 1440هـ",
        "١٢ ربيع أول ١٤٤٠ هـ",
        "الثلاثاء 12 ربيع الاول 1440",
        "12 من شهر ربيع الأول عام 1440 هجرية",
        "12/3/1440هـ",
        "12-03-1440",
        "1440/03/12",
        "1440-3-12 هـ",
        "نشر في 12 ربيع الأول 1440هـ",
    ],
)
def test_hijri_dates_are_reckoned_by_umm_al_qura(text):
    assert read_date(text).date == ReadDate(datetime(2018, 11, 20), "day")  # noqa: DTZ001
    assert read_date(text).note.code == "date_hijri"
    assert read_date_line(text).reading.date == read_date(text).date


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("المحرم", 1),
        ("محرم الحرام", 1),
        ("صفر الخير", 2),
        ("ربيع الآخر", 4),
        ("ربيع ثاني", 4),
        ("جمادى الأولى", 5),
        ("جمادي الاول", 5),
        ("جماد أول", 5),
        ("جمادى الآخرة", 6),
        ("جمادى الثانية", 6),
        ("جماد الثاني", 6),
        ("رجب الفرد", 7),
        ("شعبان المعظم", 8),
        ("رمضان المبارك", 9),
        ("شوال", 10),
        ("ذو القعدة", 11),
        ("ذي القعده", 11),
        ("ذوالقعدة", 11),
        ("ذو الحجة", 12),
        ("ذي الحجه", 12),
    ],
)
def test_hijri_months_in_their_spellings(name, month):
    assert read_date(f"1 {name} 1440هـ").date == read_date(f"1440/{month}/1هـ").date


def test_two_calendars_may_differ_by_what_the_moon_explains():
    assert read_date("13 ربيع الأول 1440هـ الموافق 20 نوفمبر 2018م").note is None
    reading = read_date("22 ربيع الأول 1440هـ الموافق 20 نوفمبر 2018م")
    assert (reading.date.value.day, reading.note.code) == (20, "date_calendars_differ")


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("بتوقيت غرينتش", 0),
        ("توقيت جرينتش", 0),
        ("GMT+0400", 4),
        ("(GMT+3)", 3),
        ("+02:00", 2),
        ("بتوقيت مكة المكرمة", 3),
        ("بتوقيت السعودية", 3),
        ("بتوقيت أبوظبي", 4),
        ("بتوقيت القاهرة", 2),
        ("بتوقيت بيروت", 2),
        ("بالتوقيت المحلي لبيروت", 2),
        ("بتوقيت تونس", 1),
        ("KSA", 3),
    ],
)
def test_zones_by_their_places(zone, hours):
    found = read_date(f"21 ديسمبر 2017 الساعة 10:15 {zone}").date.value
    assert found.utcoffset() == timedelta(hours=hours)
    assert read_date_line(f"21 ديسمبر 2017 الساعة 10:15 {zone}").rest == ()


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("الساعة 5 مساءً", (17, 0)),
        ("الساعة 14.30", (14, 30)),
        ("الساعة 3 بعد الظهر", (15, 0)),
        ("12:00 ص", (0, 0)),
        ("12:00 م", (12, 0)),
        ("6 مساءً", (18, 0)),
    ],
)
def test_hours_as_they_are_written(text, clock):
    found = read_date(f"21 كانون الأول 2017 {text}").date
    assert ((found.value.hour, found.value.minute), found.precision) == (clock, "minute")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2017/12/21/news", datetime(2017, 12, 21)),  # noqa: DTZ001
        ("https://a.example/news/2017-12-21-title", datetime(2017, 12, 21)),  # noqa: DTZ001
        ("https://a.example/2017/12/news", None),
        ("https://a.example/2017/13/45/news", None),
        ("https://a.example/n/20171221", None),
    ],
)
def test_addresses_made_of_days(url, day):
    found = read_url_date(url)
    assert (found and found.value) == day


@pytest.mark.parametrize("value", [None, "", "  ", "\u200f"])
def test_nothing_is_no_date_and_no_news(value):
    assert read_date(value) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "نشر في 21/12/2017",
        "منشور 21/12/2017",
        "نُشر بتاريخ: ٢١/١٢/٢٠١٧",
        "تاريخ النشر: 21 ديسمبر 2017",
        "الخميس 21 كانون الأول 2017",
        "21 كانون الأول (ديسمبر) 2017",
    ],
)
def test_a_line_that_is_a_date(line):
    found = read_date_line(line)
    assert (found.reading.date, found.rest, found.published) == (DAY, (), True)


def test_a_line_with_a_date_tells_the_rest():
    assert read_date_line("بيروت - الخميس ٢١ كانون الأول ٢٠١٧").rest == ("بيروت",)
    assert read_date_line("بقلم: سامر الحداد | 21/12/2017").rest == ("بقلم: سامر الحداد",)
    assert read_date_line("فاز الفريق في 21/12/2017 بالكأس").rest == ("فاز الفريق", "بالكأس")


def test_an_update_is_no_publication():
    assert read_date_line("آخر تحديث: 21/12/2017").published is False


@pytest.mark.parametrize("line", ["© 2017 جميع الحقوق محفوظة", "العام 2017", "قتل 21 شخصاً", "نص بلا أرقام"])
def test_lines_without_a_date(line):
    assert read_date_line(line) is None


def test_what_an_operator_types():
    assert parse_operator_date("2017-12-21") == DAY
    assert parse_operator_date("2017-12").precision == "month"
    assert parse_operator_date("2017").precision == "year"
    assert [parse_operator_date(text) for text in ("21/12/2017", "2017-13", "2017-02-30", "x", "٢٠١٧-١٣")] == [
        None
    ] * 5


@given(st.text(alphabet="0123456789٠١٢/-.: كانونالأولديسمبرمصهـT+Z", max_size=60) | st.text(max_size=60))
def test_reading_never_raises(text):
    read_date(text)
    read_date_line(text)
    parse_operator_date(text)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (2019, ReadDate(datetime(2019, 1, 1), "year")),  # noqa: DTZ001
        (20190501, ReadDate(datetime(2019, 5, 1), "day")),  # noqa: DTZ001
    ],
)
def test_a_number_too_small_for_seconds_is_a_date_written_without_signs(value, found):
    assert read_date(value) == (found, None)


@pytest.mark.parametrize(
    ("value", "told"), [(201905, "201905"), (0, "0"), (-5.5, "-5.5"), (True, "true"), (["أمس"], '["أمس"]')]
)
def test_what_is_no_date_is_told_as_it_stands(value, told):
    assert read_date(value) == (None, Note("date_unread", {"text": told}))

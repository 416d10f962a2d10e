from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from archive.preferences import Preferences, override
from archive.text.dates import (
    format_date,
    format_days,
    format_hijri,
    format_month,
    format_number,
    format_short_month,
    format_year,
    iso_date,
    iso_days,
    isolate_dates,
)

MOMENT = datetime(2017, 12, 21, 8, 5, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("value", "arabic", "english"),
    [
        (0, "٠", "0"),
        (2254, "٢٢٥٤", "2254"),
        (9999, "٩٩٩٩", "9999"),
        (10_000, "١٠٬٠٠٠", "10,000"),
        (-1_234_567, "-١٬٢٣٤٬٥٦٧", "-1,234,567"),
        (12.5, "١٢٫٥", "12.5"),
        ("08:05", "٠٨:٠٥", "08:05"),
    ],
)
def test_numbers_take_the_digits_of_the_language(value, arabic, english):
    assert (format_number(value, "ar"), format_number(value, "en")) == (arabic, english)


def test_a_year_has_no_thousands():
    assert (format_year(2017, "ar"), format_year(12_017, "en")) == ("٢٠١٧", "12017")


@pytest.mark.parametrize(
    ("precision", "arabic", "english", "iso"),
    [
        ("year", "٢٠١٧", "2017", "2017"),
        ("month", "كانون\u00a0الأول (ديسمبر)\u00a0٢٠١٧", "December\u00a02017", "2017-12"),
        ("day", "٢١\u00a0كانون\u00a0الأول (ديسمبر)\u00a0٢٠١٧", "21\u00a0December\u00a02017", "2017-12-21"),
        (
            "minute",
            "٢١\u00a0كانون\u00a0الأول (ديسمبر)\u00a0٢٠١٧، ٠٨:٠٥",
            "21\u00a0December\u00a02017, 08:05",
            "2017-12-21T08:05+02:00",
        ),
    ],
)
def test_a_date_is_written_as_far_as_it_is_known(precision, arabic, english, iso):
    assert format_date(MOMENT, "ar", precision=precision) == arabic
    assert format_date(MOMENT, "en", precision=precision) == english
    assert iso_date(MOMENT, precision) == iso


def test_a_day_has_no_minutes_to_show():
    day = date(2011, 1, 14)

    assert format_date(day, "en", precision="minute", weekday=True) == "Friday 14\u00a0January\u00a02011"
    assert format_date(day, "ar", weekday=True) == "الجمعة ١٤\u00a0كانون\u00a0الثاني (يناير)\u00a0٢٠١١"
    assert iso_date(day, "minute") == "2011-01-14"


def test_every_month_has_its_two_names():
    names = [format_month(month, "ar") for month in range(1, 13)]

    assert len(set(names)) == 12
    assert (names[0], names[6], names[10]) == (
        "كانون\u00a0الثاني (يناير)",
        "تموز (يوليو)",
        "تشرين\u00a0الثاني (نوفمبر)",
    )


def test_a_short_date_names_its_month_once():
    shown = [format_date(MOMENT, language, precision="minute", short=True) for language in ("ar", "en")]
    assert shown == ["٢١\u00a0كانون\u00a0الأول\u00a0٢٠١٧، ٠٨:٠٥", "21\u00a0December\u00a02017, 08:05"]


def test_years_before_1000_keep_four_digits():
    assert [iso_date(datetime(70, 5, 4, tzinfo=UTC), p) for p in ("year", "month", "day", "minute")] == [
        "0070",
        "0070-05",
        "0070-05-04",
        "0070-05-04T00:00+00:00",
    ]


def test_iso_dates_keep_their_order_among_arabic_words():
    assert isolate_dates("اكتب 2017-12-21 أو 2017-12 أو 2017.") == (
        "اكتب \u20662017-12-21\u2069 أو \u20662017-12\u2069 أو 2017."
    )
    assert isolate_dates("Write 2017-12-21.") == "Write 2017-12-21."


@pytest.mark.parametrize(
    ("first", "last", "shown", "iso"),
    [
        ((2017, 12, 21), (2017, 12, 21), "Thursday 21 December 2017", "2017-12-21"),
        ((2018, 1, 16), (2018, 1, 31), "16–31 January 2018", "2018-01"),
        ((2018, 1, 1), (2018, 1, 31), "January 2018", "2018-01"),
        ((2018, 1, 1), (2018, 12, 31), "2018", "2018"),
        ((2018, 1, 1), (2018, 3, 31), "1 January 2018 – 31 March 2018", "2018"),
        ((1994, 1, 1), (1996, 12, 31), "1 January 1994 – 31 December 1996", ""),
    ],
)
def test_days_are_said_in_as_few_words_as_tell_them(first, last, shown, iso):
    days = date(*first), date(*last)
    assert format_days(*days, "en").replace("\u00a0", " ") == shown
    assert iso_days(*days) == iso


@pytest.mark.parametrize(
    ("digits", "arabic", "english"),
    [("auto", "١٢٬٣٤٥", "12,345"), ("arabic", "١٢٬٣٤٥", "١٢٬٣٤٥"), ("western", "12,345", "12,345")],
)
def test_digits_are_those_that_the_reader_asks_for(digits, arabic, english):
    with override(Preferences().changed({"digits": digits})):
        assert (format_number(12_345, "ar"), format_number(12_345, "en")) == (arabic, english)


@pytest.mark.parametrize(
    ("months", "december", "short"),
    [
        ("levantine-egyptian", "كانون الأول (ديسمبر)", "كانون الأول"),
        ("egyptian-levantine", "ديسمبر (كانون الأول)", "ديسمبر"),
        ("levantine", "كانون الأول", "كانون الأول"),
        ("egyptian", "ديسمبر", "ديسمبر"),
        ("maghrebi", "دجنبر", "دجنبر"),
    ],
)
def test_months_have_the_names_that_the_reader_asks_for(months, december, short):
    with override(Preferences().changed({"months": months})):
        assert format_month(12, "ar").replace("\u00a0", " ") == december
        assert format_short_month(12, "ar").replace("\u00a0", " ") == short
        assert format_month(12, "en") == "December"


@pytest.mark.parametrize(
    ("day", "arabic", "english"),
    [
        ((2017, 12, 21), "٣ ربيع الآخر ١٤٣٩ هـ", "3 Rabi al-Thani 1439 AH"),
        ((2024, 7, 7), "١ محرم ١٤٤٦ هـ", "1 Muharram 1446 AH"),
        ((1900, 1, 1), "", ""),
    ],
)
def test_hijri_day_is_that_of_umm_al_qura(day, arabic, english):
    shown = [format_hijri(date(*day), language).replace("\u00a0", " ") for language in ("ar", "en")]
    assert shown == [arabic, english]

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.date_phrases import find_phrases, read_phrase
from archive.text.date_place import Span
from archive.text.reckoning import Reference
from bench.dates import is_right, phrases

MONDAY = date(2019, 4, 15)
THURSDAY = Reference(date(2017, 12, 21))
SAMPLES = Path(__file__).parents[2] / "samples" / "dates"


def found(text: str, reference: Reference | None = THURSDAY) -> list[tuple[str, str]]:
    """The phrases of TEXT as they stand there, each with its days."""
    return [
        (
            text[phrase.start : phrase.end],
            f"{phrase.span.first}"
            if phrase.span.first == phrase.span.last
            else f"{phrase.span.first}..{phrase.span.last}",
        )
        for phrase in find_phrases(text, reference)
    ]


@pytest.mark.parametrize("name", ["before.tsv", "after.tsv"])
def test_the_lists_of_phrases_are_all_understood(name):
    """One list was written before the reader was, the other after it."""
    written_on = date(2015, 11, 19)
    rows = list(phrases(SAMPLES / name))
    assert len(rows) == 40
    assert [row for row in rows if not is_right(read_phrase(row[0], written_on), row[1], written_on)] == []


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
    for precision in ("day", "month", "year"):
        list(find_phrases(phrase, Reference(day, precision)))
    list(find_phrases(phrase, None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "أعلنت الخارجية اليوم (الخميس) أنه سيصل غداً للمشاركة.",
            [("اليوم (الخميس)", "2017-12-21"), ("غداً", "2017-12-22")],
        ),
        (
            "جولة في النصف الثاني من كانون الثاني (يناير) المقبل.",
            [("النصف الثاني من كانون الثاني (يناير) المقبل", "2018-01-16..2018-01-31")],
        ),
        ("وصل مساء أمس الأربعاء إلى جنيف", [("مساء أمس الأربعاء", "2017-12-20")]),
        (
            "بدأت في مارس وتنتهي في يونيو المقبل",
            [("مارس", "2017-03-01..2017-03-31"), ("يونيو المقبل", "2018-06-01..2018-06-30")],
        ),
        (
            "خطة للعام المقبل وللأسبوع المقبل",
            [("لعام المقبل", "2018-01-01..2018-12-31"), ("لأسبوع المقبل", "2017-12-24..2017-12-30")],
        ),
        ("وقال الثلاثاء إن المؤتمر سيعقد الأحد.", [("الثلاثاء", "2017-12-19"), ("الأحد", "2017-12-24")]),
        ("المقرر عقده بعد ثلاثة أيام", [("بعد ثلاثة أيام", "2017-12-24")]),
        ("في يومي ٣ و٤ أيّار (مايو) ٢٠١٨", [("يومي ٣ و٤ أيّار (مايو) ٢٠١٨", "2018-05-03..2018-05-04")]),
        (
            "منذ مطلع التسعينات وحتى عام 2003",
            [("مطلع التسعينات", "1990-01-01..1993-12-31"), ("عام 2003", "2003-01-01..2003-12-31")],
        ),
    ],
)
def test_phrases_are_found_where_they_stand(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "أكد اليوم أنه سيشارك، والآن يستعد لذلك",
        "اليوم التالي كان هادئاً",
        "غدا الأمر واضحاً للجميع",
        "خطبة الجمعة في الجامع",
        "فاز الفريق 3 - صفر",
        "مارس ضغوطاً على دمشق",
        "قصف في إب وسط اليمن",
        "قبل ثلاثة أيام من الانتخابات",
        "انتهى بعد ثلاثة أيام من القتال",
        "دفع 2015 دولاراً في المتوسط",
        "رجب طيب أردوغان",
        "نهاية العام الدراسي",
        "في العشرينات من عمره",
        "النسبة بلغت 12.5 في المئة",
    ],
)
def test_what_only_looks_like_a_date_is_none(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("day", ["أمس", "الشهر المقبل", "العام الماضي", "تموز 2016"]),
        ("month", ["الشهر المقبل", "العام الماضي", "تموز 2016"]),
        ("year", ["العام الماضي", "تموز 2016"]),
        (None, ["تموز 2016"]),
    ],
)
def test_a_phrase_needs_as_much_of_the_article_s_date_as_it_counts_from(precision, expected):
    reference = Reference(date(2017, 12, 1), precision) if precision else None
    text = "قال أمس إن الشهر المقبل يشبه العام الماضي وتموز 2016"
    assert [phrase for phrase, _days in found(text, reference)] == expected


def test_the_weekday_is_right_where_the_article_is_dated_after_midnight():
    assert found("أعلن اليوم (الأربعاء) عودته") == [("اليوم (الأربعاء)", "2017-12-20")]

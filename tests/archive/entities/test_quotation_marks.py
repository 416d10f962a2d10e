import pytest

from archive.entities.quotation_marks import quoted_stretches


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال: «نعم» ثم «لا»", ["نعم", "لا"]),
        ("قال “نعم” و”لا“", ["نعم", "لا"]),
        ('قال "نعم" ثم "لا"', ["نعم", "لا"]),
        ("قال: «إن “الباب” مفتوح»", ["إن “الباب” مفتوح"]),
        ('قال: «إن "الباب مفتوح»', ['إن "الباب مفتوح']),
        ("قال: « نعم »", ["نعم"]),
        ("بلا علامات", []),
        ("»نعم« مقلوبة", ["مقلوبة"]),
        ("فارغ «» هنا", []),
    ],
)
def test_outermost_stretches_are_found(text, expected):
    assert [text[stretch.start : stretch.end] for stretch in quoted_stretches(text)] == expected


def test_a_mark_that_nothing_closes_holds_to_the_end_of_its_paragraph():
    text = "قال: «نعم وألف نعم\nفقرة أخرى"
    (stretch,) = quoted_stretches(text)
    assert (text[stretch.start : stretch.end], stretch.closed) == ("نعم وألف نعم", False)


def test_a_quotation_goes_on_in_the_next_paragraph_where_it_closes_there():
    text = "قال: «نعم وألف نعم\nولا نتراجع» ثم مضى"
    (stretch,) = quoted_stretches(text)
    assert (text[stretch.start : stretch.end], stretch.closed) == ("نعم وألف نعم\nولا نتراجع", True)


def test_the_next_paragraph_s_own_mark_begins_another():
    text = "قال: «نعم وألف نعم\n«ولا نتراجع» ثم مضى"
    assert [text[one.start : one.end] for one in quoted_stretches(text)] == ["نعم وألف نعم", "ولا نتراجع"]

import pytest

from archive.ingest.bylines import author_of_line, authors_of_field, dateline


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("بقلم: سامر الحداد", "سامر الحداد"),
        ("بقلم سامر الحداد", "سامر الحداد"),
        ("كتب سامر الحداد", "سامر الحداد"),
        ("إعداد: منى الخوري", "منى الخوري"),
        ("كتب الوزير على صفحته أنه مستقيل", ""),
        ("كتب الشاعر قصيدته.", ""),
        ("بقلم: سامر الحداد | 21/12/2017", ""),
        ("نص عادي", ""),
    ],
)
def test_lines_that_name_an_author(line, name):
    assert author_of_line(line) == name


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("بيروت - رويترز", ("بيروت", "رويترز")),
        ("رويترز - بيروت", ("بيروت", "رويترز")),
        ("منى الخوري (جدّة)", ("جدّة", "منى الخوري")),
        ("القاهرة", ("القاهرة", "")),
        ("قمة الجبل - تحليل", None),
        ("بيروت - دمشق", None),
        ("قال وزير في بيروت - وهو يبتسم - إن الأمر انتهى", None),
    ],
)
def test_datelines(line, found):
    assert dateline(line) == found


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("الأحساء - منى الخوري:", (("منى الخوري",), "الأحساء")),
        ("منى الخوري، سامر الحداد", (("منى الخوري", "سامر الحداد"), "")),
        ("منى الخوري، سامر الحداد (حائل)", (("منى الخوري", "سامر الحداد"), "حائل")),
        (" منى الخوري: ", (("منى الخوري",), "")),
        (" : ", ((), "")),
    ],
)
def test_author_fields(field, found):
    assert authors_of_field(field) == found

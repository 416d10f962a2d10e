import pytest

from archive.stories.naming import story_name


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        # A whole part of a headline that most have, whatever stands beside it.
        (
            [
                "محادثات جنيف: الجولة الثامنة تبدأ",
                "محادثات جنيف.. الوفود تصل",
                "تعثر محادثات جنيف",
                "دي ميستورا متفائل",
            ],
            "محادثات جنيف",
        ),
        # Words cut out of headlines are no name: then it is the most usual headline, not the longest.
        (
            [
                "فرق الإنقاذ تبحث عن ناجين من غرق عبّارة أرواد في يومها الثالث",
                "غرق عبّارة أرواد",
                "غرق عبّارة أرواد يثير الأسئلة",
            ],
            "غرق عبّارة أرواد",
        ),
        (["إغلاق جسر الرستن للصيانة", "إعادة فتح جسر الرستن بعد الصيانة"], "إغلاق جسر الرستن للصيانة"),
        (["خبر   وحيد\nفي سطرين"], "خبر وحيد في سطرين"),
        (["؟!", "…"], "؟!"),
    ],
)
def test_a_story_is_called_by_its_headlines(titles, name):
    assert story_name(titles) == name


def test_a_part_of_two_headlines_names_no_story_of_two():
    # Of two, both would hold it by chance: the whole headline says more.
    assert story_name(["زلزال: مئات القتلى في المدينة", "مئات القتلى"]) != "زلزال"

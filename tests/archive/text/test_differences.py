import pytest

from archive.text.differences import changed_paragraphs, changed_words, side_by_side, word_diff


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("رست السفينة", "رست  السفينة\n", ""),
        ("رست السفينة أمس", "رست السفينة اليوم", "رست السفينة [-أمس-] {+اليوم+}"),
        ("رست السفينة", "رست السفينة في الميناء", "رست السفينة {+في الميناء+}"),
        ("", "رست", "{+رست+}"),
        (
            "ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط",
            "1 ب ت ث ج ح خ د ذ ر ز س ش ص ض 2",
            "[-ا-] {+1+} ب ت ث ج ح … ز س ش ص ض [-ط-] {+2+}",
        ),
    ],
)
def test_words_that_differ_stand_among_a_few_that_do_not(before, after, shown):
    assert word_diff(before, after) == shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("رست السفينة", "رست  السفينة", []),
        ("رست السفينة أمس", "رست السفينة اليوم", [("same", "رست السفينة"), ("gone", "أمس"), ("new", "اليوم")]),
        ("", "رست", [("new", "رست")]),
        # A word alone between two changes is read with them; at the end of the text it stands for itself.
        (
            "قال الوزير إن ثلاثة",
            "أعلن الوزير أن ثلاثة",
            [("gone", "قال الوزير إن"), ("new", "أعلن الوزير أن"), ("same", "ثلاثة")],
        ),
        ("كَتَبَ", "كتب", [("gone", "كَتَبَ"), ("new", "كتب")]),
    ],
)
def test_words_that_stayed_went_and_came(before, after, shown):
    assert changed_words(before, after) == shown


def test_a_paragraph_that_was_rewritten_is_told_word_by_word_and_others_are_counted():
    before = "مقدمة باقية\nرست السفينة في الميناء أمس\nفقرة زالت تمامًا\nخاتمة"
    after = "مقدمة باقية\nرست السفينة في الميناء اليوم\nخاتمة\nتذييل جديد"
    assert changed_paragraphs(before, after) == [
        ([("same", "رست السفينة في الميناء"), ("gone", "أمس"), ("new", "اليوم")], 1),
        ([("gone", "فقرة زالت تمامًا")], 0),
        ([("new", "تذييل جديد")], 1),
    ]


def test_what_went_is_told_before_what_came_in_its_place():
    assert [paragraph.pieces for paragraph in changed_paragraphs("رست السفينة أمس", "عنوان آخر كله")] == [
        [("gone", "رست السفينة أمس")],
        [("new", "عنوان آخر كله")],
    ]


def test_paragraphs_that_came_before_one_that_was_rewritten_are_told_from_it():
    before = "رست السفينة في الميناء أمس"
    after = "لا شيء من ذلك هنا\nرست السفينة في الميناء اليوم"
    assert [[piece.kind for piece in paragraph.pieces] for paragraph in changed_paragraphs(before, after)] == [
        ["new"],
        ["same", "gone", "new"],
    ]


def test_long_texts_of_few_words_are_compared_in_time():
    before = " ".join("سبع" if place % 3 else "ثمان" for place in range(6000))
    after = " ".join("سبع" if place % 5 else "تسع" for place in range(6000))
    assert changed_words(before, after)


def test_texts_stand_beside_each_other_each_paragraph_beside_what_it_became():
    before = "مقدمة باقية\nرست السفينة في الميناء أمس\nفقرة زالت تمامًا"
    after = "مقدمة باقية\nرست السفينة في الميناء اليوم\nتذييل جديد كله"
    assert side_by_side(before, after) == [
        ([("same", "مقدمة باقية")], [("same", "مقدمة باقية")]),
        (
            [("same", "رست السفينة في الميناء"), ("gone", "أمس")],
            [("same", "رست السفينة في الميناء"), ("new", "اليوم")],
        ),
        ([("gone", "فقرة زالت تمامًا")], []),
        ([], [("new", "تذييل جديد كله")]),
    ]

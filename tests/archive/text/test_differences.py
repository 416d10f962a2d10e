import pytest

from archive.text.differences import word_diff


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

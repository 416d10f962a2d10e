import pytest

from archive.text.sentences import passage_around, sentence_around


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("أولى. ثانية هنا. ثالثة.", "ثانية", "ثانية هنا."),
        ("أولى. ثانية هنا", "هنا", "ثانية هنا"),
        ("عنوان\nفقرة فيها 3.5 مليون و د. أحمد! أخرى", "أحمد", "فقرة فيها 3.5 مليون و د. أحمد!"),
        ("قال: «نعم.» ثم مضى.", "نعم", "قال: «نعم.»"),
    ],
)
def test_the_sentence_around_words_is_found(text, words, expected):
    start = text.index(words)
    assert text[slice(*sentence_around(text, start, start + len(words)))] == expected


TEXT = "جملة أولى قصيرة. وقال الوزيرُ ريم: «لا»، ثم سكت! وجملة ثالثة.\nفقرة أخرى"


def around(words: str, text: str = TEXT, **options) -> tuple[str, str, str]:
    start = text.index(words)
    return tuple(passage_around(text, start, start + len(words), **options))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("جملة", ("", "جملة", " أولى قصيرة.")),
        ("وزير", ("وقال ", "الوزيرُ", " ريم: «لا»، ثم سكت!")),
        ("«لا»", ("وقال الوزيرُ ريم: ", "«لا»", "، ثم سكت!")),
        ("سكت", ("وقال الوزيرُ ريم: «لا»، ثم ", "سكت", "!")),
        ("فقرة أخرى", ("", "فقرة أخرى", "")),
    ],
)
def test_sentence_is_whole_and_its_words_too(words, sentence):
    assert around(words) == sentence


def test_points_inside_numbers_end_nothing():
    assert around("دولار", "بلغ 3.5 مليار دولار. ثم") == ("بلغ 3.5 مليار ", "دولار", ".")


def test_a_long_sentence_is_cut_between_words():
    text = "كلمة " * 100 + "هنا" + " كلمة" * 100
    before, words, after = around("هنا", text, max_chars=40)
    assert (before, words, after) == ("…كلمة كلمة كلمة ", "هنا", " كلمة كلمة كلمة…")
    before, _words, after = around("هنا", "هنا" + " كلمة" * 100, max_chars=43)
    assert (before, after) == ("", " كلمة كلمة كلمة كلمة كلمة كلمة كلمة…")

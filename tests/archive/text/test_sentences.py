import pytest

from archive.text.sentences import sentence_around


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

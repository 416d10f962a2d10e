from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.text.normalize import words
from archive.text.tokenize import KEPT_WORDS, Token, stem, stems, stems_begun, tokenize, without_prefix
from tests.archive.text.strategies import arabic_text, arabic_word

EVERY_CHARACTER = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]


def test_offsets_are_those_of_the_text_as_typed():
    text = "قالَتِ «الأُممُ المتّحدة»: جنيف-8!"

    assert [(text[token.start : token.end], token.word) for token in tokenize(text)] == [
        ("قالَتِ", "قالت"),
        ("الأُممُ", "الامم"),
        ("المتّحدة", "المتحده"),
        ("جنيف", "جنيف"),
        ("8", "8"),
    ]


def test_invisible_marks_around_a_word_are_outside_it_and_tashkeel_is_inside():
    assert list(tokenize("\u200f\u202bشُكْرًا\u202c، ")) == [Token("شكرا", 2, 9)]


def test_ornate_parentheses_and_full_width_punctuation_are_no_letters():
    assert list(tokenize("﴿قل﴾ UN／UN")) == [Token("قل", 1, 3), Token("un", 5, 7), Token("un", 8, 10)]


def test_the_words_of_a_ligature_share_its_place():
    assert list(tokenize("ﷺ")) == [
        Token("صلي", 0, 1),
        Token("الله", 0, 1),
        Token("عليه", 0, 1),
        Token("وسلم", 0, 1),
    ]


@given(arabic_text())
@example("x² ﷺ ½ ￼")
@settings(deadline=None, max_examples=300)
def test_tokens_are_the_words_of_the_text_in_order(text):
    tokens = list(tokenize(text))

    assert [token.word for token in tokens] == words(text).split()
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert all(left.end <= right.start or left[1:] == right[1:] for left, right in pairwise(tokens))


def test_tokens_are_the_words_for_every_character():
    text = "ب".join(EVERY_CHARACTER)

    assert [token.word for token in tokenize(text)] == words(text).split()


def test_forms_of_a_word_share_a_stem():
    families = [
        ["محادثات", "المحادثات", "والمحادثات", "بالمحادثات", "للمحادثات", "كالمحادثات", "فمحادثات"],
        ["سوريا", "سورية", "لسوريا", "وسوريا", "السورية", "سوري"],
        ["انتخابات", "الانتخابات", "انتخاب", "والانتخابات"],
        ["لبنان", "ولبنان", "بلبنان", "للبنان"],
        ["ألمانيا", "المانيا", "بألمانيا", "وألمانيا", "لألمانيا", "كألمانيا"],
        ["استانة", "أستانة", "آستانة", "وآستانة", "بآستانة"],
    ]

    assert [len({stem(word) for form in family for word in words(form).split()}) for family in families] == [1] * 6


def test_words_whose_first_letter_is_their_own_keep_it():
    assert [stem(words(word)) for word in ("وزير", "بنك", "فريق", "لجنة", "والد")] == [
        "وزير",
        "بنك",
        "فريق",
        "لجن",
        "والد",
    ]


def test_allah_is_taken_apart_by_no_rule():
    assert {stem(words(form)) for form in ("الله", "والله", "بالله", "تالله", "لله", "ولله", "فلله", "ﷲ")} == {"ﷲ"}
    assert stem("له") == "له"


def test_the_kept_words_are_folded():
    assert {words(word) for word in KEPT_WORDS} == KEPT_WORDS


@given(arabic_word() | st.text(st.characters(codec="utf-8"), max_size=8))
@settings(deadline=None, max_examples=300)
def test_a_stem_is_a_part_of_its_word_and_never_empty(text):
    for word in words(text).split():
        assert stem(word) == "ﷲ" or (stem(word) and stem(word) in word)


def test_stems_of_a_text_are_in_order():
    assert stems("والمحادثات في آستانة") == ["محادث", "في", "استان"]


def is_begun(word: str, beginning: str) -> bool:
    begin, whole = stems_begun(beginning)
    return stem(word).startswith(begin) or stem(word) in whole


def has_no_prefix(word: str) -> bool:
    return word and " " not in word and without_prefix(word) == word


@given(arabic_word().map(words).map(without_prefix).filter(has_no_prefix), st.data())
@settings(deadline=None)
def test_a_word_without_a_prefix_is_known_by_each_of_its_beginnings(word, data):
    assert is_begun(word, word[: data.draw(st.integers(1, len(word)))])


def test_words_of_which_the_first_letters_only_look_like_a_prefix_are_known_by_each_of_their_beginnings():
    missed = [
        (word, word[:length])
        for word in KEPT_WORDS
        for length in range(1, len(word) + 1)
        if not is_begun(word, word[:length])
    ]

    assert missed == []

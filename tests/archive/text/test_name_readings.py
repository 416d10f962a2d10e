import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.name_readings import MAX_READINGS, MAX_WORDS, bare_words, readings, split_readings


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("Bashar al-Assad", ("bashar", "assad")),
        ("Muqtada as-Sadr", ("muqtada", "sadr")),
        ("Deir ez-Zor", ("deir", "zor")),
        ("AL-SISI", ("sisi",)),
        ("d'Estaing", ("destaing",)),
        ("Sa’id", ("said",)),
        ("Ban Ki-moon", ("ban", "ki", "moon")),
        ("Osama bin Laden", ("osama", "بن", "laden")),
        ("Abdel Fattah", ("عبد", "fattah")),
        ("François", ("francois",)),
        ("سيرغي Lavrov", ("سيرغي", "lavrov")),
    ],
)
def test_a_name_is_read_as_typed(typed, reading):
    assert readings(typed)[0] == reading


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("ديمستورا", ("دي", "مستورا")),
        ("De Mistura", ("demistura",)),
        ("دي ميستورا", ("ديميستورا",)),
        ("Abdulaziz", ("عبد", "aziz")),
        ("Abdurrahman", ("عبد", "rrahman")),
        ("عبدالرحمن", ("عبد", "الرحمن")),
        ("Abdullah", ("عبد", "الله")),
        ("Nasrallah", ("nasr", "الله")),
        ("Zinedine", ("zin", "الدين")),
        ("Davutoglu", ("davut", "اوغلو")),
        ("Davutoğlu", ("davut", "اوغلو")),
        ("Ahmadinejad", ("ahmadi", "نجاد")),
        ("Benkirane", ("بن", "kirane")),
    ],
)
def test_words_are_joined_and_taken_apart(typed, reading):
    assert reading in readings(typed)


def test_the_article_alone_is_a_name():
    assert readings("al") == [("al",)]


@pytest.mark.parametrize("typed", ["", "؟!", "'"])
def test_what_holds_no_word_is_not_read(typed):
    assert readings(typed) == []


def test_a_syllable_may_stand_apart():
    assert ("xi", "jin", "ping") in list(split_readings(("xi", "jinping")))


@given(st.text())
def test_readings_of_anything_are_few_and_short(text):
    found = readings(text)
    assert len(found) <= MAX_READINGS
    assert all(0 < len(reading) <= 2 * MAX_WORDS * 2 for reading in found)
    for reading in found:
        list(split_readings(reading))


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("al-Assad", ["assad"]),
        ("بشار الأسد", ["بشار", "اسد"]),
        ("ألبانيا", ["البانيا"]),
        ("El Salvador", ["salvador"]),
    ],
)
def test_a_name_without_its_article(name, bare):
    assert bare_words(name) == bare

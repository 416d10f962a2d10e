import pytest

from archive.text.sound_learning import learn, sequences
from archive.text.sound_odds import NONE, odds_of, read_counts
from archive.text.sound_units import ARABIC_READER, LATIN_READER


def number(reader, name):
    return next(unit.number for unit in reader.units if unit.name == name)


def pairs(*names):
    return [sequences([latin], [arabic]) for latin, arabic in names]


def test_letters_that_stand_for_each_other_are_counted():
    counts = learn(pairs(("lavrov", "لافروف"), ("karim", "كريم"), ("malik", "مالك")))
    assert counts["rr|r 0", "ر 0"] == pytest.approx(2, abs=0.05)
    assert counts["a 0", "ا 0"] + counts["a 0", NONE] == pytest.approx(3, abs=0.05)
    assert sum(count for (latin, _arabic), count in counts.items() if latin == "k 0") == pytest.approx(2, abs=0.05)


def test_what_the_rules_hold_for_unlikely_is_learned():
    taught = odds_of(learn(pairs(("zbaramin", "جبرامين"), ("lazmarov", "لاجماروف")) * 50))
    z, jim = number(LATIN_READER, "z 0"), number(ARABIC_READER, "ج 0")
    assert taught.matches[z][jim] > odds_of({}).matches[z][jim] + 1


def test_a_name_that_is_another_in_arabic_teaches_nothing():
    assert learn(pairs(("aleppo", "حلب"), ("egypt", "مصر"))) == {}


def test_a_unit_that_was_never_seen_is_what_the_rules_say():
    odds = odds_of({})
    b, ba, lam = number(LATIN_READER, "bb|b 0"), number(ARABIC_READER, "[بپ] 0"), number(ARABIC_READER, "ل 0")
    assert odds.matches[b][ba] > 1
    assert odds.matches[b][lam] < -1


def test_what_was_learned_is_of_the_rules_as_they_are():
    """After a change of the rules `script/sound-counts` makes the counts anew."""
    latin, arabic = ({unit.name for unit in reader.units} | {NONE} for reader in (LATIN_READER, ARABIC_READER))
    assert read_counts().keys() <= {(one, other) for one in latin for other in arabic}

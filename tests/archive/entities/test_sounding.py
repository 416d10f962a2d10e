import pytest

from archive.entities import sounding
from archive.entities.sounding import sound_anew, sound_waiting
from archive.models import NameWord
from archive.text.sounds import RULES, sound_keys
from tests.factories import EntityFactory

pytestmark = pytest.mark.django_db


def test_words_that_wait_are_sounded():
    EntityFactory(name="سيرغي لافروف")
    EntityFactory(name="سيرغي شويغو")
    told = []

    assert sound_waiting(told.append) == 3
    assert told == [3]
    words = {word.word: (tuple(word.keys), word.rules, word.name_count) for word in NameWord.objects.all()}
    assert words == {
        "سيرغي": (sound_keys("سيرغي"), RULES, 2),
        "لافروف": (sound_keys("لافروف"), RULES, 1),
        "شويغو": (sound_keys("شويغو"), RULES, 1),
    }
    assert sound_waiting() == 0


def test_words_are_sounded_batch_by_batch_until_told_to_stop(monkeypatch):
    monkeypatch.setattr(sounding, "WORDS_PER_BATCH", 2)
    EntityFactory(name="ابن رشد في قرطبة")
    answers = iter([False, True])

    assert sound_waiting(stopping=lambda: next(answers)) == 2
    assert NameWord.objects.filter(rules=0).count() == 2


def test_all_are_sounded_anew_when_the_rules_change(monkeypatch):
    EntityFactory(name="سيرغي لافروف")
    sound_waiting()
    monkeypatch.setattr(sounding, "RULES", RULES + 1)
    assert sound_waiting() == 2


def test_all_can_be_sounded_anew():
    EntityFactory(name="سيرغي لافروف")
    sound_waiting()
    EntityFactory(name="سيرغي شويغو")
    sound_anew()
    assert sound_waiting() == 3
    assert NameWord.objects.get(word="سيرغي").name_count == 2


def test_a_word_that_was_added_twice_at_once_stays_once():
    NameWord.objects.bulk_create([NameWord(word="لافروف"), NameWord(word="لافروف")])
    sound_waiting()
    assert NameWord.objects.get().keys == list(sound_keys("لافروف"))

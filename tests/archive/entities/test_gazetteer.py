import pytest

from archive.entities.context import read
from archive.entities.gazetteer import LEARNED_DECISIONS, Gazetteer, KnownName
from archive.models import NameProposal, RefusedName
from archive.text.normalize import words
from tests.factories import AliasFactory, ArticleFactory, EntityFactory


def named(text, *names):
    found = read(text, Gazetteer(KnownName(words(name), number) for number, name in enumerate(names))).found
    return [text[one.start : one.end] for one in found]


@pytest.mark.parametrize("name", ["عبد الله غل", "عبدالله غل"])
@pytest.mark.parametrize("text", ["قال عبد الله غل", "قال عبدالله غل"])
def test_a_servant_of_god_is_one_word_or_two(name, text):
    assert named(text, name) == [text.removeprefix("قال ")]


def test_a_name_that_goes_on_is_the_shorter_one_where_it_does_not():
    assert named("بين الأمم والأمم المتحدة", "الأمم", "الأمم المتحدة للسلام") == ["الأمم", "الأمم"]


def test_the_names_are_loaded_anew_when_they_have_changed(db):
    city = EntityFactory(name="دمشق", kind="place")
    first = Gazetteer.current()

    assert Gazetteer.current() is first
    AliasFactory(entity=city, name="الفيحاء")
    assert len(read("من الفيحاء", Gazetteer.current()).found) == 1
    RefusedName.objects.create(name="الفيحاءُ")
    assert read("من الفيحاء", Gazetteer.current()).found == []


def test_a_homograph_that_editors_keep_accepting_is_a_name_wherever_it_stands(db):
    tyre = EntityFactory(name="صور", kind="place")
    text = "نشر صور أمس"
    assert read(text, Gazetteer.current()).found == []

    for article in ArticleFactory.create_batch(LEARNED_DECISIONS):
        NameProposal.objects.create(
            article=article,
            name="صور",
            kind="place",
            reason="homograph",
            confidence=0.5,
            state="accepted",
            entity=tyre,
        )

    assert len(read(text, Gazetteer.current()).found) == 1

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from archive.entities.context import read
from archive.entities.deciding import confirm_mention, refuse_mention
from archive.entities.gazetteer import LEARNED_DECISIONS, Gazetteer, KnownName
from archive.models import Mention, NameChange, NameProposal, RefusedName
from archive.text.normalize import words
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory


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


@pytest.mark.parametrize("change", [{"kind": "organisation"}, {"latitude": 33.5, "longitude": 36.3}])
def test_the_names_are_loaded_anew_when_an_entity_has_changed(db, change):
    city = EntityFactory(name="دمشق", kind="place")
    before = Gazetteer.current()
    for field, value in change.items():
        setattr(city, field, value)
    city.save()
    assert Gazetteer.current() is not before


def test_the_names_are_loaded_anew_when_one_has_changed_or_gone(db):
    name = AliasFactory(entity=EntityFactory(name="دمشق", kind="place"), name="الفيحاء")
    certain = Gazetteer.current()
    name.ambiguous = True
    name.save()
    ambiguous = Gazetteer.current()
    name.delete()
    assert len({id(certain), id(ambiguous), id(Gazetteer.current())}) == 3


def test_what_changes_no_name_loads_none(db):
    city = EntityFactory(name="دمشق", kind="place")
    before = Gazetteer.current()
    city.description = "عاصمة سورية"
    city.save()
    ArticleFactory()
    assert Gazetteer.current() is before


def test_it_is_asked_in_one_query_whether_names_have_changed(db, django_assert_num_queries):
    EntityFactory(name="دمشق", kind="place")
    Gazetteer.current()
    with django_assert_num_queries(1):
        Gazetteer.current()


def test_old_changes_are_forgotten_and_the_names_read_once_more(db, monkeypatch):
    monkeypatch.setattr("archive.models.entity.MAX_NAME_CHANGES", 2)
    EntityFactory.create_batch(3)
    before = Gazetteer.current()
    NameChange.forget_old()
    assert NameChange.objects.count() == 1
    assert Gazetteer.current() is not before
    NameChange.forget_old()
    assert NameChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_names_that_a_longer_transaction_wrote_are_seen_once_it_ends():
    """Its change is noted before that of another which ends earlier."""
    written, looked = Event(), Event()

    def write_slowly():
        with transaction.atomic():
            EntityFactory(name="دمشق", kind="place")
            written.set()
            looked.wait(10)
        connection.close()

    writer = Thread(target=write_slowly)
    writer.start()
    written.wait(10)
    EntityFactory(name="حلب", kind="place")
    before = read("من دمشق", Gazetteer.current()).found
    looked.set()
    writer.join()

    assert (before, len(read("من دمشق", Gazetteer.current()).found)) == ([], 1)


@pytest.fixture
def tyre(db):
    return EntityFactory(name="صور", kind="place")


def accept(entity, count):
    for article in ArticleFactory.create_batch(count):
        NameProposal.objects.create(
            article=article,
            name="صور",
            kind="place",
            reason="homograph",
            confidence=0.5,
            state="accepted",
            entity=entity,
        )


def is_name():
    return bool(read("نشر صور أمس", Gazetteer.current()).found)


def test_a_homograph_that_editors_keep_accepting_is_a_name_wherever_it_stands(tyre):
    assert not is_name()
    accept(tyre, LEARNED_DECISIONS)
    assert is_name()


def test_a_homograph_whose_mentions_editors_refuse_is_an_ordinary_word_again(tyre):
    accept(tyre, LEARNED_DECISIONS)
    mention = MentionFactory(article=ArticleFactory(body="<p>نشر صور أمس</p>"), entity=tyre, start=4, end=7)
    said = [is_name()]
    for decide in (refuse_mention, confirm_mention, refuse_mention, Mention.delete):
        decide(mention)
        said.append(is_name())
    assert said == [True, False, True, False, True]


def test_clear_mentions_alone_make_no_homograph_a_name(tyre):
    for article in ArticleFactory.create_batch(LEARNED_DECISIONS, body="<p>مدينة صور</p>"):
        MentionFactory(article=article, entity=tyre, start=6, end=9, confirmed=True)
    assert not is_name()


def test_what_is_decided_about_mentions_of_other_names_loads_none(tyre):
    accept(tyre, LEARNED_DECISIONS)
    mention = MentionFactory(entity=EntityFactory(name="دمشق", kind="place"))
    before = Gazetteer.current()
    refuse_mention(mention)
    assert Gazetteer.current() is before

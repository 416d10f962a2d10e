import pytest

from archive.demo.loading import load_demo
from archive.entities.starter.listing import StarterName
from archive.entities.starter.loading import NameCount, load_names, remove_names
from archive.models import Alias, Entity, NameProposal
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory

NAMES = [
    StarterName("place", "صيدا", "Sidon", 33.56, 35.37, ("مدينة صيدا",)),
    StarterName("person", "أنغيلا ميركل", "Angela Merkel", spellings=("أنجيلا ميركل",), weak=("ميركل",)),
    StarterName("organisation", "حركة أمل", "Amal Movement", weak=("أمل",)),
]
pytestmark = pytest.mark.django_db


def load(*names):
    return load_names(names=names or NAMES)


def test_names_are_loaded_with_their_spellings_once():
    assert [load(), load()] == [NameCount(3, 0), NameCount(0, 3)]

    merkel = Entity.objects.get(name="أنغيلا ميركل")
    assert (merkel.kind, merkel.name_latin, merkel.from_starter_list) == ("person", "Angela Merkel", True)
    assert set(merkel.aliases.values_list("name", "script", "kind", "ambiguous")) == {
        ("أنغيلا ميركل", "arabic", "name", False),
        ("Angela Merkel", "latin", "name", False),
        ("أنجيلا ميركل", "arabic", "spelling", False),
        ("ميركل", "arabic", "spelling", True),
    }
    assert Entity.objects.get(name="صيدا").latitude == 33.56


def test_only_the_kinds_asked_for_are_loaded():
    assert load_names(["place"], NAMES) == NameCount(1, 0)
    assert list(Entity.objects.values_list("name", flat=True)) == ["صيدا"]


def test_what_an_editor_made_or_changed_stays_as_it_is():
    load()
    entity = Entity.objects.get(name="صيدا")
    entity.name = "صيدا القديمة"
    entity.save()
    entity.aliases.filter(name="مدينة صيدا").delete()
    editors = EntityFactory(kind="person", name="ميركل المستشارة", aliases=["انجيلا ميركل"])
    Entity.objects.filter(name="أنغيلا ميركل").delete()

    assert load() == NameCount(0, 3)
    assert not Alias.objects.filter(name="مدينة صيدا").exists()
    assert list(editors.aliases.values_list("name", flat=True)) == ["انجيلا ميركل", "ميركل المستشارة"]


def test_a_weak_name_of_another_does_not_keep_a_name_out():
    AliasFactory(entity__kind="place", name="صيدا", ambiguous=True)

    assert load().added == 3


def test_only_what_nobody_uses_is_taken_out():
    EntityFactory(name="من محرر")
    load()
    sidon, merkel, amal = (Entity.objects.get(name=name.name) for name in NAMES)
    MentionFactory(entity=sidon)
    proposal = {"article": ArticleFactory(), "name": "أمل", "kind": "organisation", "confidence": 0.5}
    NameProposal.objects.create(**proposal, reason="homograph", entity=amal)

    assert remove_names() == 2
    assert set(Entity.objects.values_list("name", flat=True)) >= {"من محرر", "صيدا"}
    assert not Entity.objects.filter(pk__in=[merkel.pk, amal.pk]).exists()
    assert not NameProposal.objects.exists()


def test_what_an_editor_decided_about_stays():
    load()
    amal = Entity.objects.get(name="حركة أمل")
    NameProposal.objects.create(
        article=ArticleFactory(),
        name="أمل",
        kind="organisation",
        confidence=0.5,
        reason="homograph",
        state="rejected",
        entity=amal,
    )

    remove_names()

    assert list(Entity.objects.all()) == [amal]


def test_the_demo_takes_over_what_the_list_has_and_doubles_nothing():
    load(StarterName("place", "سوريا", "Syria", 35.0, 38.0, ("الجمهورية العربية السورية", "بلاد الشام")))
    load_demo()

    syria = Entity.objects.get(aliases__name="بلاد الشام")
    assert (syria.name, syria.wikidata_id, syria.from_starter_list) == ("سورية", "Q858", False)
    assert syria.aliases.filter(name="سورية", kind="name").exists()
    assert Entity.objects.filter(aliases__key="سوريا", kind="place").distinct().count() == 1


def test_readers_see_of_the_list_what_articles_mention(client):
    load()
    MentionFactory(entity=Entity.objects.get(name="صيدا"), article=ArticleFactory())
    EntityFactory(name="من محرر")

    assert set(Entity.objects.visible().values_list("name", flat=True)) >= {"صيدا", "من محرر"}
    assert not Entity.objects.visible().filter(name__in=["أنغيلا ميركل", "حركة أمل"]).exists()

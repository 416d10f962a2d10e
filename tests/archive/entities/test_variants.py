import pytest
from django.utils import timezone

from archive.entities.variants import find_pairs
from archive.models import EntityPair
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


def found(*names: str, kind: str = "person") -> list[str]:
    """The reasons why two entities of the first two NAMES may be one; the others are just there."""
    for name in names:
        MentionFactory(entity=EntityFactory(name=name, kind=kind))
    find_pairs()
    return [pair.reason for pair in EntityPair.objects.filter(first__name=names[0], second__name=names[1])]


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ("سيرغي لافروف", "سيرغي لافروف", ["name"]),
        ("أحمد إمام", "احمد امام", ["name"]),
        ("سيرغي لافروف", "سيرجي لافروف", ["spelling"]),
        ("سيرغي لافروف", "سرغي لافروف", ["spelling"]),
        ("ستافان دي ميستورا", "ستيفان ديمستورا", ["spelling"]),
        ("Sergey Lavrov", "Sergei Lavrov", ["spelling"]),
        ("بوغدانوف", "بوجدانوف", ["spelling"]),
        ("سيرغي لافروف", "سيرغي شويغو", []),
        ("مؤتمر جنيف 2", "مؤتمر جنيف 3", []),
        ("علي", "عدي", []),
        ("بندر", "بدر", []),
    ],
)
def test_names_of_nearly_the_same_letters(one, other, reasons):
    assert found(one, other) == reasons


def test_usual_names_that_differ_in_a_letter_are_two(monkeypatch):
    monkeypatch.setattr("archive.entities.variants.COMMON_PART", 2)
    assert found("حسن روحاني", "حسين روحاني", "حسن ياسين", "حسين ياسر") == []


def test_of_different_kinds_they_are_two():
    MentionFactory(entity=EntityFactory(name="واشنطن", kind="place"))
    MentionFactory(entity=EntityFactory(name="واشنطن", kind="person"))
    assert find_pairs() == 0


def test_family_names_and_ordinary_words_are_no_reason():
    for name in ("بشار الأسد", "حافظ الأسد"):
        entity = MentionFactory(entity=EntityFactory(name=name, aliases=["الأسد"])).entity
        AliasFactory(entity=entity, name="الرئيس السوري", ambiguous=True)
    assert find_pairs() == 0


def test_one_of_them_at_least_is_in_the_texts():
    for _ in range(2):
        EntityFactory(name="سيرغي لافروف")
    MentionFactory(entity=EntityFactory(name="سيرجي لافروف"), confirmed=False)
    assert find_pairs() == 0
    MentionFactory(entity=EntityFactory(name="سيرجي لافروف"))
    assert find_pairs() == 3


@pytest.mark.parametrize(("companions", "reasons"), [(3, ["part"]), (2, [])])
def test_a_name_inside_another_is_the_same_in_the_same_company(companions, reasons):
    first, second = EntityFactory(name="لافروف"), EntityFactory(name="سيرغي لافروف")
    company = EntityFactory.create_batch(companions)
    for entity in (first, second):
        article = ArticleFactory()
        for one in (entity, *company):
            MentionFactory(article=article, entity=one)
    find_pairs()
    assert list(EntityPair.objects.filter(first=first, second=second).values_list("reason", flat=True)) == reasons


def test_what_was_dismissed_stays_dismissed_and_what_no_longer_holds_goes():
    entities = [
        MentionFactory(entity=EntityFactory(name=name)).entity for name in ("كاراجيتشيف", "كاراجيتشف", "كراجيتشيف")
    ]
    assert find_pairs() == 3
    dismissed = EntityPair.objects.order_by("pk").first()
    EntityPair.objects.filter(pk=dismissed.pk).update(dismissed_at=timezone.now())
    assert find_pairs() == 2
    assert EntityPair.objects.count() == 3
    entities[2].delete()
    find_pairs()
    assert set(EntityPair.objects.values_list("first", "second")) <= {(entities[0].pk, entities[1].pk)}

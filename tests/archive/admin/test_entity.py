import pytest
from django.urls import reverse

from archive.models import Entity
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory

LIST = reverse("admin:archive_entity_changelist")


def form(**changes) -> dict:
    fields = {"kind": "person", "name": "ستافان دي ميستورا", "name_latin": "", "description": "", "wikidata_id": ""}
    return fields | {"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"} | changes


def names(entity: Entity) -> set[tuple[str, str, str]]:
    return set(entity.aliases.values_list("name", "script", "kind"))


def test_main_names_become_aliases(editor):
    editor.post(reverse("admin:archive_entity_add"), form(name_latin="Staffan de Mistura"))

    assert names(Entity.objects.get()) == {
        ("ستافان دي ميستورا", "arabic", "name"),
        ("Staffan de Mistura", "latin", "name"),
    }


def test_a_former_main_name_stays_as_a_spelling(editor):
    editor.post(reverse("admin:archive_entity_add"), form(name="ستيفان دي ميستورا"))
    entity = Entity.objects.get()
    aliases = list(entity.aliases.all())
    management = {"aliases-TOTAL_FORMS": "1", "aliases-INITIAL_FORMS": "1"}
    row = {"id": aliases[0].pk, "entity": entity.pk, "name": aliases[0].name, "script": "arabic", "kind": "name"}
    data = form(**management, **{f"aliases-0-{name}": value for name, value in row.items()})
    editor.post(reverse("admin:archive_entity_change", args=[entity.pk]), data)

    assert names(entity) == {
        ("ستيفان دي ميستورا", "arabic", "spelling"),
        ("ستافان دي ميستورا", "arabic", "name"),
    }


@pytest.mark.parametrize("text", ["استانة", "أستانا", "astana", "كازاخ", "Q1520"])
def test_every_name_in_either_script_is_searched(editor, text):
    entity = EntityFactory(name="أستانة", wikidata_id="Q1520")
    for name in ("آستانا", "Astana", "عاصمة كازاخستان"):
        AliasFactory(entity=entity, name=name)
    EntityFactory(name="بيروت")
    response = editor.get(LIST, {"q": text})

    assert list(response.context["cl"].result_list) == [entity]


def test_counts_are_of_published_articles_in_one_query(editor, count_queries):
    entity = EntityFactory()
    MentionFactory(entity=entity, article=ArticleFactory())
    MentionFactory(entity=entity, article=ArticleFactory(draft=True))
    few = count_queries(lambda: editor.get(LIST))
    EntityFactory.create_batch(10)
    response = editor.get(LIST)

    assert count_queries(lambda: editor.get(LIST)) == few
    assert {row.pk: row.article_count for row in response.context["cl"].result_list}[entity.pk] == 1


def test_two_entities_without_wikidata_do_not_clash(editor):
    for name in ("بيروت", "صيدا"):
        editor.post(reverse("admin:archive_entity_add"), form(name=name))

    assert Entity.objects.filter(wikidata_id=None).count() == 2

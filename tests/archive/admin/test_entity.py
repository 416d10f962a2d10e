import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from archive.entities.linking import link_mentions
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


def test_a_place_is_put_on_the_map_and_moved(editor):
    add = reverse("admin:archive_entity_add")
    editor.post(add, form(kind="place", latitude="33.5", longitude="36.3"))
    entity = Entity.objects.get()
    assert (entity.latitude, entity.longitude) == (33.5, 36.3)
    editor.post(
        reverse("admin:archive_entity_change", args=[entity.pk]),
        form(kind="place", latitude="-33.5", longitude="-70.25"),
    )
    entity.refresh_from_db()
    assert (entity.latitude, entity.longitude) == (-33.5, -70.25)


@pytest.mark.parametrize("given", [{"latitude": "33.5"}, {"latitude": "91", "longitude": "36.3"}])
def test_a_place_is_nowhere_but_on_earth(editor, given):
    response = editor.post(reverse("admin:archive_entity_add"), form(kind="place", **given))
    errors = response.context["adminform"].form.non_field_errors()
    assert errors == ["لكل مكان خط عرض بين \u200e-90 و\u200e90 وخط طول بين \u200e-180 و\u200e180."]
    assert not Entity.objects.exists()


# --- Names that another has --------------------------------------------------------------------------------------


def asks(response) -> bool:
    """Does the page show the box that says it is another of the same name?"""
    return 'type="checkbox" name="namesake"' in response.content.decode()


def test_a_name_that_another_has_is_asked_about_once(editor):
    beirut = EntityFactory(name="بيروت", kind="place")
    address = reverse("admin:archive_entity_add")
    assert not asks(editor.get(address))
    first = editor.post(address, form(name="بَيروت"))
    link = reverse("admin:archive_entity_change", args=[beirut.pk])

    assert asks(first)
    assert f'<a href="{link}" target="_blank">بيروت</a> (مكان)' in str(first.context["errors"])
    assert Entity.objects.get() == beirut

    editor.post(address, form(name="بَيروت", namesake="on"))
    twin = Entity.objects.exclude(pk=beirut.pk).get()
    data = form(name="بَيروت", description="مدينة", **alias_rows(twin))
    editor.post(reverse("admin:archive_entity_change", args=[twin.pk]), data)
    twin.refresh_from_db()
    assert twin.description == "مدينة"


@pytest.mark.parametrize(("boxes", "asked"), [({}, True), ({"ambiguous": "on"}, False)])
def test_a_spelling_that_another_has_is_asked_about_unless_it_is_said_to_be(editor, boxes, asked):
    EntityFactory(name="مرفأ بيروت", aliases=["المرفأ"])
    row = {"id": "", "entity": "", "name": "المرفا", "script": "arabic", "kind": "spelling"} | boxes
    rows = {"aliases-TOTAL_FORMS": "1"} | {f"aliases-0-{name}": value for name, value in row.items()}
    response = editor.post(reverse("admin:archive_entity_add"), form(name="مرفأ طرابلس", **rows))

    assert (response.status_code == 200 and asks(response)) == asked
    assert Entity.objects.filter(name="مرفأ طرابلس").exists() != asked


def test_who_may_only_look_at_an_entity_is_asked_nothing(editor):
    User.objects.get(username="editor").groups.clear()
    User.objects.get(username="editor").user_permissions.add(Permission.objects.get(codename="view_entity"))
    page = editor.get(reverse("admin:archive_entity_change", args=[EntityFactory(name="بيروت").pk]))

    assert page.status_code == 200
    assert "namesake" not in page.content.decode()


# --- Articles that are here already ------------------------------------------------------------------------------


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def alias_rows(entity: Entity, **changes) -> dict:
    """The form's rows of the aliases of ENTITY, with CHANGES to the first."""
    rows = {}
    for number, alias in enumerate(entity.aliases.order_by("pk")):
        row = {"id": alias.pk, "entity": entity.pk, "name": alias.name, "script": alias.script, "kind": alias.kind}
        rows |= {f"aliases-{number}-{name}": value for name, value in (row | (changes if not number else {})).items()}
    return rows | {"aliases-TOTAL_FORMS": entity.aliases.count(), "aliases-INITIAL_FORMS": entity.aliases.count()}


@pytest.fixture
def english(editor):
    editor.cookies["django_language"] = "en"
    return editor


def test_a_new_entity_is_linked_to_the_articles_that_name_it(english):
    articles = ArticleFactory.create_batch(2, body="<p>وقال لنادي الرّبوه إن</p>")
    ArticleFactory()
    response = english.post(reverse("admin:archive_entity_add"), form(name="نادي الربوة"), follow=True)

    assert set(Entity.objects.get().mentions.values_list("article", flat=True)) == {one.pk for one in articles}
    assert said(response)[0] == "2 more articles are linked now."


def test_a_name_that_changes_is_linked_and_one_that_goes_is_linked_no_more(english):
    old = ArticleFactory(body="<p>إلى الربوة</p>")
    new = ArticleFactory(body="<p>إلى التلة</p>")
    added = english.post(reverse("admin:archive_entity_add"), form(name="نادي الربوة"), follow=True)
    assert said(added)[0] == "There were no more articles to link."
    entity = Entity.objects.get()
    AliasFactory(entity=entity, name="الربوة")
    link_mentions([old.pk])
    address = reverse("admin:archive_entity_change", args=[entity.pk])
    rows = alias_rows(entity)
    first = english.post(address, form(name="نادي الربوة", **rows) | {"aliases-1-name": "التلة"}, follow=True)

    assert list(entity.mentions.values_list("article", flat=True)) == [new.pk]
    assert said(first)[:2] == ["1 more article is linked now.", "1 article is no longer linked."]
    again = english.post(address, form(name="نادي الربوة", **alias_rows(entity)), follow=True)
    assert len(said(again)) == 1


def test_names_that_stood_inside_those_of_a_deleted_entity_are_linked(english):
    shorter, longer = (EntityFactory(name=name) for name in ("الربوة", "نادي الربوة"))
    articles = ArticleFactory.create_batch(2, body="<p>إلى نادي الربوة</p>")
    link_mentions([article.pk for article in articles])
    assert not shorter.mentions.exists()
    english.post(reverse("admin:archive_entity_delete", args=[longer.pk]), {"post": "yes"})

    assert set(shorter.mentions.values_list("article", flat=True)) == {article.pk for article in articles}


def test_delete_page_names_the_entity_and_nothing_of_the_database(editor):
    entity = MentionFactory(entity=EntityFactory(name="نادي الربوة")).entity
    page = editor.get(reverse("admin:archive_entity_delete", args=[entity.pk])).content.decode()

    assert "<li>مواضع الورود: ١</li>" in page
    assert "كما يُكتب" not in page


def test_a_name_given_twice_is_said_in_the_words_of_the_page(editor):
    entity = EntityFactory(name="نادي الربوة", aliases=["الربوة"])
    data = form(name="نادي الربوة", **alias_rows(entity, name=entity.aliases.order_by("pk").last().name))
    page = editor.post(reverse("admin:archive_entity_change", args=[entity.pk]), data).content.decode()

    assert "صحّح البيانات المكررة في الاسم." in page


def test_more_articles_of_deleted_entities_are_left_to_the_command(english, monkeypatch):
    ArticleFactory.create_batch(3, body="<p>إلى نادي الربوة</p>")
    entity = EntityFactory(name="نادي الربوة")
    monkeypatch.setattr("archive.admin.entity.LINKED_BY_ACTION", 2)
    chosen = {"action": "delete_selected", "_selected_action": [entity.pk], "post": "yes"}

    assert said(english.post(LIST, chosen, follow=True))[0] == (
        "More than 2 articles may hold the deleted names. This command links the other names in them: "
        '<bdi dir="ltr"><code>script/manage link_entities</code></bdi>'
    )


def test_many_articles_are_left_to_the_action_and_still_more_to_the_command(english, monkeypatch):
    ArticleFactory.create_batch(3, body="<p>إلى الربوة</p>")
    monkeypatch.setattr("archive.admin.entity.LINKED_ON_SAVE", 2)
    response = english.post(reverse("admin:archive_entity_add"), form(name="الربوة"), follow=True)
    entity = Entity.objects.get()
    assert said(response)[0] == (
        "More than 2 articles may hold the changed names. To link them, select the entity in the list of entities "
        "and choose the action “Link the archive's articles”."
    )
    chosen = {"action": "link_articles", "_selected_action": [entity.pk]}

    monkeypatch.setattr("archive.admin.entity.LINKED_BY_ACTION", 2)
    assert said(english.post(LIST, chosen, follow=True)) == [
        "More than 2 articles may hold these names. This command links them: "
        f'<bdi dir="ltr"><code>script/manage link_entities {entity.pk}</code></bdi>'
    ]
    assert not entity.mentions.exists()

    monkeypatch.undo()
    assert said(english.post(LIST, chosen, follow=True)) == ["3 more articles are linked now."]
    assert said(english.post(LIST, chosen, follow=True)) == ["There were no more articles to link."]
    assert entity.mentions.count() == 3


@pytest.mark.parametrize("typed", ["Lavrov", "lavrov", "Sergej Lavrow", "سيرجي لافروف"])
def test_a_name_is_found_by_its_sound_in_the_list_and_while_typing(editor, typed):
    entity = EntityFactory(name="سيرغي لافروف")
    EntityFactory(name="جنيف")

    assert list(editor.get(LIST, {"q": typed}).context["cl"].queryset) == [entity]
    asked = {"term": typed, "app_label": "archive", "model_name": "mention", "field_name": "entity"}
    (result,) = editor.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert result["id"] == str(entity.pk)

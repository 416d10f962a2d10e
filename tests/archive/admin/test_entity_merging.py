"""Merging, parting, splitting, and pairs that may be one, as an editor does them."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from archive.entities.linking import link_mentions
from archive.models import Entity, EntityMerge, EntityPair, Mention
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory
from tests.queue import waiting_jobs

LIST, MERGE, PAIRS, LOOK = (
    reverse(f"admin:archive_entity_{name}") for name in ("changelist", "merge", "pairs", "look")
)


@pytest.fixture
def english(editor):
    editor.cookies["django_language"] = "en"
    return editor


@pytest.fixture
def pair() -> tuple[Entity, Entity]:
    return EntityFactory(name="سيرجي لافروف"), EntityFactory(name="سيرغي لافروف")


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def history(client, entity: Entity) -> str:
    return client.get(reverse("admin:archive_entity_history", args=[entity.pk])).content.decode()


def merge(client, *entities: Entity, kept: Entity):
    numbers = ",".join(str(entity.pk) for entity in entities)
    return client.post(f"{MERGE}?ids={numbers}", {"kept": kept.pk}, follow=True)


# --- Merging -----------------------------------------------------------------------------------------------------


def test_chosen_entities_are_shown_with_what_moves_and_the_one_with_most_articles_stays(english, pair):
    MentionFactory(entity=pair[1])
    chosen = {"action": "merge_entities", "_selected_action": [one.pk for one in pair]}
    page = english.post(LIST, chosen, follow=True)
    assert page.redirect_chain[-1][0] == f"{MERGE}?ids={pair[0].pk}%2C{pair[1].pk}"
    assert page.context["suggested"] == pair[1]
    assert [row["moves"] for row in page.context["rows"]] == [
        [("names and spellings", 1)],
        [("names and spellings", 1), ("mentions", 1)],
    ]
    assert "different kinds" not in page.content.decode()


def test_entities_that_differ_are_asked_about(english):
    one, other = EntityFactory(kind="person", wikidata_id="Q1"), EntityFactory(kind="place", wikidata_id="Q2")
    page = english.get(MERGE, {"ids": f"{one.pk},{other.pk}"}).content.decode()
    assert ["different kinds" in page, "Wikidata has them as different" in page] == [True, True]


@pytest.mark.parametrize("count", [1, 11])
def test_from_two_to_ten_are_merged_at_once(english, count):
    chosen = {"action": "merge_entities", "_selected_action": [EntityFactory().pk for _ in range(count)]}
    assert said(english.post(LIST, chosen, follow=True)) == ["Choose from 2 to 10 entities to merge."]


def test_a_merge_is_told_logged_and_undone_from_the_message_and_the_history(english, pair):
    gone, kept = pair
    page = merge(english, *pair, kept=kept)
    merged = EntityMerge.objects.get()
    undo = reverse("admin:archive_entity_unmerge", args=[merged.pk])
    assert said(page)[0] == f'“سيرجي لافروف” and “سيرغي لافروف” are one now. <a href="{undo}">Undo</a>'
    assert (merged.former_id, merged.kept, merged.made_by.username) == (gone.pk, kept, "editor")
    assert LogEntry.objects.get().get_change_message() == "Added merged entity “سيرجي لافروف”."
    assert f'href="{undo}"' in history(english, kept)

    assert "Part them again" in english.get(undo).content.decode()
    assert EntityMerge.objects.filter(undone_at=None).exists()
    page = english.post(undo, follow=True)
    assert said(page)[0] == "“سيرجي لافروف” is an entity of its own again."
    assert Entity.objects.filter(pk=gone.pk).exists()
    assert f'href="{undo}"' not in history(english, kept)
    assert said(english.post(undo, follow=True)) == ["This merge was undone already."]


def test_a_name_that_both_had_is_linked_once_they_are_one(english):
    first, second = EntityFactory(name="نادي الربوة"), EntityFactory(name="نادي الربوة")
    article = ArticleFactory(body="<p>إلى نادي الربوة</p>")
    link_mentions([article.pk])
    assert not Mention.objects.exists()
    page = merge(english, first, second, kept=second)
    assert said(page)[1:] == ["1 more article is linked now."]
    assert Mention.objects.get().entity == second


def test_three_are_merged_into_one(english):
    entities = [EntityFactory() for _ in range(3)]
    merge(english, *entities, kept=entities[1])
    assert Entity.objects.get() == entities[1]
    assert EntityMerge.objects.count() == 2


def test_the_other_is_looked_for_by_any_name(english, pair):
    AliasFactory(entity=pair[0], name="Lavrov")
    page = english.get(MERGE, {"ids": pair[1].pk, "q": "lavr"})
    assert [other["entity"] for other in page.context["found"]] == [pair[0]]
    assert f'href="{MERGE}?ids={pair[1].pk}%2C{pair[0].pk}"' in page.content.decode()


@pytest.mark.parametrize("ids", ["", "x", "0", "99999999999999999999"])
def test_entities_that_are_not_there_are_said_to_be_gone(english, ids):
    assert "no longer there" in english.get(MERGE, {"ids": ids}).content.decode()


def test_one_that_stays_has_to_be_chosen(english, pair):
    other = EntityFactory()
    page = english.post(f"{MERGE}?ids={pair[0].pk},{pair[1].pk}", {"kept": other.pk})
    assert said(page) == ["Choose the one that stays."]
    assert Entity.objects.count() == 3


# --- Splitting ---------------------------------------------------------------------------------------------------


def test_what_is_ticked_goes_to_the_new_entity(english):
    entity = EntityFactory(name="بشار الأسد", aliases=["حافظ الأسد"])
    article = ArticleFactory(body="<p>وتحدث الأسد.</p>", title="خطاب قديم")
    MentionFactory(article=article, entity=entity, start=6, end=11)
    split = reverse("admin:archive_entity_split", args=[entity.pk])
    chosen = {"action": "split_entity", "_selected_action": [entity.pk]}
    page = english.post(LIST, chosen, follow=True)
    assert page.redirect_chain[-1][0] == split
    assert "وتحدث <mark>الأسد</mark>." in page.content.decode()

    alias = entity.aliases.get(name="حافظ الأسد")
    names = {"name": "حافظ الأسد", "name_latin": "Hafez", "kind": "person"}
    page = english.post(split, names | {"aliases": [alias.pk], "articles": [article.pk]}, follow=True)
    new = Entity.objects.exclude(pk=entity.pk).get()
    again = f"{MERGE}?ids={entity.pk}%2C{new.pk}"
    assert said(page)[0] == f'“Hafez” is an entity of its own now. <a href="{again}">Merge the two again</a>'
    assert (Mention.objects.get().entity, Mention.objects.get().confirmed) == (new, True)
    assert set(new.aliases.values_list("name", flat=True)) == {"حافظ الأسد", "Hafez"}
    assert sorted(LogEntry.objects.values_list("action_flag", "object_id")) == [(1, str(new.pk)), (2, str(entity.pk))]


def test_nothing_ticked_is_said_and_nothing_is_split(english):
    entity = EntityFactory()
    page = english.post(reverse("admin:archive_entity_split", args=[entity.pk]), {"name": "ريم", "kind": "person"})
    assert "Choose names or articles that are of the other." in page.content.decode()
    assert Entity.objects.count() == 1


# --- Pairs -------------------------------------------------------------------------------------------------------


def test_pairs_are_listed_the_likeliest_first_and_dismissed_for_good(english, pair, count_queries):
    third = EntityFactory(name="لافروف")
    values = {"reason": "spelling"}
    likely = EntityPair.objects.create(first=pair[0], second=pair[1], likeness=0.9, **values)
    EntityPair.objects.create(first=pair[1], second=third, likeness=0.5, **values)
    page = english.get(PAIRS)
    assert [row["pair"].likeness for row in page.context["rows"]] == [0.9, 0.5]
    assert f'href="{MERGE}?ids={pair[0].pk}%2C{pair[1].pk}"' in page.content.decode()
    many = count_queries(lambda: english.get(PAIRS))

    page = english.post(PAIRS, {"pair": likely.pk}, follow=True)
    assert said(page) == ["“سيرجي لافروف” and “سيرغي لافروف” stay two, and are not shown again."]
    assert [row["pair"].likeness for row in page.context["rows"]] == [0.5]
    likely.refresh_from_db()
    assert (likely.dismissed_by.username, likely.dismissed_at is not None) == ("editor", True)
    assert count_queries(lambda: english.get(PAIRS)) == many
    for number in (likely.pk, "abc", ""):
        assert english.post(PAIRS, {"pair": number}).status_code == 404
    assert "pair that may be one entity" in LogEntry.objects.get().get_change_message()


def test_pairs_are_looked_for_by_the_worker(english):
    page = english.post(LOOK, follow=True)
    assert said(page) == ["The worker looks for them: come back in a minute."]
    assert waiting_jobs() == [("pairs_now", {})]


def test_the_index_tells_how_many_pairs_wait(english, pair):
    EntityPair.objects.create(first=pair[0], second=pair[1], likeness=0.9, reason="name")
    line = english.get(reverse("admin:index")).context["waiting"][-1]
    assert (line.label, line.count, line.url) == ("Entities that may be one", "1", PAIRS)


# --- Rights ------------------------------------------------------------------------------------------------------


def test_writers_merge_and_split_nothing(writer, pair):
    merged = EntityMerge.objects.create(former_id=10**9, former_name="ريم", kept=pair[0], kept_number=pair[0].pk)
    addresses = [
        f"{MERGE}?ids={pair[0].pk},{pair[1].pk}",
        reverse("admin:archive_entity_unmerge", args=[merged.pk]),
        reverse("admin:archive_entity_split", args=[pair[0].pk]),
        PAIRS,
        LOOK,
    ]
    assert [writer.post(address, {"kept": pair[0].pk}).status_code for address in addresses] == [403] * 5
    assert Entity.objects.count() == 2
    page = writer.get(reverse("admin:archive_entity_change", args=[pair[0].pk])).content.decode()
    assert MERGE not in page

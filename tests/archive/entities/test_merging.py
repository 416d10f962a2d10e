import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.utils import timezone
from pghistory.models import Event

from archive.entities.merging import merge, undo, what_moves
from archive.exceptions import DecisionError
from archive.models import (
    Alias,
    ArticleSearch,
    Entity,
    EntityCount,
    EntityMerge,
    EntityNetwork,
    EntityPair,
    Mention,
    NameProposal,
)
from archive.outgoing.fingerprint import table_hashes
from tests.archive.outgoing.sample import rich_archive
from tests.factories import AliasFactory, EntityFactory, MentionFactory, NameProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Entity, Entity]:
    """Lavrov twice: the first is to go."""
    return EntityFactory(name="سيرجي لافروف"), EntityFactory(name="سيرغي لافروف")


def names(entity: Entity) -> set[str]:
    return set(entity.aliases.values_list("name", flat=True))


def archive_but_for_merges() -> set:
    """A hash of every table, but for the record of merges itself, the history, and what waits to be read again."""
    own = ("archive_entitymerge", "archive_entityevent", "archive_unannotatedarticle")
    return {one for one in list(table_hashes()) if one.name not in own}


# --- Whatever refers to an entity --------------------------------------------------------------------------------


def columns_of_entities() -> list[tuple[str, str]]:
    """Every column that the database lets refer to an entity only, as table and column."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, attname FROM pg_constraint
            JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
            WHERE contype = 'f' AND confrelid = 'archive_entity'::regclass ORDER BY 1, 2"""
        )
        return cursor.fetchall()


def test_every_column_that_refers_to_an_entity_is_moved_and_moved_back():
    """A new table stands in the sample (tests/archive/outgoing/sample.py), and so is tried here."""
    rich_archive()
    gone, kept = EntityFactory(name="أول"), EntityFactory(name="ثان")
    Alias.objects.filter(entity=gone).delete()
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    tried = {}
    for table, column in columns_of_entities():
        if models[table] in (EntityPair, EntityCount, EntityNetwork):
            continue
        # A row that refers to one already, if there is any: others may have no place for it.
        rows = models[table]._base_manager.order_by(F(column).asc(nulls_last=True), "pk")
        key = rows.values_list("pk", flat=True).first()
        assert key, f"{table} has no row in the sample"
        models[table]._base_manager.filter(pk=key).update(**{column: gone.pk})
        tried[table, column] = key
    before = archive_but_for_merges()

    merged = merge(gone, kept, by=None)
    left = {
        place: models[place[0]]._base_manager.filter(pk=key).values_list(place[1], flat=True).first()
        for place, key in tried.items()
    }
    assert left == dict.fromkeys(tried, kept.pk)

    undo(merged)
    assert archive_but_for_merges() == before


def test_no_column_is_kept_from_the_database():
    """The test above reads the database's own constraints: a relation without one would pass it by."""
    tables = set(columns_of_entities())
    known = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, Event)
        for field in model._meta.local_concrete_fields
        if field.related_model is Entity
    }
    assert known == tables


# --- What becomes of names and mentions --------------------------------------------------------------------------


def test_names_mentions_and_proposals_are_of_the_one_that_stays(pair):
    gone, kept = pair
    AliasFactory(entity=gone, name="Lavrov")
    mention = MentionFactory(entity=gone, start=3, end=7)
    proposal = NameProposalFactory(entity=gone)
    counts = {moved.model: moved.count for moved in what_moves(gone)}
    merge(gone, kept, by=None)
    assert counts == {Alias: 2, Mention: 1, NameProposal: 1}
    assert not Entity.objects.filter(pk=gone.pk).exists()
    assert names(kept) == {"سيرغي لافروف", "سيرجي لافروف", "Lavrov"}
    assert Mention.objects.get(pk=mention.pk).entity == kept
    assert NameProposal.objects.get(pk=proposal.pk).entity == kept
    assert kept.pk * 8 + 4 in ArticleSearch.objects.get(pk=mention.article_id).keys


def test_a_main_name_becomes_a_spelling_even_where_it_was_none(pair):
    gone, kept = pair
    Entity.objects.filter(pk=gone.pk).update(name_latin="Sergey Lavrov")
    Alias.objects.filter(entity=gone).update(kind="name")
    merge(gone, kept, by=None)
    assert set(kept.aliases.exclude(name=kept.name).values_list("name", "script", "kind")) == {
        ("سيرجي لافروف", "arabic", "spelling"),
        ("Sergey Lavrov", "latin", "spelling"),
    }


def test_a_description_stays_and_one_that_lacks_is_taken():
    gone = EntityFactory(description="وزير", description_latin="Minister", wikidata_id="Q42", latitude=1, longitude=2)
    kept = EntityFactory(description="دبلوماسي")
    merge(gone, kept, by=None)
    kept.refresh_from_db()
    assert (kept.description, kept.description_latin, kept.wikidata_id) == ("دبلوماسي", "Minister", "Q42")
    assert (kept.latitude, kept.longitude) == (1, 2)


@pytest.mark.parametrize(
    ("of_gone", "of_kept", "stays"),
    [
        ((True, "names"), (None, "names"), "gone"),
        ((None, "editor"), (None, "names"), "gone"),
        ((None, "names"), (False, "names"), "gone"),
        ((None, "names"), (None, "names"), "kept"),
        ((False, "names"), (None, "names"), "kept"),
        ((False, "names"), (True, "editor"), "kept"),
    ],
)
def test_of_two_mentions_at_one_place_the_one_that_says_more_stays(pair, article, of_gone, of_kept, stays):
    mentions = {}
    for name, entity, (confirmed, method) in (("gone", pair[0], of_gone), ("kept", pair[1], of_kept)):
        values = {"confirmed": confirmed, "method": method, "start": 4, "end": 9}
        mentions[name] = MentionFactory(article=article, entity=entity, **values)
    merged = merge(*pair, by=None)
    assert Mention.objects.get().pk == mentions[stays].pk
    undo(merged)
    assert {(mention.pk, mention.entity_id) for mention in Mention.objects.all()} == {
        (mentions["gone"].pk, pair[0].pk),
        (mentions["kept"].pk, pair[1].pk),
    }


def test_mentions_of_the_whole_article_are_doubles_too(pair, article):
    for entity in pair:
        MentionFactory(article=article, entity=entity)
    merge(*pair, by=None)
    assert Mention.objects.count() == 1


@pytest.mark.parametrize("refused", [0, 1])
def test_a_refusal_is_void_where_the_other_stands(pair, article, refused):
    MentionFactory(article=article, entity=pair[refused], confirmed=False)
    standing = MentionFactory(article=article, entity=pair[not refused], start=4, end=9)
    elsewhere = MentionFactory(entity=pair[refused], confirmed=False)
    merge(*pair, by=None)
    assert set(Mention.objects.values_list("pk", "entity")) == {(standing.pk, pair[1].pk), (elsewhere.pk, pair[1].pk)}


def test_what_one_was_said_not_to_be_the_other_is_not_either(pair):
    gone, kept = pair
    third, fourth = EntityFactory(), EntityFactory()
    values = {"reason": "spelling", "likeness": 0.9}
    EntityPair.objects.create(first=gone, second=third, dismissed_at=timezone.now(), **values)
    EntityPair.objects.create(first=gone, second=fourth, **values)
    EntityPair.objects.create(first=gone, second=kept, **values)
    before = set(EntityPair.objects.values_list("first", "second"))
    merged = merge(gone, kept, by=None)
    assert set(EntityPair.objects.values_list("first", "second")) == {(kept.pk, third.pk)}
    undo(merged)
    assert set(EntityPair.objects.values_list("first", "second")) == before


# --- Undoing -----------------------------------------------------------------------------------------------------


def test_undoing_leaves_what_came_since_with_the_one_that_stays(pair):
    gone, kept = pair
    moved = MentionFactory(entity=gone)
    merged = merge(gone, kept, by=None)
    since = MentionFactory(entity=kept)
    Entity.objects.filter(pk=kept.pk).update(description="كُتب بعد الدمج")
    assert undo(merged) == gone
    assert dict(Mention.objects.values_list("pk", "entity")) == {moved.pk: gone.pk, since.pk: kept.pk}
    assert Entity.objects.get(pk=kept.pk).description == "كُتب بعد الدمج"
    assert names(gone) == {"سيرجي لافروف"}
    with pytest.raises(DecisionError):
        undo(merged)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_of_merges_are_undone_in_any_order(order):
    first, second, third = (EntityFactory(name=name) for name in ("أول", "ثان", "ثالث"))
    for entity in (first, second, third):
        MentionFactory(entity=entity, start=2, end=5)
    before = archive_but_for_merges()
    merges = [merge(first, second, by=None), merge(second, third, by=None)]
    assert set(EntityMerge.objects.values_list("former_id", "kept")) == {(first.pk, third.pk), (second.pk, third.pk)}
    for number in order:
        undo(merges[number])
    assert archive_but_for_merges() == before


def test_an_entity_whose_identifier_was_given_away_cannot_come_back(pair):
    gone, kept = pair
    Entity.objects.filter(pk=gone.pk).update(wikidata_id="Q42")
    Entity.objects.filter(pk=kept.pk).update(wikidata_id="Q43")
    merged = merge(gone, kept, by=None)
    EntityFactory(wikidata_id="Q42")
    with pytest.raises(DecisionError, match="سيرجي"):
        undo(merged)
    assert EntityMerge.objects.get().undone_at is None
    assert names(kept) == {"سيرغي لافروف", "سيرجي لافروف"}


def test_an_entity_is_not_merged_with_itself_or_with_one_that_went(pair):
    gone, kept = pair
    with pytest.raises(DecisionError):
        merge(kept, kept, by=None)
    merge(gone, kept, by=None)
    with pytest.raises(DecisionError):
        merge(gone, kept, by=None)

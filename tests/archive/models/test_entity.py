import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from archive.models import Entity
from tests.archive.models.refusals import refusal_of
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"name": ""}, "entity_name_present"),
        ({"kind": "thing"}, "entity_kind_known"),
        ({"wikidata_id": "858"}, "entity_wikidata_form"),
        ({"wikidata_id": "Q0"}, "entity_wikidata_form"),
        ({"wikidata_id": "Q8x"}, "entity_wikidata_form"),
        ({"wikidata_id": ""}, "entity_wikidata_form"),
        ({"wikidata_id": "Q1\nQ2"}, "entity_wikidata_form"),
    ],
)
def test_the_database_refuses(values, constraint):
    entity = EntityFactory()

    assert refusal_of(lambda: Entity.objects.filter(pk=entity.pk).update(**values)) == constraint


def test_a_wikidata_identifier_is_taken_once_and_may_be_absent():
    EntityFactory.create_batch(2, wikidata_id=None)
    EntityFactory(wikidata_id="Q858")

    assert refusal_of(lambda: EntityFactory(wikidata_id="Q858")) == "entity_wikidata_unique"


def test_a_spelling_is_written_once_and_never_empty():
    alias = AliasFactory()

    assert refusal_of(lambda: AliasFactory(entity=alias.entity, name=alias.name)) == "alias_unique"
    assert refusal_of(lambda: AliasFactory(entity=alias.entity, name="")) == "alias_name_present"


@pytest.mark.parametrize(("start", "end"), [(5, 5), (5, 4), (None, 4), (5, None)])
def test_the_end_of_a_mention_comes_after_its_start(start, end):
    article, entity = ArticleFactory(), EntityFactory()

    assert refusal_of(lambda: MentionFactory(article=article, entity=entity, start=start, end=end)) == (
        "mention_offsets_in_order"
    )


@pytest.mark.parametrize("place", [{"start": 3, "end": 5}, {"start": None, "end": None}])
def test_an_entity_is_mentioned_once_in_a_place(place):
    mention = MentionFactory(**place)
    MentionFactory(article=mention.article, **place)

    assert refusal_of(lambda: MentionFactory(article=mention.article, entity=mention.entity, **place)) == (
        "mention_unique"
    )


def test_negative_offsets_are_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        MentionFactory(start=-4, end=2)


def test_only_what_readers_see_is_counted(now):
    entity = EntityFactory()
    seen = ArticleFactory(published_at=now)
    MentionFactory(entity=entity, article=seen, start=0, end=4)
    MentionFactory(entity=entity, article=seen, start=9, end=12)
    MentionFactory(entity=entity, article=ArticleFactory(published_at=now), confirmed=True)
    MentionFactory(entity=entity, article=ArticleFactory(draft=True))
    MentionFactory(entity=entity, confirmed=False)
    EntityFactory(name="ياسين")

    counts = Entity.objects.filter(pk=entity.pk).with_article_counts().values_list("article_count", flat=True)
    assert list(counts) == [2]
    assert Entity.objects.with_article_counts().get(name="ياسين").article_count == 0


def test_an_entity_is_called_by_its_latin_name_in_english_only():
    both, arabic = Entity(name="سورية", name_latin="Syria"), Entity(name="لبنان")

    labels = {}
    for language in ("ar", "en"):
        with translation.override(language):
            labels[language] = [both.label, str(arabic)]
    assert labels == {"ar": ["سورية", "لبنان"], "en": ["Syria", "لبنان"]}

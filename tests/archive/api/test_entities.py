"""The API's names."""

import pytest

from archive.entities.merging import merge
from tests.factories import ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


def names(client, **parameters):
    answer = client.get("/api/v1/entities", parameters)
    assert answer.status_code == 200
    return [entity["name"] for entity in answer.json()["results"]]


@pytest.mark.parametrize("typed", ["أست", "استا", "آستانة", "إستا", "asta", "ASTANA", "نور"])
def test_beginning_of_any_spelling_finds_the_name(client, typed):
    EntityFactory(name="أستانة", name_latin="Astana", kind="place", aliases=["Astana", "نور سلطان"])
    EntityFactory(name="جنيف", aliases=["Geneva"])
    assert names(client, q=typed) == ["أستانة"]


def test_sign_without_words_finds_nothing(client):
    EntityFactory()
    assert names(client, q="؟") == []
    assert names(client, q="%") == []


def test_type_narrows(client):
    EntityFactory(name="أستانة", kind="place")
    EntityFactory(name="سامية")
    assert names(client, type="place") == ["أستانة"]
    response = client.get("/api/v1/entities", {"type": "animal"}, headers={"Accept-Language": "en"})
    assert (response.status_code, response.json()["detail"][0]["field"]) == (422, "type")


def test_pages_and_counts(client):
    first, second, third = (EntityFactory(name=name) for name in ("أ", "ب", "ت"))
    MentionFactory(entity=second)
    MentionFactory(entity=second, article=ArticleFactory(draft=True))
    MentionFactory(entity=second, confirmed=False)
    answer = client.get("/api/v1/entities", {"page_size": 2}).json()
    assert answer["count"] == {"value": 3, "exact": True}
    assert [(entity["id"], entity["article_count"]) for entity in answer["results"]] == [
        (first.pk, 0),
        (second.pk, 1),
    ]
    answer = client.get("/api/v1/entities", {"page_size": 2, "page": 2}).json()
    assert [entity["id"] for entity in answer["results"]] == [third.pk]
    assert client.get("/api/v1/entities", {"page": 3}).json()["results"] == []


def test_entity_with_its_spellings_and_latest_articles(client):
    entity = EntityFactory(
        name="أستانة",
        name_latin="Astana",
        kind="place",
        wikidata_id="Q1520",
        description="مدينة",
        description_latin="A city",
        aliases=["Astana"],
    )
    shown = MentionFactory(entity=entity).article
    MentionFactory(entity=entity, article=ArticleFactory(draft=True))
    MentionFactory(entity=entity, confirmed=False)
    answer = client.get(f"/api/v1/entities/{entity.pk}").json()
    assert [article["id"] for article in answer.pop("articles")] == [shown.pk]
    assert answer == {
        "id": entity.pk,
        "name": "أستانة",
        "name_latin": "Astana",
        "kind": "place",
        "url": entity.get_absolute_url(),
        "article_count": 1,
        "description": "مدينة",
        "description_latin": "A city",
        "wikidata_id": "Q1520",
        "aliases": [
            {"name": "Astana", "script": "latin", "kind": "spelling"},
            {"name": "أستانة", "script": "arabic", "kind": "spelling"},
        ],
    }


def test_unknown_entity_is_404(client):
    assert client.get("/api/v1/entities/999").status_code == 404


@pytest.mark.parametrize("address", ["/api/v1/entities", "/api/v1/entities/{pk}"])
def test_the_same_number_of_queries_for_one_and_for_three(query_count, address):
    entity = EntityFactory()
    MentionFactory(entity=entity)
    with_one = query_count(address.format(pk=entity.pk))
    for _ in range(2):
        MentionFactory(entity=entity)
        MentionFactory()
    assert query_count(address.format(pk=entity.pk)) == with_one


def test_entity_that_was_merged_leads_to_the_one_that_stays(client):
    first, second = EntityFactory(), EntityFactory(name="ثان")
    merge(first, second, by=None)
    answer = client.get(f"/api/v1/entities/{first.pk}")
    assert (answer.status_code, answer.url) == (301, f"/api/v1/entities/{second.pk}")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert client.get(answer.url).json()["name"] == "ثان"


@pytest.mark.parametrize(
    "typed", ["De Mistura", "de mistura", "Lavrov", "سيرجي لافروف", "ديمستورا", "Mohamed", "muhammad"]
)
def test_a_name_is_found_by_its_sound(client, typed):
    for name in ("ستافان دي ميستورا", "سيرغي لافروف", "محمد مرسي"):
        EntityFactory(name=name)
    assert len(names(client, q=typed)) == 1


def test_names_that_begin_so_come_before_those_that_sound_so(client):
    EntityFactory(name="أحمد شاه")
    EntityFactory(name="يونس", aliases=["Ahmed"])
    assert names(client, q="ahmed") == ["يونس", "أحمد شاه"]

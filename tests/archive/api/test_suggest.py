"""/api/v1/suggest."""

import pytest
from django.core.management import call_command

from tests.factories import ArticleFactory, EntityFactory

pytestmark = pytest.mark.django_db


def test_titles_entities_and_words(client):
    article = ArticleFactory(title="محادثات أستانة", summary="", body="")
    entity = EntityFactory(kind="place", name="آستانة", name_latin="Astana", aliases=["أستانا"])
    call_command("count_words")
    response = client.get("/api/v1/suggest", {"q": "استا"})
    assert response["Cache-Control"] == "public, max-age=60"
    assert response.json() == {
        "titles": [{"id": article.pk, "title": "محادثات أستانة", "url": article.get_absolute_url()}],
        "entities": [
            {
                "id": entity.pk,
                "name": "آستانة",
                "name_latin": "Astana",
                "kind": "place",
                "url": entity.get_absolute_url(),
                "spelling": "آستانة",
            }
        ],
        "words": [{"text": "أستانة"}],
    }


@pytest.mark.parametrize("query", ["", "?q=", "?q=؟!", "?q=%ff", "?q=%d8"])
def test_nothing_typed_is_nothing_found(client, query):
    ArticleFactory()
    response = client.get(f"/api/v1/suggest{query}")
    assert (response.status_code, response.json()) == (200, {"titles": [], "entities": [], "words": []})


@pytest.mark.parametrize(("typed", "words"), [("و" * 301, "300"), ("a\0b", "no text")])
def test_what_cannot_be_typed(client, typed, words):
    response = client.get("/api/v1/suggest", {"q": typed}, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    [problem] = response.json()["detail"]
    assert problem["field"] == "q"
    assert words in problem["message"]
    assert response["Cache-Control"] == "no-cache"

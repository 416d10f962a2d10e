"""The description of the API, as JSON and as a page."""

import json
import re

import pytest

from archive.api.forms import EntityListForm
from archive.forms import SearchForm, SuggestForm
from tests.factories import ArticleFactory, EntityFactory

pytestmark = pytest.mark.django_db


def described(client, language="en"):
    return client.get("/api/v1/openapi.json", headers={"Accept-Language": language}).json()


def test_every_address_with_its_statuses(client):
    statuses = {path: list(item["get"]["responses"]) for path, item in described(client)["paths"].items()}
    assert statuses == {
        "/api/v1/": ["200"],
        "/api/v1/articles": ["200", "422"],
        "/api/v1/articles/{id}": ["200", "404", "422"],
        "/api/v1/articles/{id}/related": ["200", "404", "422"],
        "/api/v1/datasets": ["200"],
        "/api/v1/datasets/{slug}": ["200", "404"],
        "/api/v1/datasets/{slug}/observations": ["200", "404", "422"],
        "/api/v1/entities": ["200", "422"],
        "/api/v1/entities/{id}": ["200", "404", "422"],
        "/api/v1/quotations": ["200", "422"],
        "/api/v1/sections": ["200"],
        "/api/v1/sources": ["200"],
        "/api/v1/stories": ["200", "422"],
        "/api/v1/stories/{id}": ["200", "404", "422"],
        "/api/v1/suggest": ["200", "422"],
    }


def test_parameters_are_those_of_the_forms(client):
    paths = described(client)["paths"]
    forms = {"articles": SearchForm, "entities": EntityListForm, "suggest": SuggestForm}
    for name, form in forms.items():
        names = [parameter["name"] for parameter in paths[f"/api/v1/{name}"]["get"]["parameters"]]
        assert sorted(names) == sorted(form().fields)


def test_every_reference_is_defined(client):
    schema = described(client)
    references = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(schema)))
    assert references == set(schema["components"]["schemas"])


def test_asking_twice_says_the_same(client):
    assert described(client) == described(client)


def test_words_are_in_the_language_asked_for(client):
    english, arabic = described(client, "en"), described(client, "ar")
    assert english["info"]["title"] == "The API of the archive"
    assert english["paths"].keys() == arabic["paths"].keys()
    assert arabic["paths"]["/api/v1/articles"]["get"]["operationId"] == "articles"


def test_docs_page_is_a_page_of_the_site(client):
    response = client.get("/api/v1/docs")
    page = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="ar" dir="rtl"' in page
    assert "<style" not in page
    assert " style=" not in page
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    for path in described(client)["paths"]:
        assert f"GET {path}</code>" in page
    identities = re.findall(r' id="([^"]+)"', page)
    assert len(identities) == len(set(identities))


def test_examples_of_the_docs_page_answer(client):
    ArticleFactory()
    EntityFactory()
    page = client.get("/api/v1/docs").content.decode()
    examples = set(re.findall(r'href="http://testserver(/api/v1/[^"]*)"', page)) - {"/api/v1/docs"}
    assert len(examples) > 4
    assert {client.get(example).status_code for example in examples} == {200}


def test_contents_of_the_docs_page_lead_to_every_operation(client):
    page = client.get("/api/v1/docs").content.decode()
    contents = page[page.index("<nav", page.index("<main")) :].partition("</nav>")[0]
    operations = [item["get"]["operationId"] for item in described(client)["paths"].values()]
    assert re.findall(r'href="#([^"]+)"', contents) == [*(f"operation-{name}" for name in operations), "shapes"]


def test_arabic_descriptions_keep_dates_in_order(client):
    [description] = [
        parameter["description"]
        for parameter in described(client, "ar")["paths"]["/api/v1/articles"]["get"]["parameters"]
        if parameter["name"] == "from"
    ]
    assert "\u20662017-12-21\u2069" in description

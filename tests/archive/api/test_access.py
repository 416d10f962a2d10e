"""Methods, origins, languages and errors of the API."""

import pytest
from django.test import Client

from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/api/v1/",
    "/api/v1/articles",
    "/api/v1/entities",
    "/api/v1/sections",
    "/api/v1/sources",
    "/api/v1/openapi.json",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_a_body(client, address):
    got, head = client.get(address), client.head(address)
    assert (got.status_code, head.status_code) == (200, 200)
    assert head.content == b""
    assert head["Content-Type"] == got["Content-Type"]


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/v1/articles/1", "/api/v1/nothing"])
def test_options_says_what_is_allowed_to_anyone(client, address):
    response = client.options(address, headers={"Origin": "https://elsewhere.example"})
    assert (response.status_code, response.content) == (204, b"")
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writing_is_405_as_json(method):
    client = Client(enforce_csrf_checks=True)
    response = getattr(client, method)("/api/v1/articles", headers={"Accept-Language": "en"})
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json() == {"detail": [{"field": None, "message": "The API is read-only: ask with GET."}]}


@pytest.mark.parametrize("address", ["/api/v1/articles", "/api/v1/articles/0", "/api/v1/articles?page=x"])
def test_any_site_may_read_without_credentials(client, address):
    response = client.get(address)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert "Set-Cookie" not in response


@pytest.mark.parametrize(
    "address",
    ["/api/v1/articles/999999", "/api/v1/articles/0", "/api/v1/articles/-1", f"/api/v1/articles/{'9' * 40}"],
)
@pytest.mark.parametrize("tail", ["", "/related"])
def test_unknown_article_is_404_as_json(client, address, tail):
    response = client.get(address + tail, headers={"Accept-Language": "en"})
    assert response.status_code == 404
    assert response.json() == {"detail": [{"field": "id", "message": "There is no such article."}]}


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/nothing",
        "/api/v1/articles/",
        "/api/v1/articles/1/",
        "/api/v1/articles/1/related/",
        "/api/v1/a/b/c",
        "/api/v1/%0A",
        "/api/v1//",
    ],
)
def test_unknown_address_is_404_as_json(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/json"
    assert [problem["field"] for problem in response.json()["detail"]] == [None]


@pytest.mark.parametrize("identity", ["x", "1.5", "1e3", "%00", "١٢x", "null", "9" * 5000])
def test_identity_that_is_no_number_is_422(client, identity):
    for address in ("/api/v1/articles/{}", "/api/v1/articles/{}/related", "/api/v1/entities/{}"):
        response = client.get(address.format(identity), headers={"Accept-Language": "en"})
        assert response.status_code == 422
        assert response.json() == {"detail": [{"field": "id", "message": "The id must be a whole number."}]}


def test_language_follows_the_header_and_not_the_cookie(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get("/api/v1/articles/0")["Content-Language"] == "ar"
    for header, language in (("en", "en"), ("fr, en;q=0.5", "en"), ("fr", "ar"), ("*", "ar"), ("ar-LB,en", "ar")):
        response = client.get("/api/v1/articles/0", headers={"Accept-Language": header})
        assert response["Content-Language"] == language
        assert "Accept-Language" in response["Vary"]


def test_root_names_the_addresses(client):
    assert client.get("/api/v1/").json() == {
        "articles": "/api/v1/articles",
        "datasets": "/api/v1/datasets",
        "entities": "/api/v1/entities",
        "quotations": "/api/v1/quotations",
        "stories": "/api/v1/stories",
        "sections": "/api/v1/sections",
        "sources": "/api/v1/sources",
        "suggest": "/api/v1/suggest",
        "openapi": "/api/v1/openapi.json",
        "docs": "/api/v1/docs",
    }


def test_address_without_the_last_slash_leads_to_the_root(client):
    assert client.get("/api/v1").headers["Location"] == "/api/v1/"


def test_control_characters_are_escaped(client):
    ArticleFactory(title="عنوان\x01")
    assert client.get("/api/v1/articles").json()["results"][0]["title"] == "عنوان\x01"

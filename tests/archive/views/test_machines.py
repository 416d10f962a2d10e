"""robots.txt, security.txt, opensearch.xml and favicon.ico."""

import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from archive.models import SiteSettings
from tests.factories import ArticleFactory, EntityFactory

pytestmark = pytest.mark.django_db

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_robots_closes_what_has_no_end_and_names_the_sitemap(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Allow: /api/v1/docs",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /entity/compare/",
        "Disallow: /quotations/?",
        "Disallow: /entity/?",
        "Disallow: /entity/*/?",
        "Disallow: /entity/*.csv",
        "Disallow: /statistics/*.csv",
        "Disallow: /statistics/*.json",
        "Disallow: /api/v1/",
        "",
        "Sitemap: http://testserver/sitemap.xml",
        "Sitemap: http://testserver/news-sitemap.xml",
    ]


@time_machine.travel(datetime(2020, 6, 15, 23, 30, tzinfo=UTC), tick=False)
def test_security_names_whom_to_tell_and_until_when(client):
    SiteSettings.objects.create(contact_email="editors@example.org")
    response = client.get("/.well-known/security.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:editors@example.org",
        "Expires: 2020-12-12T00:00:00Z",
        "Preferred-Languages: ar, en",
        "Canonical: http://testserver/.well-known/security.txt",
    ]


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        ("security@example.org", "Contact: mailto:security@example.org"),
        ("https://example.org/report", "Contact: https://example.org/report"),
    ],
)
def test_an_operator_may_name_another_for_security(client, settings, contact, line):
    SiteSettings.objects.create(contact_email="editors@example.org")
    settings.SECURITY_CONTACT = contact
    assert client.get("/.well-known/security.txt").content.decode().splitlines()[0] == line


def test_without_anybody_to_tell_there_is_no_security_txt(client):
    assert client.get("/.well-known/security.txt").status_code == 404


def test_opensearch_describes_the_search(client):
    response = client.get("/opensearch.xml", headers={"Accept-Language": "en"})
    assert response["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.findtext(f"{OPENSEARCH}ShortName") == "سِجِلّ"
    assert root.findtext(f"{OPENSEARCH}Description") == "أرشيف الأخبار العربية"
    assert {url.attrib["type"]: url.attrib["template"] for url in root.iter(f"{OPENSEARCH}Url")} == {
        "text/html": "http://testserver/search/?q={searchTerms}",
        "application/x-suggestions+json": "http://testserver/opensearch/suggestions.json?q={searchTerms}",
        "application/rss+xml": "http://testserver/search/feed/?q={searchTerms}",
        "application/json": "http://testserver/api/v1/articles?q={searchTerms}",
        "application/opensearchdescription+xml": "http://testserver/opensearch.xml",
    }


def test_opensearch_keeps_to_its_limits_and_stays_well_formed(client):
    SiteSettings.objects.create(name="اسم <طويل> & \x01 أطول من المسموح", description="و" * 2000)
    root = ElementTree.fromstring(client.get("/opensearch.xml").content)
    assert len(root.findtext(f"{OPENSEARCH}ShortName")) == 16
    assert len(root.findtext(f"{OPENSEARCH}Description")) == 1024


def test_suggestions_for_the_search_field_of_a_browser(client):
    ArticleFactory(title="محادثات أستانة", summary="", body="")
    EntityFactory(name="آستانة")
    call_command("count_words")
    response = client.get("/opensearch/suggestions.json", {"q": "استا"})
    assert response["Content-Type"] == "application/x-suggestions+json"
    assert response["Cache-Control"] == "public, max-age=60"
    assert response.json() == ["استا", ["أستانة", "آستانة", "محادثات أستانة"]]


@pytest.mark.parametrize("query", ["", "?q=", "?q=؟!", "?q=a%00b", "?q=%ff", f"?q={'و' * 301}"])
def test_nothing_to_suggest(client, query):
    response = client.get(f"/opensearch/suggestions.json{query}")
    assert (response.status_code, response.json()[1]) == (200, [])


def test_icon_by_its_old_name_leads_to_the_icon(client):
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/img/apple-touch-icon.png")
    assert response["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize(
    "address",
    [
        "/robots.txt",
        "/opensearch.xml",
        "/favicon.ico",
        "/feeds/latest.rss",
        "/sitemap.xml",
        "/news-sitemap.xml",
        "/card.png",
        "/healthz",
        "/media/x",
    ],
)
def test_only_reading(address):
    client = Client(enforce_csrf_checks=True)
    assert client.head(address).status_code in (200, 302, 404)
    response = client.post(address)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")

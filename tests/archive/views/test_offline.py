"""Reading without a connection: what the service worker is told, and what makes the site an application."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from PIL import Image

from archive.models import SiteSettings
from archive.views.offline import SHELL
from tests.archive.views.html import Page
from tests.factories import BannerFactory

pytestmark = pytest.mark.django_db
IMPORTED = re.compile(r'^import .* from "\./([\w-]+\.js)";$', re.MULTILINE)


def release(client) -> dict:
    script = client.get(reverse("archive:service-worker")).content.decode()
    return json.loads(re.match(r"self\.RELEASE = (.*);\n", script)[1])


def needed(page: Page) -> set[str]:
    """The scripts and style sheets of PAGE, with those that they import."""
    wanted = [element.get("src") for element in page.all("script") if element.get("src")]
    wanted += [link.get("href") for link in page.all("link") if link.get("rel") == "stylesheet"]
    found = set()
    while wanted:
        path = wanted.pop()
        found.add(path)
        if path.endswith(".js"):
            script = Path(finders.find(path.removeprefix("/static/"))).read_text()
            wanted += [f"/static/js/{name}" for name in IMPORTED.findall(script)]
    return found


def test_shell_holds_all_that_its_pages_need(see, client, article):
    BannerFactory()
    pages = [article.get_absolute_url(), reverse("archive:saved"), reverse("archive:offline")]
    for address in pages:
        assert needed(see(address)) - set(release(client)["shell"]) == set()
    assert [name for name in SHELL if not finders.find(name)] == []


def test_version_changes_with_the_files_and_with_nothing_else(client, monkeypatch):
    first = release(client)
    assert first == release(client)
    monkeypatch.setattr("archive.views.offline.static", lambda name: f"/static/{name}.0123")
    assert release(client)["version"] != first["version"]


def test_worker_is_a_script_for_the_whole_site_and_asked_for_each_time(client):
    response = client.get("/sw.js")
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.content.decode().endswith('importScripts("/static/js/service-worker.js");\n')


def test_nothing_of_the_admin_or_the_api_passes_through_the_worker(client):
    assert release(client)["closed"] == ["/admin/", "/static/admin", "/api/v1/", "/settings/", "/styleguide/"]


def test_manifest_makes_an_arabic_application(client):
    SiteSettings(name="سجل الميناء القديم", description="أخبار تُحفظ.").save()
    client.cookies["django_language"] = "en"
    response = client.get(reverse("archive:manifest"))
    content = response.json()
    assert response.headers["Content-Type"] == "application/manifest+json"
    assert (content["name"], content["short_name"]) == ("سجل الميناء القديم", "سجل الميناء")
    assert (content["lang"], content["dir"], content["display"]) == ("ar", "rtl", "standalone")
    assert (content["id"], content["start_url"], content["scope"]) == ("/", "/", "/")
    assert [shortcut["name"] for shortcut in content["shortcuts"]] == ["ابحث", "محفوظاتك"]
    for icon in content["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        if icon["type"] == "image/png":
            assert "x".join(map(str, Image.open(path).size)) == icon["sizes"]
    assert {icon.get("purpose") for icon in content["icons"]} == {None, "maskable"}
    assert reverse("archive:manifest") in [link.get("href") for link in Page(client.get("/")).all("link")]


def test_every_page_has_the_hidden_notice_that_the_worker_shows(see):
    """The worker looks for these very words (static/js/service-worker.js, `marked`)."""
    html = see("/").html
    assert html.count("data-kept hidden") == 1
    assert html.count("<span data-kept-at></span>") == 1
    for why in ("offline", "late", "failed"):
        assert html.count(f'data-kept-why="{why}" hidden') == 1


@pytest.mark.parametrize(
    ("language", "prefs", "december", "digits", "look"),
    [
        ("ar", "", "كانون\xa0الأول (ديسمبر)", "arab", "ar "),
        ("ar", "digits:western.months:maghrebi", "دجنبر", "latn", "ar digits:western.months:maghrebi"),
        ("en", "theme:dark", "December", "latn", "en theme:dark"),
    ],
)
def test_page_tells_scripts_how_its_reader_s_dates_are_written(see, client, language, prefs, december, digits, look):
    client.cookies["prefs"] = prefs
    notice = next(div for div in see("/offline/", language=language).all("div") if div.get("data-months"))
    months = notice.get("data-months").split("|")
    assert (len(months), months[11], notice.get("data-digits"), notice.get("data-look")) == (
        12,
        december,
        digits,
        look,
    )


@pytest.mark.parametrize(
    ("prefs", "colors"),
    [
        ("", {"(prefers-color-scheme: light)": "#fbfbf9", "(prefers-color-scheme: dark)": "#121617"}),
        ("contrast:more", {"(prefers-color-scheme: light)": "#ffffff", "(prefers-color-scheme: dark)": "#000000"}),
        ("theme:light", {None: "#fbfbf9"}),
        ("theme:dark", {None: "#121617"}),
        ("theme:dark.contrast:more", {None: "#000000"}),
    ],
)
def test_bars_of_the_browser_have_the_colour_of_the_page(see, client, prefs, colors):
    client.cookies["prefs"] = prefs
    metas = [meta for meta in see("/").all("meta") if meta.get("name") == "theme-color"]
    assert {meta.get("media"): meta.get("content") for meta in metas} == colors

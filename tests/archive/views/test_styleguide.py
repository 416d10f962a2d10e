"""The style guide has every component, and nobody but staff sees it."""

import re

import html5lib
import pytest

from archive.views.styleguide.page import documentation
from archive.views.styleguide.specimens import FOLDER, specimens

pytestmark = pytest.mark.django_db

COMPONENTS = sorted(path.stem for path in FOLDER.glob("*.html"))


@pytest.fixture(params=["ar", "en"])
def guide(request, admin_client):
    admin_client.cookies["django_language"] = request.param
    return admin_client.get("/styleguide/")


def test_every_component_is_drawn_by_its_own_template(guide):
    drawn = {template.name for template in guide.templates}
    assert [name for name in COMPONENTS if f"components/{name}.html" not in drawn] == []


def test_every_component_stands_there_with_its_states(guide):
    page = guide.content.decode()
    assert re.findall(r'<section class="section" id="component-(\w+)">', page) == COMPONENTS
    assert set(COMPONENTS) - set(specimens()) == {"masthead", "footer"}
    assert all(specimens().values())


def test_every_component_says_what_it_takes():
    assert [name for name in COMPONENTS if not documentation(name)] == []


def test_style_guide_is_valid_and_not_for_search_engines(guide):
    page = guide.content.decode()
    html5lib.HTMLParser(strict=True).parse(page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    assert '<meta name="robots" content="noindex">' in page
    assert "style=" not in page
    assert "no-store" in guide.headers["Cache-Control"]


def test_style_guide_is_for_staff(client, django_user_model):
    assert client.get("/styleguide/").status_code == 302
    client.force_login(django_user_model.objects.create_user("reader"))
    assert client.get("/styleguide/").status_code == 302

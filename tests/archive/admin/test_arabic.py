"""The admin speaks Arabic on every page: no word of Django's, of a package's or of ours is left in English."""

import re

import pytest
from django.contrib.admin import site as admin_site
from django.contrib.auth.models import User
from django.urls import reverse

from tests.archive.admin.latin import latin_words
from tests.archive.admin.walk import pages, rich_newsroom, sent

COUNTS = re.compile(r'name="([^"]+_FORMS)" value="([0-9]+)"')

OF_THE_SAMPLE = """
admin clerk editor jsonl almina example rss txt Geneva Jane Doe Staffan de Mistura Politics Live xyzzy
page html text plain utf figures table csv statistics OR
"""
DATA = frozenset(OF_THE_SAMPLE.split())
"""What the sample is made of: accounts, files and their kinds, addresses, names in English, a search."""


@pytest.fixture
def newsroom(admin):
    rich_newsroom()
    return admin


def test_no_page_has_a_word_of_english(newsroom):
    found = []
    for name, address in pages().items():
        answer = newsroom.get(address, follow=True)
        assert answer.status_code in (200, 403), name  # Some may not be added or deleted by anybody.
        found += english(name, answer)
    assert not found, "\n".join(found)


def test_what_is_wrong_in_a_form_is_said_in_arabic(newsroom):
    found = []
    for name, address in pages().items():
        if name.endswith(("_add", "_change")) and (form := newsroom.get(address, follow=True)).status_code == 200:
            counts = dict(COUNTS.findall(form.content.decode()))
            found += english(name, newsroom.post(address, counts, follow=True))
    assert not found, "\n".join(found)


def test_what_only_answers_a_form_is_in_arabic_too(newsroom):
    found = []
    for name, (address, what) in sent(newsroom).items():
        answer = newsroom.post(address, what)
        assert answer.status_code == 200, name
        found += english(name, answer)
        if "changed meanwhile" in name:
            text = answer.content.decode()
            assert "كتب غيرك هنا: «عنوان كتبه غيري»" in text
            assert "كتب غيرك هنا: «شرح كتبه غيري»" in text
    assert not found, "\n".join(found)


def test_filters_searches_and_empty_lists_are_in_arabic(admin):
    User.objects.create_user("clerk")
    found = []
    for address in _lists():
        for query in ("", "?q=xyzzy", "?_facets=True"):
            found += english(address + query, admin.get(address + query, follow=True))
    assert not found, "\n".join(found)


def english(name: str, answer) -> list[str]:
    words = latin_words(answer.content.decode(), DATA)
    return [f"{name}: {' '.join(words)}"] if words else []


def _lists() -> list[str]:
    models = [model._meta for model in admin_site._registry]
    return [reverse(f"admin:{model.app_label}_{model.model_name}_changelist") for model in models]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>نص Save نص</p>", ["Save"]),
        ('<input type="submit" value="Go on">', ["Go", "on"]),
        ('<input type="text" value="Geneva">', []),
        ('<a title="Back">س</a><img alt="Icon">', ["Back", "Icon"]),
        ("<p><bdi>Geneva</bdi> <code>script</code> <span dir='ltr'>x.com</span></p>", []),
        ("<p>مثل \u2066/archive/\u2069 و Save</p>", ["Save"]),
        ("<script>let word;</script><p>RSS</p>", []),
        ('<bdi title="Whose">x</bdi>', ["Whose"]),
    ],
)
def test_english_is_seen_where_it_stands(html, words):
    assert latin_words(html) == sorted(words)

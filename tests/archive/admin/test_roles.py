"""Every address of the admin, for whoever may not: it answers nothing, does nothing, and does not tell what there is.

The addresses come from the admin's own list (`walk.addresses`). A new one fails here until it is known there, and one
of ours until RIGHTS says who may.
"""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from archive.outgoing.fingerprint import archive_hash, table_hashes
from tests.archive.admin.walk import OF_ALL, addresses, missing_addresses, rich_newsroom

OWN = {
    "index",
    "account",
    "second-factor",
    "second-factor-change",
    "password_change",
    "password_change_done",
    "jsi18n",
}
"""What everybody of the staff may, for themselves."""

LOGIN = {"login", "logout", "login-code", "login-second-factor"}

RIGHTS = {
    "watching": {"view_article", "view_importrun"},
    **{
        f"archive_article_{page}": {"view_article"} for page in ("versions", "version", "comparison", "work", "state")
    },
    **{f"archive_article_{page}": {"change_article"} for page in ("restore", "presence", "name", "bulk")},
    "archive_article_mention": {"change_mention"},
    "archive_article_writing": {"change_article", "add_article"},
    **{f"archive_entity_{page}": {"delete_entity"} for page in ("merge", "unmerge", "pairs", "look")},
    "archive_entity_split": {"add_entity"},
    **{
        f"archive_nameproposal_{page}": {"change_nameproposal"}
        for page in ("review", "decide", "undo", "again", "other", "new")
    },
    **{f"archive_importrun_{page}": {"view_importrun"} for page in ("progress", "report")},
    **{f"archive_importrun_{page}": {"change_importrun"} for page in ("stop", "resume", "import")},
    "archive_bulkchange_undo": {"view_bulkchange"},
    "archive_capture_download": {"view_capture"},
    "archive_removedpicture_file": {"view_removedpicture"},
    "archive_setasiderecord_download": {"view_setasiderecord"},
    "archive_dataset_figures": {"change_observation"},
    **{f"archive_deliverychannel_{page}": {"change_deliverychannel"} for page in ("pause", "resume")},
    **{f"auth_user_{page}": set() for page in ("sessions", "second_factor")},
    "auth_user_password_change": {"change_user"},
    # Django's own: what is looked up decides.
    "autocomplete": set(),
    "view_on_site": {"view_article"},
    "app_list": set(),
}
"""Of addresses that are not the usual ones of a model: rights of which whoever has none is refused.

Empty is what is not given by a right.
"""

USUAL = {
    "changelist": ("view", "change"), "change": ("view", "change"), "history": ("view", "change"),
    "add": ("add",), "delete": ("delete",),
}  # fmt: skip
"""The rights of the usual addresses of a model, any of which is enough."""


@pytest.fixture
def newsroom(db):
    rich_newsroom()


def clerk_of(*groups: str) -> Client:
    user = User.objects.create_user("nobody", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    browser = Client()
    browser.force_login(user)
    return browser


def rights_of_clerk() -> set[str]:
    return {right.partition(".")[2] for right in User.objects.get(username="nobody").get_all_permissions()}


def rights_of(name: str) -> set[str]:
    """The rights any of which may open the address of that NAME."""
    model, _under, way = name.rpartition("_")
    if way in OF_ALL and name not in RIGHTS:
        return {f"{right}_{model.partition('_')[2]}" for right in USUAL[way]}
    return RIGHTS[name]


DJANGO_LOOKS_FIRST = "_history"
"""Of these alone the staff can tell whether there is such a thing, and nothing of it."""

REFUSALS = [403, 403], [403, 405], [405, 403]
"""Of GET and of POST."""


def asked(browser: Client, address: str) -> list[int]:
    return [browser.get(address).status_code, browser.post(address).status_code]


def test_nobody_is_let_in_without_a_login(newsroom):
    before = archive_hash(table_hashes())
    browser, login = Client(), reverse("admin:login")
    led = {
        (name, method): response.headers.get("Location", response.status_code)
        for name, address in (addresses() | missing_addresses()).items()
        if name not in LOGIN
        for method in ("get", "post")
        for response in [getattr(browser, method)(address)]
    }
    assert {key: place for key, place in led.items() if not str(place).startswith(f"{login}?next=")} == {}
    assert archive_hash(table_hashes()) == before


def test_staff_without_a_right_get_nothing_and_do_nothing(newsroom):
    """And whether there is what they ask for is not told them either: the answer to a number of nothing is the same."""
    browser, before, missing = clerk_of(), archive_hash(table_hashes()), missing_addresses()
    told = {}
    for name, address in addresses().items():
        if name in OWN | LOGIN:
            continue
        got = asked(browser, address)
        of_nothing = asked(browser, missing[name]) if not name.endswith(DJANGO_LOOKS_FIRST) else got
        if got not in REFUSALS or of_nothing != got:
            told[name] = got, of_nothing
    assert told == {"app_list": ([404, 404], [404, 404])}
    assert archive_hash(table_hashes()) == before


@pytest.mark.parametrize("group", ["writers", "editors", "chiefs", "archivists"])
def test_a_group_is_refused_what_it_has_no_right_to(newsroom, group):
    browser, before, rights = clerk_of(group), archive_hash(table_hashes()), rights_of_clerk()
    walked = {
        name: address
        for name, address in addresses().items()
        if name not in OWN | LOGIN | {"autocomplete", "app_list"} and not rights & rights_of(name)
    }
    answers = {name: asked(browser, address) for name, address in walked.items()}
    assert {name: got for name, got in answers.items() if got not in REFUSALS} == {}
    assert len(answers) > 20
    assert archive_hash(table_hashes()) == before


def test_what_is_no_number_is_no_error(newsroom, admin):
    asked = [
        re.sub(r"(?<=/)[0-9]+(?=/)", text, address) for address in addresses().values() for text in ("x", "9" * 30)
    ]
    assert [address for address in asked if admin.get(address).status_code >= 500] == []


@pytest.mark.parametrize("group", ["writers", "editors", "chiefs", "archivists"])
def test_a_group_is_let_in_where_it_has_a_right(newsroom, group):
    browser = clerk_of(group)
    rights = rights_of_clerk()
    ours = {name: address for name, address in addresses().items() if name in RIGHTS and rights & RIGHTS[name]}
    opened = {name: browser.get(address).status_code for name, address in ours.items()}
    assert {name: status for name, status in opened.items() if status not in (200, 302, 405)} == {}
    assert len(opened) > 5

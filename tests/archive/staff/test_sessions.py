"""Sessions are known, end when they should, and are ended by those who may."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.ingest.journal import make_run
from archive.models import AuditEntry, StaffSession
from archive.staff.sessions import open_sessions
from tests.archive.staff.conftest import FIREFOX, PASSWORD, is_in, log_in
from tests.factories import ArticleFactory
from tests.factories.statistics import small_dataset

ACCOUNT = reverse("admin:account")
MOMENT = "2020-06-15 12:00"
OPEN_PAGES = {
    "form": lambda: ("post", reverse("admin:archive_article_presence", args=[ArticleFactory().pk])),
    "import": lambda: ("get", reverse("admin:archive_importrun_progress", args=[make_run(["a.jsonl"]).pk])),
    "figures": lambda: ("get", reverse("archive:statistics-live", args=[small_dataset().slug])),
}
"""What open pages ask for by themselves, by how they do it."""


def handles(user: User) -> list[str]:
    return [one.handle for one in open_sessions(user, timezone.now())]


def test_a_session_knows_its_browser_and_its_address(keeper, logged_in):
    logged_in(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    (session,) = open_sessions(keeper, timezone.now())
    assert (session.user_agent, session.address) == (FIREFOX, "192.0.2.7")


def test_the_key_of_a_session_is_another_after_the_login(keeper, client):
    client.get(reverse("admin:login"))
    session = client.session
    session["anything"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.session_key
    log_in(client, keeper)
    assert client.cookies["sessionid"].value != before
    assert not StaffSession.objects.filter(session_key=before).exists()


def test_a_session_that_does_nothing_for_hours_ends(keeper, logged_in, settings):
    settings.STAFF_SESSION_IDLE_MINUTES = 60
    with time_machine.travel(MOMENT, tick=False) as now:
        client = logged_in()
        for _ in range(3):
            now.shift(timedelta(minutes=59))
            assert is_in(client)
        now.shift(timedelta(minutes=60))
        assert handles(keeper) == []
        assert not is_in(client)
        now.move_to(MOMENT)
        assert not is_in(client)  # It is gone, not asleep.


@pytest.mark.parametrize("kind", OPEN_PAGES)
def test_a_page_left_open_is_not_somebody_at_work(logged_in, settings, kind):
    settings.STAFF_SESSION_IDLE_MINUTES = 60
    method, address = OPEN_PAGES[kind]()
    with time_machine.travel(MOMENT, tick=False) as now:
        client = logged_in()
        for _ in range(2):
            now.shift(timedelta(minutes=29))
            assert getattr(client, method)(address).status_code == 200
        now.shift(timedelta(minutes=2))
        getattr(client, method)(address)
        assert not is_in(client)


def test_a_session_in_use_ends_in_the_end(keeper, logged_in, settings):
    settings.STAFF_SESSION_HOURS = 2
    settings.STAFF_SESSION_IDLE_MINUTES = 60
    with time_machine.travel(MOMENT, tick=False) as now:
        client = logged_in()
        now.shift(timedelta(minutes=59))
        assert is_in(client)
        now.shift(timedelta(minutes=59))
        assert is_in(client)
        now.shift(timedelta(minutes=3))
        assert not is_in(client)


def test_one_of_ones_other_sessions_is_ended_and_no_one_elses(keeper, logged_in):
    here, there = logged_in(), logged_in(HTTP_USER_AGENT=FIREFOX)
    other = User.objects.create_superuser("other", password=PASSWORD)
    elsewhere = logged_in(other)
    page = here.get(ACCOUNT).content.decode()
    assert "فايرفوكس على لينكس" in page

    here.post(ACCOUNT, {"end": handles(other)[0]})
    assert is_in(elsewhere)
    mine = next(one.handle for one in open_sessions(keeper, timezone.now()) if one.user_agent == FIREFOX)
    here.post(ACCOUNT, {"end": mine})
    assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, True)
    entry = AuditEntry.objects.get(action="sessions_ended")
    assert (entry.actor, entry.object_name, entry.details) == (keeper, "keeper", {"count": 1})


def test_all_others_are_ended_at_once(logged_in):
    here, *others = (logged_in() for _ in range(3))
    here.post(ACCOUNT, {"end_others": "1"})
    assert [is_in(client) for client in (here, *others)] == [True, False, False]


def test_no_page_tells_the_key_of_a_session(keeper, logged_in):
    client = logged_in()
    keys = StaffSession.objects.values_list("session_key", flat=True)
    for address in (ACCOUNT, reverse("admin:auth_user_sessions", args=[keeper.pk])):
        page = client.get(address).content.decode()
        assert not [key for key in keys if key in page]


def test_superusers_end_anybodys_and_others_do_not_even_look(keeper, logged_in):
    clerk = User.objects.create_user("clerk", password=PASSWORD, is_staff=True)
    theirs, ours = logged_in(clerk), logged_in()
    page = reverse("admin:auth_user_sessions", args=[clerk.pk])
    assert theirs.get(page).status_code == 403
    assert theirs.post(page, {"end_others": "1"}).status_code == 403
    assert ours.get(page).status_code == 200
    ours.post(page, {"end_others": "1"})
    assert (is_in(ours), is_in(theirs)) == (True, False)


def test_a_new_password_ends_the_other_sessions(logged_in):
    here, there = logged_in(), logged_in()
    new = "كلمة أخرى أطول من تلك"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post(reverse("admin:password_change"), form).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert StaffSession.objects.count() == 1


@pytest.mark.parametrize("way", ["admin", "command"])
def test_a_password_that_others_set_ends_all_sessions(keeper, logged_in, way, monkeypatch):
    clerk = User.objects.create_user("clerk", password=PASSWORD, is_staff=True)
    theirs, new = logged_in(clerk), "كلمة أخرى أطول من تلك"
    if way == "admin":
        form = {"password1": new, "password2": new, "usable_password": "true"}
        logged_in().post(reverse("admin:auth_user_password_change", args=[clerk.pk]), form)
    else:
        monkeypatch.setattr("django.contrib.auth.management.commands.changepassword.getpass.getpass", lambda **_: new)
        call_command("changepassword", "clerk", verbosity=0)
    assert not clerk.staff_sessions.exists()
    assert not is_in(theirs)
    assert log_in(Client(), clerk, new).status_code == 302


@pytest.mark.parametrize("written", [str, "0{}".format])
def test_a_superusers_own_password_takes_the_old_one(keeper, logged_in, written):
    client, new = logged_in(), "كلمة أخرى أطول من تلك"
    page = reverse("admin:auth_user_password_change", args=[written(keeper.pk)])
    form = {"password1": new, "password2": new, "usable_password": "true"}
    assert [client.get(page).url, client.post(page, form).url] == [reverse("admin:password_change")] * 2
    keeper.refresh_from_db()
    assert keeper.check_password(PASSWORD)


def test_logging_out_leaves_no_row(logged_in):
    logged_in().post(reverse("admin:logout"))
    assert not StaffSession.objects.exists()


def test_a_reader_gets_no_session(client, db):
    client.get("/")
    assert not StaffSession.objects.exists()


def test_without_the_database_no_page_of_the_admin_opens_and_the_process_still_says_that_it_lives(
    logged_in, monkeypatch
):
    client = logged_in()

    def refuse(*args):
        raise OperationalError("connection refused")

    monkeypatch.setattr("archive.staff.session_store.SessionStore.load", refuse)
    assert client.get(ACCOUNT).status_code == 503
    assert client.get("/healthz").status_code == 200

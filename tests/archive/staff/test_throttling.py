"""Logins are throttled by account and address, behind our proxy too, and together by all processes."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import Client

from archive.admin.audit_log import details_in_words
from archive.models import AuditEntry
from tests.archive.staff.conftest import PASSWORD, log_in


@pytest.fixture(autouse=True)
def guarded(settings):
    settings.AXES_ENABLED = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def through_proxy(seen: str) -> dict[str, str]:
    """What our proxy says: SEEN, and before it whatever the client made up."""
    return {"HTTP_X_FORWARDED_FOR": seen, "REMOTE_ADDR": "127.0.0.1", "secure": True}


def test_an_address_that_a_client_makes_up_opens_no_new_count(keeper):
    answers = [
        log_in(Client(), keeper, "wrong", **through_proxy(f"198.51.100.{number}, 192.0.2.7")).status_code
        for number in range(10)
    ]
    assert answers == [200] * 9 + [429]
    assert {attempt.ip_address for attempt in AccessAttempt.objects.all()} == {"192.0.2.7"}


def test_who_guesses_shuts_out_themselves_and_not_the_owner(keeper):
    for _ in range(10):
        log_in(Client(), keeper, "wrong", **through_proxy("192.0.2.7"))
    assert log_in(Client(), keeper, PASSWORD, **through_proxy("192.0.2.7")).status_code == 429
    assert log_in(Client(), keeper, PASSWORD, **through_proxy("192.0.2.8")).status_code == 302


def test_the_count_is_in_the_database_for_all_processes(keeper, settings):
    assert settings.AXES_HANDLER == "archive.staff.throttling.AuditedHandler"
    log_in(Client(), keeper, "wrong", **through_proxy("192.0.2.7"))
    assert AccessAttempt.objects.get().failures_since_start == 1


def test_an_address_that_tries_every_account_is_closed_for_all_of_them(keeper, settings):
    settings.ADDRESS_FAILURE_LIMIT = 4
    names = ["keeper", "nobody", "no one", "keeper", "somebody else"]
    sprayer = through_proxy("192.0.2.7")
    answers = [log_in(Client(), User(username=name), "wrong", **sprayer).status_code for name in names]
    assert answers == [200, 200, 200, 429, 429]
    assert log_in(Client(), keeper, PASSWORD, **sprayer).status_code == 429
    assert log_in(Client(), keeper, PASSWORD, **through_proxy("192.0.2.8")).status_code == 302
    entry = AuditEntry.objects.get(action="locked_out")
    assert (entry.object_name, entry.address) == ("", "192.0.2.7")
    assert entry.details == {"failures": 4, "unknown_names": 2}
    assert details_in_words(entry) == "٤ كلمات مرور خاطئة، اثنتان منها بأسماء لا حساب لها"


def test_who_logs_in_well_does_not_start_the_count_of_the_address_anew(keeper, settings):
    settings.ADDRESS_FAILURE_LIMIT = 2
    insider = User.objects.create_user("insider", password=PASSWORD, is_staff=True)
    home = through_proxy("192.0.2.7")
    log_in(Client(), keeper, "wrong", **home)
    assert log_in(Client(), insider, PASSWORD, **home).status_code == 302
    assert log_in(Client(), keeper, "wrong", **home).status_code == 429


def test_whoever_has_a_network_of_addresses_has_one(keeper, settings):
    settings.ADDRESS_FAILURE_LIMIT = 3
    answers = [
        log_in(Client(), User(username=f"name {number}"), "wrong", **through_proxy(f"2001:db8::{number}")).status_code
        for number in range(1, 4)
    ]
    assert answers == [200, 200, 429]
    assert log_in(Client(), keeper, PASSWORD, **through_proxy("2001:db8:0:1::1")).status_code == 302


def test_what_is_sent_while_it_is_closed_does_not_keep_it_closed(keeper):
    with time_machine.travel("2020-06-15 12:00", tick=False) as now:
        for _ in range(10):
            log_in(Client(), keeper, "wrong", **through_proxy("192.0.2.7"))
        now.shift(timedelta(minutes=20))
        assert log_in(Client(), keeper, "wrong", **through_proxy("192.0.2.7")).status_code == 429
        now.shift(timedelta(minutes=11))
        assert log_in(Client(), keeper, PASSWORD, **through_proxy("192.0.2.7")).status_code == 302


def test_another_browser_is_no_way_round_it(keeper):
    answers = [
        log_in(Client(), keeper, "wrong", HTTP_USER_AGENT=f"browser {number}", **through_proxy("192.0.2.7"))
        for number in range(10)
    ]
    assert answers[-1].status_code == 429

"""Logins are throttled by account and address, behind our proxy too, and together by all processes."""

import pytest
from axes.models import AccessAttempt
from django.test import Client

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


def test_another_browser_is_no_way_round_it(keeper):
    answers = [
        log_in(Client(), keeper, "wrong", HTTP_USER_AGENT=f"browser {number}", **through_proxy("192.0.2.7"))
        for number in range(10)
    ]
    assert answers[-1].status_code == 429

from datetime import timedelta

import pytest
from django.utils import timezone

from archive.models import Delivery
from archive.subscriptions.bounces import Bounce, take_bounce
from archive.subscriptions.giving_up import give_up_if_hopeless
from archive.subscriptions.refusals import is_about_address, is_about_sender, may_be_about_address, own_words
from tests.factories import DeliveryFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
UNSAID = "550 Requested action not taken"


@pytest.fixture
def subscriber():
    return SubscriptionFactory(subscriber__address="reader@example.org").subscriber


def refused(subscriber, *days_ago: float, outcome=UNSAID, **values) -> Delivery:
    """Messages to SUBSCRIBER, refused so many days ago; the last of them, of which is told now."""
    for days in days_ago:
        written_at = NOW - timedelta(days=days)
        values = {"kind": "link", "is_service": True, "state": "failed", "outcome": outcome, **values}
        last = DeliveryFactory(subscriber=subscriber, created_at=written_at, **values)
    give_up_if_hopeless(last)
    subscriber.refresh_from_db()
    return last


def test_three_messages_days_apart_are_enough(subscriber, caplog):
    refused(subscriber, 4, 2)
    assert subscriber.state == "active"
    waits = DeliveryFactory(subscriber=subscriber, kind="digest")
    last = refused(subscriber, 0, outcome="554 no, reader@example.org")
    waits.refresh_from_db()
    assert (subscriber.state, subscriber.suppression) == ("suppressed", "repeated")
    assert subscriber.get_suppression_display() == "رفض خادمهم عدة رسائل متتالية"
    assert waits.state == "suppressed"
    # The log tells the operator whom, and what the server said, but not the address.
    assert f"Subscriber {subscriber.pk} is written to no more" in caplog.text
    assert "554 no" in caplog.text
    assert "reader@example.org" not in caplog.text
    assert last.state == "failed"


@pytest.mark.parametrize(
    "days",
    [(0.3, 0.2, 0.1, 0.0), (1.5, 0.9, 0.8, 0.0)],
)
def test_many_in_a_day_count_as_one(subscriber, days):
    refused(subscriber, *days)
    assert subscriber.state == "active"


@pytest.mark.parametrize(
    "between",
    [
        {"state": "sent", "outcome": ""},
        {"outcome": "452 4.2.2 mailbox full"},
        {"outcome": "552 5.2.2 mailbox full"},
        {"outcome": "ValueError: a fault of ours"},
    ],
)
def test_what_is_taken_or_fails_for_another_reason_begins_anew(subscriber, between):
    refused(subscriber, 6, 5, 4)
    subscriber.state = "active"
    subscriber.save()
    refused(subscriber, 3, **between)
    refused(subscriber, 2, 0)
    assert subscriber.state == "active"


def test_another_address_to_be_confirmed_says_nothing(subscriber):
    refused(subscriber, 4, 2)
    refused(subscriber, 0, kind="new_address")
    assert subscriber.state == "active"
    refused(subscriber, 0)
    assert subscriber.state == "suppressed"


def test_only_mail_is_given_up_so(subscriber):
    telephone = SubscriberFactory(channel="whatsapp", address="+9613123456")
    refused(telephone, 4, 2, 0, outcome="500 failed", channel="whatsapp")
    assert telephone.state == "active"


def test_where_a_server_refuses_everybody_it_is_about_us(subscriber):
    other = SubscriberFactory(address="other@example.org")
    DeliveryFactory(subscriber=other, state="failed", outcome=UNSAID)
    refused(subscriber, 4, 2, 0)
    assert subscriber.state == "active"
    # Once it takes something of another, it is about this one.
    DeliveryFactory(subscriber=other, state="sent")
    refused(subscriber, 0)
    assert subscriber.state == "suppressed"


def test_messages_that_come_back_later_count_too(subscriber):
    sent = [
        DeliveryFactory(
            subscriber=subscriber, kind="link", is_service=True, state="sent", created_at=NOW - timedelta(days=days)
        )
        for days in (4, 2, 0)
    ]
    for one in sent:
        take_bounce(Bounce(one.pk, "5.0.0 smtp; 550 no"))
    subscriber.refresh_from_db()
    assert (subscriber.state, subscriber.suppression) == ("suppressed", "repeated")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 Requested action not taken: mailbox unavailable", True),
        ("550 5.5.0 mailbox unavailable", True),
        ("554 5.0.0 Service unavailable", True),
        ("5.4.4 smtp; 550 unable to route", True),
        ("550 5.7.1 not accepted", False),
        ("552 5.3.4 message too big", False),
        ("554 5.6.0 what is this", False),
        ("552 5.2.2 over quota", False),
        ("550 5.1.8 bad sender", False),
        ("554 message looks like SPAM", False),
        ("550 your host is on a blocklist", False),
        ("550 Verification failed for <newsletter@example.org>\nNo Such User Here", False),
        ("550 5.0.0 Callout verification failed:\n550 user unknown", False),
        ("550 Callback setup failed while verifying <newsletter@example.org>", False),
        ("451 try later", False),
        ("AnymailAPIError: 422", False),
        ("", False),
    ],
)
def test_refusals_that_may_be_about_the_address(text, expected):
    assert may_be_about_address(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 No such user here", True),
        ("550 <x@example.org>: Recipient address rejected: User unknown in local recipient table", True),
        ("550 sorry, no mailbox here by that name", True),
        ("550 unknown local part", True),
        ("551 user not local", True),
        ("553 Invalid recipient x@example.org", True),
        ("550 The account that you tried to reach does not exist", True),
        ("550 5.1.0 Address unknown", True),
        ("5.0.0 smtp; 550 mailbox not found", True),
        ("550 5.1.1 whatever", True),
        ("550 Requested action not taken: mailbox unavailable", False),
        ("550 5.7.1 no such user", False),
        ("550 5.2.3 unknown recipient", False),
        ("550 unknown user, or your host is on a blocklist", False),
        ("550 Sender address rejected: user unknown", False),
        ("550 Verification failed for <newsletter@example.org>\nNo Such User Here\nSender verify failed", False),
        ("550 Verification failed for <newsletter@example.org>: no such user", False),
        ("550 Sender verify failed: no such user", False),
        ("550 your IP address 192.0.2.7 is unknown", False),
        ("550 IP address unknown", False),
        ("550 From address not known", False),
        ("550 invalid address in From header", False),
        ("550 Your account is disabled", False),
        ("550 Your mail account is inactive", False),
        ("550 sender's mailbox does not exist", False),
        ("550 client address not known, host address invalid", False),
        ("550 mail from your IP address: user unknown", True),
        ("450 user unknown, try later", False),
        ("550 account over its rate", False),
        ("550 relay not permitted: no such user", False),
        ("", False),
    ],
)
def test_refusals_that_are_about_the_address(text, expected):
    assert is_about_address(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 Verification failed for <newsletter@example.org>\nNo Such User Here\nSender verify failed", True),
        ("550 Sender address verification failed", True),
        # What stood behind it may have been invented by anybody.
        ("550 Callout verification failed:\n550 user unknown", False),
        ("550 5.1.1 Sender verify failed", False),
        ("550 Your account is disabled", False),
    ],
)
def test_refusals_that_are_about_the_sender(text, expected):
    assert is_about_sender(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 5.7.1 Relay access denied", True),
        ("550 5.1.8 Sender address rejected: Domain not found", True),
        ("550 <x@example.org>: undeliverable address: host mx.example.org[192.0.2.7] said: 550 sender denied", False),
        ("550 Callout verification failed:\n550 relaying denied", False),
        ('550 response to "RCPT TO" from mx.example.org was: 550 5.1.8 bad sender', False),
    ],
)
def test_what_another_server_said_is_not_about_us(text, expected):
    """Anybody can have a message sent to a server of their own, and it may say what it likes."""
    assert is_about_sender(own_words(text)) is expected

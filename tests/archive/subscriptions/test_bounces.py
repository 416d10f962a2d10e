from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone

from archive.models import Delivery, Subscriber
from archive.subscriptions import enrolment
from archive.subscriptions.bounces import Bounce, read_bounce, take_bounce
from archive.subscriptions.enrolment import Ground
from archive.subscriptions.tokens import delivery_mark
from tests.factories import DeliveryFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db

REPORT = """From: MAILER-DAEMON@mx.example.net
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: text/plain

Something happened.

--b
{part}
--b
Content-Type: text/rfc822-headers

Message-ID: <{quoted}@example.org>
Subject: x

--b--
"""
STATUS = """Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; reader@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 said so
"""
COMPLAINT = """Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
"""


def report(mark, *, action="failed", status="5.1.1", to="newsletter@example.org", quoted=None) -> bytes:
    part = STATUS.format(action=action, status=status)
    quoted = mark if quoted is None else quoted
    return REPORT.format(kind="delivery-status", part=part, to=to, quoted=quoted).encode()


@pytest.fixture
def sent():
    return DeliveryFactory(state="sent")


def test_an_address_that_is_not_there_is_written_to_no_more(sent):
    waiting = DeliveryFactory(subscriber=sent.subscriber)
    assert take_bounce(read_bounce(report(delivery_mark(sent))))
    sent.refresh_from_db()
    waiting.refresh_from_db()
    assert (sent.state, sent.outcome) == ("failed", "5.1.1 smtp; 550 said so")
    assert (sent.subscriber.state, sent.subscriber.suppression) == ("suppressed", "bounced")
    assert waiting.state == "suppressed"


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.7", "5.1.8", "5.1.0", "5.2.0"])
def test_a_full_mailbox_or_a_dislike_is_not_the_end(sent, status):
    take_bounce(read_bounce(report(delivery_mark(sent), status=status)))
    sent.refresh_from_db()
    assert (sent.state, sent.subscriber.state) == ("failed", "active")


def test_a_delay_says_nothing_yet(sent):
    assert read_bounce(report(delivery_mark(sent), action="delayed", status="4.4.1")) is None


def test_the_address_it_came_back_to_tells_too(sent):
    to = f"Bounces+{delivery_mark(sent).upper()}@example.org"
    assert read_bounce(report("", to=to, quoted="else")).delivery_id == sent.pk


def test_a_complaint_ends_it(sent):
    content = REPORT.format(kind="feedback-report", part=COMPLAINT, to="x@example.org", quoted=delivery_mark(sent))
    take_bounce(read_bounce(content.encode()))
    sent.refresh_from_db()
    assert (sent.state, sent.subscriber.suppression) == ("sent", "complained")


def test_what_we_did_not_sign_says_nothing(sent):
    assert read_bounce(report(f"{sent.pk}.0123456789abcdef")) is None
    assert read_bounce(b"") is None
    assert read_bounce(b"\xff\xfe: no mail") is None
    letter = EmailMessage()
    letter["To"] = f"bounces+{delivery_mark(sent)}@example.org"
    letter.set_content("I am on holiday.")
    assert read_bounce(letter.as_bytes()) is None


def test_a_new_address_that_is_not_there_costs_nobody_the_old_one(sent):
    Delivery.objects.update(kind="new_address")
    take_bounce(read_bounce(report(delivery_mark(sent))))
    sent.refresh_from_db()
    assert (sent.state, sent.subscriber.state) == ("failed", "active")


@pytest.mark.parametrize("days", [1, 0])
def test_what_went_to_an_earlier_address_tells_nothing_of_the_one_they_have(sent, days):
    Delivery.objects.update(sent_at=timezone.now() - timedelta(days=days))
    changed = enrolment.change_address(sent.subscriber, "new@example.org", "new@example.org", Ground("link"))
    assert take_bounce(read_bounce(report(delivery_mark(sent))))
    changed.refresh_from_db()
    assert (changed.address, changed.state) == ("new@example.org", "active")
    later = DeliveryFactory(subscriber=changed, state="sent", sent_at=timezone.now())
    take_bounce(read_bounce(report(delivery_mark(later))))
    changed.refresh_from_db()
    assert changed.state == "suppressed"


def test_refusals_of_an_earlier_address_are_not_counted_with_those_of_the_one_they_have(sent):
    def refused(days_ago: int) -> None:
        one = DeliveryFactory(
            subscriber=sent.subscriber, state="sent", kind="digest", created_at=timezone.now() - timedelta(days_ago)
        )
        take_bounce(Bounce(one.pk, "5.0.0 smtp; 550 no"))

    sent.delete()
    for days_ago in (6, 4):
        refused(days_ago)
    enrolment.change_address(sent.subscriber, "new@example.org", "new@example.org", Ground("link"))
    refused(0)
    sent.subscriber.refresh_from_db()
    assert sent.subscriber.state == "active"


def test_whoever_was_sent_to_while_their_address_changed_keeps_the_new_one(sent):
    as_it_was_read = Subscriber.objects.get()
    enrolment.change_address(sent.subscriber, "new@example.org", "new@example.org", Ground("link"))
    enrolment.suppress(as_it_was_read, "refused")
    assert Subscriber.objects.get().state == "active"


@pytest.mark.parametrize("is_complaint", [True, False])
def test_a_report_that_is_read_again_ends_nothing_again(sent, is_complaint):
    content = report(delivery_mark(sent))
    if is_complaint:
        content = REPORT.format(
            kind="feedback-report", part=COMPLAINT, to="x@example.org", quoted=delivery_mark(sent)
        ).encode()
    SubscriptionFactory(subscriber=sent.subscriber)
    assert take_bounce(read_bounce(content))
    enrolment.lift_suppression(sent.subscriber)
    assert take_bounce(read_bounce(content))
    sent.subscriber.refresh_from_db()
    assert sent.subscriber.state == "active"
    # Another report is one more.
    assert take_bounce(read_bounce(report(delivery_mark(sent), status="5.1.10")))
    sent.subscriber.refresh_from_db()
    assert sent.subscriber.state == "suppressed"


def test_a_delivery_that_is_gone_is_not_known(sent):
    bounce = read_bounce(report(delivery_mark(sent)))
    sent.delete()
    assert take_bounce(bounce) is False

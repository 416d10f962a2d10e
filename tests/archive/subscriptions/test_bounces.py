from email.message import EmailMessage

import pytest

from archive.models import Delivery
from archive.subscriptions.bounces import read_bounce, take_bounce
from archive.subscriptions.tokens import delivery_mark
from tests.factories import DeliveryFactory

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


def test_a_delivery_that_is_gone_is_not_known(sent):
    bounce = read_bounce(report(delivery_mark(sent)))
    sent.delete()
    assert take_bounce(bounce) is False

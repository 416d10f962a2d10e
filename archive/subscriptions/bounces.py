"""Messages that came back: which delivery it was, and whether its address is to be written to again.

Reports are as RFC 3464 (delivery status) and RFC 5965 (complaints) have them. Anyone can send one: only what has a
mark that we have signed counts, in the address it came back to or in the message id it quotes.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from django.db import transaction

from archive.models import Delivery, Subscriber
from archive.subscriptions.enrolment import suppress
from archive.subscriptions.giving_up import give_up_if_hopeless
from archive.subscriptions.outbox import MAX_OUTCOME_CHARS
from archive.subscriptions.refusals import is_about_address
from archive.subscriptions.tokens import read_delivery_mark

_MARK = re.compile(r"(?:[+<]|^)(\d{1,18}\.[0-9a-f]{16})@", re.IGNORECASE)
_RETURNED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")

_REPORTS = "reports"
"""Where a delivery keeps in its data what was reported of it."""


@dataclass(frozen=True)
class Bounce:
    """That the delivery of this number came back; WHY its address is not to be written to again, if so."""

    delivery_id: int
    text: str
    why: str = ""


def read_bounce(content: bytes) -> Bounce | None:
    """Return what the message CONTENT reports; None for what is no report, or none of a message of ours."""
    report = email.message_from_bytes(content, policy=email.policy.default)
    number = next(filter(None, map(read_delivery_mark, _marks(report))), None)
    if number is None:
        return None
    for part in report.walk():
        match part.get_content_type():
            case "message/feedback-report":
                return Bounce(number, "complaint", Subscriber.Suppression.COMPLAINED)
            case "message/delivery-status":
                return _status_of(number, part)
    return None


@transaction.atomic
def take_bounce(bounce: Bounce) -> bool:
    """Note BOUNCE with its delivery, and suppress a subscriber whom nothing will reach; False if it is not known.

    A report that was taken is not taken again: what was decided of the subscriber since then stays.
    """
    # Of several processes with the same report one waits for the other.
    subscriber = Subscriber.objects.select_for_update().filter(deliveries=bounce.delivery_id).first()
    if subscriber is None:
        return False
    delivery = subscriber.deliveries.select_for_update().get(pk=bounce.delivery_id)
    said = bounce.text[:MAX_OUTCOME_CHARS]
    if said in delivery.data.get(_REPORTS, []):
        return True
    delivery.data[_REPORTS] = [*delivery.data.get(_REPORTS, []), said]
    if bounce.why != Subscriber.Suppression.COMPLAINED:
        delivery.state, delivery.outcome = Delivery.State.FAILED, said
    delivery.save(update_fields=["data", "state", "outcome"])
    if not subscriber.is_reached_by(delivery):
        return True
    if bounce.why:
        suppress(subscriber, bounce.why)
    else:
        give_up_if_hopeless(delivery)
    return True


def _marks(report: EmailMessage) -> Iterator[str]:
    for name in _RETURNED_TO:
        for value in report.get_all(name, []):
            yield from _MARK.findall(str(value))
    for part in report.walk():
        yield from _MARK.findall(str(part.get("Message-ID", "")))
        if part.get_content_type() == "text/rfc822-headers":
            yield from _MARK.findall(str(part.get_payload()))


def _status_of(number: int, part: EmailMessage) -> Bounce | None:
    """What the blocks of a delivery status say: the first is of the message, the others of a recipient each."""
    for block in part.get_payload():
        action, status = str(block.get("Action", "")).lower(), str(block.get("Status", ""))
        if action == "failed":
            text = " ".join(f"{status} {block.get('Diagnostic-Code', '')}".split())
            is_gone = status.startswith("5.") and is_about_address(text)
            return Bounce(number, text, Subscriber.Suppression.BOUNCED if is_gone else "")
        if action:
            return None
    return None

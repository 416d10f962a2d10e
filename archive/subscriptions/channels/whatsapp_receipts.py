"""Receipts: what became of a message after WhatsApp had taken it."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from archive.exceptions import (
    AddressRefusedError,
    ChannelDownError,
    DeliveryDelayedError,
    DeliveryError,
)
from archive.models import Channel, Delivery, Subscriber
from archive.subscriptions import outbox
from archive.subscriptions.channels.cloud_api import REENGAGEMENT, error_text, meaning
from archive.subscriptions.channels.whatsapp import close_window
from archive.subscriptions.enrolment import suppress
from archive.subscriptions.tokens import read_delivery_mark

logger = logging.getLogger(__name__)

State, Receipt = Delivery.State, Delivery.Receipt

_RECEIPTS = {"sent": Receipt.TAKEN, "delivered": Receipt.DELIVERED, "read": Receipt.READ}
_FAILED = "failed"


@transaction.atomic
def take_receipt(status: dict) -> bool:
    """Note STATUS, an object of the webhook's, with the delivery that it is of; False for a status nobody knows.

    One of a message that is not ours, or that we have erased, says nothing.
    """
    name, message_id = status["status"], status["id"]
    if name not in (*_RECEIPTS, _FAILED):
        return False
    number = read_delivery_mark(status.get("biz_opaque_callback_data", ""))
    rows = Delivery.objects.select_for_update().filter(pk=number, channel=Channel.WHATSAPP)
    delivery = rows.first() if number else None
    if delivery is None or message_id in delivery.data.get(_FAILED, []):
        return True
    if delivery.message_id and delivery.message_id != message_id:
        # It went out twice, and the other is the one that is known.
        return True
    if name == _FAILED:
        _fail(delivery, message_id, status)
    else:
        _raise(delivery, message_id, _RECEIPTS[name])
    return True


def _raise(delivery: Delivery, message_id: str, receipt: Receipt) -> None:
    if delivery.state in (State.DUE, State.CLAIMED):
        # Whoever sent it died, or is about to note it: it needs not be sent again.
        delivery.state, delivery.message_id = State.SENT, message_id
        delivery.sent_at, delivery.lease_until, delivery.outcome = timezone.now(), None, ""
    delivery.receipt = max(delivery.receipt, receipt)
    delivery.save(update_fields=["state", "message_id", "sent_at", "lease_until", "outcome", "receipt"])


def _fail(delivery: Delivery, message_id: str, status: dict) -> None:
    """Note that the message MESSAGE_ID was not delivered after all: it goes out again, or it has failed."""
    if delivery.receipt >= Receipt.DELIVERED:
        return
    error = next(iter(status.get("errors", [])), {})
    problem = meaning(error.get("code"), error_text(error))
    data = {**delivery.data, _FAILED: [*delivery.data.get(_FAILED, []), message_id]}
    values = {"data": data, "outcome": str(problem)[: outbox.MAX_OUTCOME_CHARS], "message_id": "", "receipt": 0}
    if delivery.state in (State.SENT, State.CLAIMED):
        # Whoever has just sent it, and is about to note that, finds that it is noted.
        values |= {"lease_until": None, **_outcome(delivery, problem, timezone.now())}
    Delivery.objects.filter(pk=delivery.pk).update(**values)
    if isinstance(problem, AddressRefusedError):
        suppress(Subscriber.objects.get(pk=delivery.subscriber_id), Subscriber.Suppression.BOUNCED)
    if isinstance(problem, ChannelDownError) and problem.pause:
        logger.error("The channel %s is paused: %s", delivery.channel, problem)
        outbox.pause(delivery.channel, str(problem))
    if error.get("code") == REENGAGEMENT:
        close_window(delivery.subscriber, at=delivery.sent_at or timezone.now())


def _outcome(delivery: Delivery, problem: DeliveryError, now: datetime) -> dict:
    """The columns of DELIVERY that tell what is done about PROBLEM."""
    if isinstance(problem, AddressRefusedError):
        return {"state": State.SUPPRESSED}
    is_of_now = isinstance(problem, DeliveryDelayedError | ChannelDownError)
    if is_of_now and delivery.attempts < outbox.MAX_ATTEMPTS:
        return {"state": State.DUE, "due_at": now + outbox.wait_after(delivery.attempts), "sent_at": None}
    return {"state": State.FAILED}

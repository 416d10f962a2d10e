"""What is kept of a subscriber: shown to them, who may ask for it by law, and erased with all that it is kept in."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import BinaryField, F, Func, IntegerField, QuerySet, Value
from django.utils import timezone

from archive.models import Channel, Subscriber, SubscriptionTally, WhatsAppEvent
from archive.subscriptions import figures
from archive.subscriptions.phones import phone_key

COMMON_DIGITS = 8
"""So many at the end of a number are the same in every way of writing it."""


def export(subscriber: Subscriber) -> dict:
    """Everything that is kept of SUBSCRIBER, as JSON can hold it, but for the secrets that links to it prove."""
    return {
        "channel": subscriber.channel,
        "address": subscriber.address,
        "channel_data": {name: value for name, value in subscriber.channel_data.items() if name != "absorbed"},
        "language": subscriber.language,
        "state": subscriber.state,
        "created_at": iso_time(subscriber.created_at),
        "confirmed_at": iso_time(subscriber.confirmed_at),
        "left_at": iso_time(subscriber.left_at),
        "suppression": subscriber.suppression,
        "suppressed_at": iso_time(subscriber.suppressed_at),
        "subscriptions": [
            {
                "number": one.pk,
                "what": one.what,
                "target": str(one.target or ""),
                "when": one.when,
                "state": one.state,
                "created_at": iso_time(one.created_at),
                "active_since": iso_time(one.active_since),
                "left_at": iso_time(one.left_at),
            }
            for one in subscriber.subscriptions.with_targets()
        ],
        "consents": [
            {
                "at": iso_time(one.at),
                "subscription": one.subscription_id,
                "action": one.action,
                "method": one.method,
                "page": one.page,
                "network": one.network,
                "text": one.text,
            }
            for one in subscriber.consents.all()
        ],
        "deliveries": [
            {
                "kind": one.kind,
                "article": one.article_id,
                "correction": one.version or None,
                "digest": one.digest,
                "period_start": iso_time(one.period_start),
                "period_end": iso_time(one.period_end),
                "reasons": one.reasons,
                "data": one.data,
                "state": one.state,
                "created_at": iso_time(one.created_at),
                "due_at": iso_time(one.due_at),
                "attempts": one.attempts,
                "sent_at": iso_time(one.sent_at),
                "message_id": one.message_id,
                "outcome": one.outcome,
                "receipt": one.get_receipt_display() if one.receipt else "",
            }
            for one in subscriber.deliveries.order_by("pk")
        ],
        "told_by_whatsapp": [
            {"at": iso_time(event.received_at), "told": told}
            for event in _events_of(subscriber)
            if (told := list(_about(_read(event), subscriber.address_key)))
        ],
    }


@transaction.atomic
def erase(subscriber: Subscriber) -> None:
    """Forget SUBSCRIBER with everything that was kept of them; counts without names stay."""
    # Before the subscriber's own row: so does whoever sees to an event, and the one need not wait for the other.
    for event in _events_of(subscriber).select_for_update(of=("self",)):
        _take_out(event, subscriber.address_key)
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if subscriber.state == Subscriber.State.ACTIVE:  # The others never came, or are counted as gone or lost.
        figures.count(SubscriptionTally.Event.GONE, subscriber.channel)
    subscriber.delete()


def _events_of(subscriber: Subscriber) -> QuerySet[WhatsAppEvent]:
    """What WhatsApp told us in which the number of SUBSCRIBER may stand: it writes some in two ways, with one end."""
    if subscriber.channel != Channel.WHATSAPP:
        return WhatsAppEvent.objects.none()
    end = subscriber.address_key[-COMMON_DIGITS:]
    place = Func(
        Value(end.encode(), BinaryField()),
        F("body"),
        template="position(%(expressions)s)",
        arg_joiner=" in ",
        output_field=IntegerField(),
    )
    return WhatsAppEvent.objects.annotate(place=place).filter(place__gt=0).order_by("pk")


def _take_out(event: WhatsAppEvent, number: str) -> None:
    """Forget what EVENT tells of NUMBER, but not that it was told: told again, it is still known.

    What it tells of others stays, and is seen to where it waits for that.
    """
    content = _read(event)
    left = [] if content is None else _without([content], number)
    event.body = json.dumps(left[0], ensure_ascii=False).encode() if left else b""
    if not left and event.handled_at is None:
        event.handled_at = timezone.now()
    event.problem = event.problem.replace(number, "")
    event.save(update_fields=["body", "handled_at", "problem"])


def _read(event: WhatsAppEvent) -> object:
    """The content of EVENT; None for what is no JSON, of which nobody can tell whom it is about."""
    try:
        return json.loads(bytes(event.body))
    except ValueError:
        return None


def _about(content: object, number: str) -> Iterator[dict]:
    """The objects in CONTENT, of JSON, that are about NUMBER: a message of it, a receipt, a contact."""
    if _names(content, number):
        yield content
        return
    for part in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _about(part, number)


def _without(content: object, number: str) -> object:
    """CONTENT, of JSON, without the objects that are about NUMBER."""
    if isinstance(content, dict):
        return {name: _without(part, number) for name, part in content.items() if not _names(part, number)}
    if isinstance(content, list):
        return [_without(part, number) for part in content if not _names(part, number)]
    return content


def _names(content: object, number: str) -> bool:
    """Whether CONTENT is an object of which one value is NUMBER, as it is compared."""
    values = content.values() if isinstance(content, dict) else ()
    return any(
        isinstance(value, str) and value.lstrip("+").isdecimal() and phone_key(value) == number for value in values
    )


def iso_time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

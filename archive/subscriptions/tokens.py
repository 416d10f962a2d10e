"""What the links in messages carry: who may do what, signed, so that it needs neither a session nor a password.

Every token holds its subscriber's secret: with another, all that were given out before lead nowhere. Signatures and
secrets are compared in constant time.
"""

from typing import NamedTuple

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from archive.models import Delivery, Subscriber, Subscription

CONFIRMATION_SECONDS = 3 * 24 * 3600

_CONFIRM, _MANAGE, _LEAVE, _ADDRESS, _BOUNCE = (
    f"archive.subscriptions.{purpose}" for purpose in ("confirm", "manage", "leave", "address", "bounce")
)


class Confirmation(NamedTuple):
    """That SUBSCRIPTION is wanted at the times WHEN."""

    subscription: Subscription
    when: str


class Leaving(NamedTuple):
    """SUBSCRIBER and the numbers of the SUBSCRIPTIONS that a message was sent for; none for all of them."""

    subscriber: Subscriber
    subscriptions: list[int]


class NewAddress(NamedTuple):
    subscriber: Subscriber
    address: str


def confirm_token(subscription: Subscription, when: str) -> str:
    return signing.dumps([subscription.pk, when, subscription.subscriber.secret], salt=_CONFIRM)


def read_confirm_token(token: str) -> Confirmation | None:
    """What TOKEN confirms; None if it is none of ours, too old, or revoked. So with the others."""
    match _load(token, _CONFIRM, CONFIRMATION_SECONDS):
        case [number, when, secret]:
            found = Subscription.objects.with_targets().select_related("subscriber").filter(pk=number).first()
            if found and constant_time_compare(found.subscriber.secret, secret):
                return Confirmation(found, when)
    return None


def manage_token(subscriber: Subscriber) -> str:
    return signing.dumps([subscriber.pk, subscriber.secret], salt=_MANAGE)


def read_manage_token(token: str) -> Subscriber | None:
    match _load(token, _MANAGE):
        case [number, secret]:
            return _subscriber(number, secret)
    return None


def leave_token(subscriber: Subscriber, subscriptions: list[int]) -> str:
    return signing.dumps([subscriber.pk, subscriber.secret, subscriptions], salt=_LEAVE)


def read_leave_token(token: str) -> Leaving | None:
    match _load(token, _LEAVE):
        case [number, secret, subscriptions]:
            if subscriber := _subscriber(number, secret):
                return Leaving(subscriber, subscriptions)
            return _of_absorbed(number, secret, subscriptions)
    return None


def _of_absorbed(number: int, secret: str, subscriptions: list[int]) -> Leaving | None:
    """The same for a message to a subscriber whose address, with all it had, became another's (`change_address`)."""
    # What has absorbed nothing is not in the index.
    took = Subscriber.objects.filter(channel_data__has_key="absorbed", channel_data__absorbed__has_key=str(number))
    subscriber = took.first()
    if subscriber is None:
        return None
    kept = subscriber.channel_data["absorbed"][str(number)]
    if not constant_time_compare(kept["secret"], secret):
        return None
    now = kept["subscriptions"]
    wanted = [now[str(one)] for one in subscriptions if str(one) in now] if subscriptions else list(now.values())
    # Of nothing the other had, all that there is would be left.
    return Leaving(subscriber, wanted) if wanted else None


def address_token(subscriber: Subscriber, address: str) -> str:
    return signing.dumps([subscriber.pk, subscriber.secret, address], salt=_ADDRESS)


def read_address_token(token: str) -> NewAddress | None:
    match _load(token, _ADDRESS, CONFIRMATION_SECONDS):
        case [number, secret, address]:
            subscriber = _subscriber(number, secret)
            return NewAddress(subscriber, address) if subscriber else None
    return None


def delivery_mark(delivery: Delivery) -> str:
    """Return what names DELIVERY in addresses and message ids, where case is lost: `read_delivery_mark`."""
    return f"{delivery.pk}.{_mark_signature(delivery.pk)}"


def read_delivery_mark(mark: str) -> int | None:
    """The number of the delivery that MARK names; None where we did not write it."""
    number, _dot, signature = mark.lower().partition(".")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    return int(number) if constant_time_compare(_mark_signature(int(number)), signature) else None


def _mark_signature(number: int) -> str:
    # Hexadecimal, and so short that it fits before the @ of an address: nobody guesses 64 bits by sending mail.
    return salted_hmac(_BOUNCE, str(number), algorithm="sha256").hexdigest()[:16]


def _load(token: str, purpose: str, max_age_seconds: int | None = None) -> list | None:
    try:
        return signing.loads(token, salt=purpose, max_age=max_age_seconds)
    except signing.BadSignature:
        return None


def _subscriber(number: int, secret: str) -> Subscriber | None:
    found = Subscriber.objects.filter(pk=number).first()
    return found if found and constant_time_compare(found.secret, secret) else None

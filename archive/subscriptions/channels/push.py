"""Web Push: notices of the browser itself, sent through the service of whoever made the browser.

Where a browser is reached is told by the browser, so anyone can tell us anything: we speak to the services that the
setting PUSH_SERVICES names, and to nobody else.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from archive.exceptions import (
    AddressRefusedError,
    ChannelDownError,
    DeliveryDelayedError,
    DeliveryError,
    DeliveryRefusedError,
)
from archive.models import Article, Channel, Delivery, Subscriber, Subscription
from archive.subscriptions import enrolment
from archive.subscriptions.channels.connections import Connections
from archive.subscriptions.channels.freshness import refuse_stale
from archive.subscriptions.channels.push_crypto import BrowserKeys, SigningKey, encrypt
from archive.subscriptions.enrolment import Ground, Wish
from archive.subscriptions.messages import Message
from archive.subscriptions.outbox import Send
from archive.text.opening import opening

TIMEOUT_SECONDS = 10
DAY_SECONDS = 24 * 3600
MAX_TITLE_CHARS = 150
MAX_BODY_CHARS = 300
GONE = (404, 410)
REFUSES_US = (401, 403)

LATELY = timedelta(minutes=10)
"""A service that let us in since then knows our key, and our clock is right."""

Kind = Delivery.Kind


def is_on() -> bool:
    """Whether the site has a key to sign by."""
    return bool(settings.PUSH_KEY)


@cache
def signing_key(text: str) -> SigningKey:
    return SigningKey(text)


def public_key() -> str:
    """What browsers are told of us."""
    return signing_key(settings.PUSH_KEY).public


def is_known_service(endpoint: str) -> bool:
    """Whether ENDPOINT is an address of a push service that we speak to."""
    try:
        parts = urlsplit(endpoint)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or parts.fragment:
        return False
    for service in settings.PUSH_SERVICES:
        if "://" in service:  # A service by its whole origin: one on the operator's own machines.
            if f"{parts.scheme}://{parts.netloc}" == service:
                return True
        elif parts.scheme == "https" and parts.port in (None, 443) and _is_of(host, service):
            return True
    return False


def _is_of(host: str, service: str) -> bool:
    return host == service or (service.startswith("*.") and host.endswith(service[1:]))


@transaction.atomic
def take_browser(wish: Wish, ground: Ground, *, endpoint: str, channel_data: dict, language: str) -> Subscriber:
    """Begin WISH for the browser at ENDPOINT, whose owner lets it show notices; return the subscriber that it is."""
    subscriber, _new = Subscriber.objects.update_or_create(
        channel=Channel.PUSH,
        address_key=endpoint,
        defaults={"address": endpoint, "channel_data": channel_data, "language": language},
    )
    subscription, _new = Subscription.objects.get_or_create(
        subscriber=subscriber, **wish.columns, defaults={"when": wish.when}
    )
    enrolment.confirm(subscription, wish.when, ground)
    return subscriber


@contextmanager
def opened() -> Iterator[Send]:
    """Give what sends a message."""
    with Connections(timeout_seconds=TIMEOUT_SECONDS) as connections:
        yield lambda message: send(message, connections)


def send(message: Message, connections: Connections) -> str:
    """Hand MESSAGE over and return its address at the push service; raises a DeliveryError that says what to do."""
    now = timezone.now()
    delivery = message.delivery
    refuse_stale(delivery, at=now)
    data = delivery.subscriber.channel_data
    keys = BrowserKeys.read(data.get("p256dh", ""), data.get("auth", ""))
    if keys is None or data.get("key") != public_key() or not is_known_service(message.address):
        # Not ended by it: settings that were wrong are put right again.
        raise DeliveryRefusedError(
            "subscribed with another key of ours, or to a service that is none of ours any more"
        )
    body = encrypt(_content(message), keys)
    try:
        # A notice that comes twice is shown once, by its tag.
        answer = connections.post(message.address, body, _headers(message, now), may_repeat=True)
    except ChannelDownError as problem:  # This browser's service alone: there are others.
        raise DeliveryDelayedError(str(problem)) from problem
    if answer.status in (200, 201, 202, 204):
        return answer.place[:200]
    said = answer.body[:200].decode(errors="replace")
    raise _problem(answer.status, f"{answer.status} {said}", delivery)


def _problem(status: int, said: str, delivery: Delivery) -> DeliveryError:
    if status in GONE:
        return AddressRefusedError(said)
    if status == 429 or status >= 500:
        return DeliveryDelayedError(said)
    if status in REFUSES_US:
        return ChannelDownError(said, pause=True) if _is_our_fault(delivery) else DeliveryDelayedError(said)
    return DeliveryRefusedError(said)


def _is_our_fault(delivery: Delivery) -> bool:
    """Whether a service that does not let us in refuses our key, clock or contact, rather than one browser's key.

    Anyone can tell us of a browser that subscribed by the key of another site, and is not to silence all others:
    a service that has let us in before is believed only of a browser that it let us reach.
    """
    reached = Delivery.objects.filter(channel=Channel.PUSH, state=Delivery.State.SENT)
    of_service = reached.filter(subscriber__address_key__startswith=_origin(delivery.subscriber.address))
    if of_service.filter(sent_at__gt=timezone.now() - LATELY).exists():
        return False
    return reached.filter(subscriber=delivery.subscriber_id).exists() or not of_service.exists()


def _origin(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def _headers(message: Message, now: datetime) -> dict[str, str]:
    delivery = message.delivery
    is_important = any(item.article.importance >= Article.Importance.NOTABLE for item in message.items)
    topic = {"Topic": f"article-{delivery.article_id}"} if delivery.article_id else {}
    return {
        "Authorization": signing_key(settings.PUSH_KEY).authorization(
            _origin(message.address), settings.PUSH_CONTACT, at=now
        ),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(DAY_SECONDS),
        "Urgency": "high" if is_important and delivery.kind == Kind.ARTICLE else "normal",
        # What has not been shown yet is replaced: a correction stands for its article.
        **topic,
    }


def _content(message: Message) -> bytes:
    """What the service worker shows (static/js/push-worker.js)."""
    with translation.override(message.language):
        title, body, url = _said(message)
    content = {
        "title": opening(title, max_chars=MAX_TITLE_CHARS),
        "body": opening(body, max_chars=MAX_BODY_CHARS),
        "url": url,
        "tag": f"article-{message.delivery.article_id}" if message.delivery.article_id else message.delivery.digest,
        "lang": message.language,
        "dir": "rtl" if translation.get_language_info(message.language)["bidi"] else "ltr",
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _said(message: Message) -> tuple[str, str, str]:
    """The title, the text and the address of MESSAGE, in the active language."""
    delivery = message.delivery
    if delivery.kind == Kind.DIGEST:
        titles = " • ".join(item.article.title for item in message.items[:3])
        return _("%(name)s: the news digest") % {"name": message.site.shown_name}, titles, message.home_url
    if not message.items:
        raise DeliveryRefusedError("nothing that a notice can say")
    item = message.items[0]
    if delivery.kind == Kind.CORRECTION:
        return _("Correction: %(title)s") % {"title": item.article.title}, message.correction.text, item.url
    return item.article.title, item.words or message.site.shown_name, item.url

"""WhatsApp: a message as text within a day of the reader's own last one, else as a template that Meta approved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from archive.exceptions import DeliveryRefusedError
from archive.models import Delivery, Subscriber
from archive.subscriptions.channels.cloud_api import REENGAGEMENT, CloudApi, CloudApiError, meaning
from archive.subscriptions.channels.freshness import refuse_stale
from archive.subscriptions.channels.whatsapp_templates import TEMPLATES, template_message
from archive.subscriptions.messages import Message
from archive.subscriptions.outbox import Send
from archive.subscriptions.tokens import delivery_mark

WINDOW = timedelta(hours=24)
MARGIN = timedelta(minutes=5)
"""So much earlier we take the day for over: the message is still on its way."""

MAX_TEXT_CHARS = 4096
TEXTS = (*TEMPLATES, Delivery.Kind.WELCOME, Delivery.Kind.BYE, Delivery.Kind.HELP)


def is_on() -> bool:
    """Whether there is an account to send by."""
    return bool(settings.WHATSAPP_TOKEN and settings.WHATSAPP_PHONE_ID)


@contextmanager
def opened() -> Iterator[Send]:
    """Give what sends a message over one connection."""
    with CloudApi() as api:
        yield lambda message: send(message, api)


def send(message: Message, api: CloudApi) -> str:
    """Hand MESSAGE over and return its id at WhatsApp; raises a DeliveryError that says what to do now."""
    now = timezone.now()
    refuse_stale(message.delivery, at=now)
    try:
        return api.send(build(message, at=now)).message_id
    except CloudApiError as problem:
        if problem.code == REENGAGEMENT:
            close_window(message.delivery.subscriber, at=now)
        raise meaning(problem.code, str(problem), status=problem.status) from problem


def build(message: Message, *, at: datetime) -> dict:
    """Return MESSAGE as the API takes it at the time AT; raises DeliveryRefusedError for what cannot be said then."""
    delivery = message.delivery
    envelope = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.address.lstrip("+"),
        # Comes back with every receipt: the message is known by it even if we died before its id was noted.
        "biz_opaque_callback_data": delivery_mark(delivery),
    }
    with translation.override(message.language):
        if window_is_open(delivery.subscriber, at=at) and delivery.kind in TEXTS:
            return {**envelope, "type": "text", "text": {"preview_url": True, "body": text_of(message)}}
        if delivery.kind not in TEMPLATES:
            raise DeliveryRefusedError("more than a day since they wrote, and there is no template for this")
        return {**envelope, "type": "template", "template": template_message(message)}


def text_of(message: Message) -> str:
    """MESSAGE as a text, in the active language."""
    subscriptions = list(message.delivery.subscriber.subscriptions.active().with_targets())
    context = {"message": message, "site": message.site, "subscriptions": subscriptions}
    text = render_to_string(f"whatsapp/{message.kind}.txt", context)
    return text.strip()[:MAX_TEXT_CHARS]


def window_is_open(subscriber: Subscriber, *, at: datetime) -> bool:
    """Whether SUBSCRIBER wrote to us so lately that we may write freely at the time AT."""
    wrote_at = subscriber.channel_data.get("wrote_at", 0)
    return wrote_at > (at - WINDOW + MARGIN).timestamp()


@transaction.atomic
def close_window(subscriber: Subscriber, *, at: datetime) -> None:
    """Take the day for over: WhatsApp says that it was at the time AT. What they wrote since begins another."""
    fresh = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if fresh.channel_data.get("wrote_at", 0) <= at.timestamp():
        fresh.channel_data.pop("wrote_at", None)
        Subscriber.objects.filter(pk=fresh.pk).update(channel_data=fresh.channel_data)


def number_link(text: str) -> str:
    """An address that opens a conversation with us, with TEXT written already; empty where we have no number."""
    digits = "".join(filter(str.isdigit, settings.WHATSAPP_NUMBER))
    return f"https://wa.me/{digits}?text={quote(text)}" if digits else ""

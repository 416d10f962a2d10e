"""What WhatsApp tells us: taken in as it comes, and seen to by the worker.

The same thing may be told several times, together with other things, and in any order. So what is sent us is kept
once by its bytes, each message of a reader is seen to once by its id, what somebody wanted later is not undone by
what they wanted before, and receipts only go up.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from archive.models import WhatsAppEvent, WhatsAppMessage
from archive.subscriptions.channels.whatsapp_conversation import Incoming, answer, stop_marketing
from archive.subscriptions.channels.whatsapp_receipts import take_receipt
from archive.subscriptions.phones import phone_key

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""Meta sends again for a week what we did not take."""

PROBLEMS_KEPT = timedelta(days=30)
TOO_OLD = timedelta(days=14)
"""Older messages, of which we may have forgotten the ids, are not answered."""

MAX_PROBLEM_CHARS = 500
OBJECT = "whatsapp_business_account"


class NotUnderstoodError(Exception):
    """Something in an event is none of what we know; the rest of it is seen to."""


def signature(body: bytes, secret: str) -> str:
    """The value of X-Hub-Signature-256 for BODY."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, shown: str) -> bool:
    """Whether SHOWN is the signature of BODY by the secret that Meta and we share."""
    secret = settings.WHATSAPP_APP_SECRET
    return bool(secret) and constant_time_compare(signature(body, secret), shown)


def take_event(body: bytes) -> bool:
    """Keep BODY for the worker; return whether it is new."""
    digest = hashlib.sha256(body).hexdigest()
    _event, new = WhatsAppEvent.objects.get_or_create(digest=digest, defaults={"body": body})
    return new


def handle_waiting(*, stopping: Callable[[], bool] = lambda: False) -> int:
    """See to the events that nobody has seen to, the oldest first; return how many. One that breaks holds up none."""
    count = 0
    while not stopping() and handle_next():
        count += 1
    return count


@transaction.atomic
def handle_next() -> bool:
    """See to the oldest waiting event; False where there is none. What came of it is noted with what it changed."""
    waiting = WhatsAppEvent.objects.filter(handled_at=None).order_by("pk")
    event = waiting.select_for_update(skip_locked=True).first()
    if event is None:
        return False
    problems = _problems_of(event)
    for problem in problems:
        logger.warning("WhatsApp event %s: %s", event.pk, problem)
    event.handled_at, event.problem = timezone.now(), "; ".join(problems)[:MAX_PROBLEM_CHARS]
    event.save(update_fields=["handled_at", "problem"])
    return True


def forget_old(*, at: datetime) -> None:
    """Let go of what was seen to a while ago, later also of what was not understood: numbers stand in it."""
    handled = WhatsAppEvent.objects.filter(handled_at__isnull=False)
    handled.filter(received_at__lt=at - KEPT, problem="").delete()
    handled.filter(received_at__lt=at - PROBLEMS_KEPT).delete()
    WhatsAppMessage.objects.filter(received_at__lt=at - PROBLEMS_KEPT).delete()


def _problems_of(event: WhatsAppEvent) -> list[str]:
    """See to each thing that EVENT tells, and return what was not understood, or could not be done."""
    try:
        content = json.loads(bytes(event.body))
    except ValueError:
        return ["not JSON"]
    if not isinstance(content, dict) or content.get("object") != OBJECT:
        return ["not about a WhatsApp account"]
    problems: list[str] = []
    try:
        parts = list(_parts(content, problems))
    except (AttributeError, TypeError):
        return ["of another form than we know"]
    for part in parts:
        try:
            with transaction.atomic():
                part()
        except (OperationalError, InterfaceError):  # Of ours: the whole event is seen to again.
            raise
        except NotUnderstoodError as problem:
            problems.append(str(problem))
        except Exception as problem:  # Of the other side's making: the bytes stay, for whoever mends it.
            logger.exception("A part of the WhatsApp event %s cannot be seen to", event.pk)
            problems.append(f"{type(problem).__name__}: {problem}")
    return problems


def _parts(content: dict, problems: list[str]) -> Iterator[Callable[[], None]]:
    """What CONTENT tells, each as a function that sees to it; in PROBLEMS what is none of ours."""
    for entry in content.get("entry", []):
        for change in entry.get("changes", []):
            field, value = change.get("field"), change.get("value", {})
            number = value.get("metadata", {}).get("phone_number_id", settings.WHATSAPP_PHONE_ID)
            if number != settings.WHATSAPP_PHONE_ID:
                problems.append("about another number")
            elif field == "messages":
                # Receipts first: what somebody answers was delivered.
                yield from (lambda one=one: _take_status(one) for one in value.get("statuses", []))
                yield from (lambda one=one: _take_message(one) for one in value.get("messages", []))
                problems.extend(f"error {error.get('code')}" for error in value.get("errors", []))
            elif field == "user_preferences":
                yield from (lambda one=one: _take_preference(one) for one in value.get("user_preferences", []))
            else:
                problems.append(f"unknown: {field}")


def _take_message(message: dict) -> None:
    at = datetime.fromtimestamp(int(message["timestamp"]), UTC)
    if not _is_first_time(message["id"]) or at < timezone.now() - TOO_OLD:
        return
    kind, number = message["type"], phone_key(message["from"])
    if not number:
        raise NotUnderstoodError("a message from nobody")
    if kind in ("reaction", "ephemeral"):
        return
    if kind in ("system", "unsupported") or "errors" in message:
        raise NotUnderstoodError(f"unknown message: {kind}")
    answer(Incoming(number, at, *_said(message)))


def _said(message: dict) -> tuple[str, str]:
    """The text that MESSAGE says, and what a button under one of ours sends back; both empty for a picture or so."""
    match message:
        case {"type": "text", "text": {"body": str(text)}}:
            return text, ""
        case {"type": "button", "button": {"payload": str(payload), "text": str(text)}}:
            return text, payload
        case {"type": "interactive", "interactive": {"button_reply": {"id": str(payload), "title": str(text)}}}:
            return text, payload
    return "", ""


def _take_status(status: dict) -> None:
    if not take_receipt(status):
        raise NotUnderstoodError(f"unknown status: {status.get('status')}")


def _take_preference(preference: dict) -> None:
    if preference.get("category") != "marketing_messages":
        raise NotUnderstoodError(f"unknown preference: {preference.get('category')}")
    if preference["value"] == "stop":
        at = datetime.fromtimestamp(int(preference["timestamp"]), UTC)
        stop_marketing(phone_key(preference["wa_id"]), at)


def _is_first_time(message_id: str) -> bool:
    _message, new = WhatsAppMessage.objects.get_or_create(digest=hashlib.sha256(message_id.encode()).hexdigest())
    return new

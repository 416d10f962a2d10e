"""What readers say to us on WhatsApp, and what it does: subscribing, confirming, leaving; anything else is helped.

Nobody else can write with their number: a message is the proof that a link in a mail is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from archive.exceptions import EnoughSubscriptionsError
from archive.models import Channel, Consent, Delivery, Subscriber, Subscription
from archive.subscriptions import enrolment, limits
from archive.subscriptions.channels.whatsapp_templates import CONFIRM, DENY, LEAVE
from archive.subscriptions.enrolment import Ground, Wish
from archive.subscriptions.tokens import CONFIRMATION_SECONDS, read_delivery_mark
from archive.text.normalize import words

Kind, State = Delivery.Kind, Subscription.State

SUBSCRIBE_WORDS = frozenset(map(words, ("اشتراك", "إشترك", "أشترك", "أريد الاشتراك", "subscribe", "start", "join")))
LEAVE_WORDS = frozenset(
    map(words, ("إلغاء", "إلغاء الاشتراك", "ألغ", "ألغوا", "توقف", "stop", "unsubscribe", "cancel"))
)
CONFIRM_WORDS = frozenset(map(words, ("نعم", "أؤكد", "نعم أؤكد", "yes", "ok")))
DENY_WORDS = frozenset(map(words, ("لا", "no")))

MAX_ANSWERS_A_DAY = 12
MAX_HELP_A_DAY = 3
"""Two programs that answer each other stop at that."""

MAX_TEXT_CHARS = 200


@dataclass(frozen=True)
class Incoming:
    """What NUMBER, as it is compared, wrote at the time AT: its TEXT, and the PAYLOAD of the button pressed."""

    number: str
    at: datetime
    text: str = ""
    payload: str = ""

    @property
    def ground(self) -> Ground:
        return Ground(Consent.Method.MESSAGE, text=self.text.replace("\0", "")[:MAX_TEXT_CHARS])


@transaction.atomic
def answer(incoming: Incoming) -> None:
    """Do what INCOMING asks for, and write what is said to it; to be done once for each message.

    Where subscriptions are switched off one leaves all the same, and nothing else is done or said.
    """
    subscriber = _subscriber(incoming)
    _note_time(subscriber, "wrote_at", incoming.at)
    action, _space, mark = incoming.payload.partition(" ")
    said = words(incoming.text)
    if action == LEAVE or said in LEAVE_WORDS:
        if _is_latest(subscriber, incoming):
            _leave(subscriber, incoming)
    elif action == DENY or said in DENY_WORDS:
        _deny(subscriber, incoming, mark)
    elif not settings.SUBSCRIPTIONS:
        return
    elif action == CONFIRM or said in CONFIRM_WORDS or said in SUBSCRIBE_WORDS:
        if _is_latest(subscriber, incoming):
            _confirm(subscriber, incoming, mark, anew=said in SUBSCRIBE_WORDS)
    else:
        _say(subscriber, Kind.HELP)


@transaction.atomic
def stop_marketing(number: str, at: datetime) -> None:
    """Let whoever told WhatsApp itself that they want no more news from us leave; nobody is made known by it."""
    found = Subscriber.objects.filter(channel=Channel.WHATSAPP, address_key=number).first()
    incoming = Incoming(number, at, "user_preferences: stop")
    if found and _is_latest(found, incoming):
        enrolment.leave(found, incoming.ground)


def _subscriber(incoming: Incoming) -> Subscriber:
    subscriber, _new = Subscriber.objects.get_or_create(
        channel=Channel.WHATSAPP,
        address_key=incoming.number,
        defaults={"address": f"+{incoming.number}", "language": settings.LANGUAGE_CODE},
    )
    return Subscriber.objects.select_for_update().get(pk=subscriber.pk)


def _note_time(subscriber: Subscriber, name: str, at: datetime) -> None:
    """Keep the time AT under NAME with SUBSCRIBER, unless a later one is kept there."""
    data = subscriber.channel_data
    data[name] = max(data.get(name, 0), at.timestamp())
    Subscriber.objects.filter(pk=subscriber.pk).update(channel_data=data)


def _is_latest(subscriber: Subscriber, incoming: Incoming) -> bool:
    """Whether SUBSCRIBER has not wanted something else since; what they want now is kept as the latest."""
    if subscriber.channel_data.get("wanted_at", 0) > incoming.at.timestamp():
        return False
    _note_time(subscriber, "wanted_at", incoming.at)
    return True


def _leave(subscriber: Subscriber, incoming: Incoming) -> None:
    enrolment.leave(subscriber, incoming.ground)
    _say(subscriber, Kind.BYE)


def _deny(subscriber: Subscriber, incoming: Incoming, mark: str) -> None:
    """What somebody asked for with their number, and they do not want, is asked no more."""
    pending = [one.pk for _delivery, one in _unanswered(subscriber, mark) if one.state == State.PENDING]
    if pending:
        enrolment.leave(subscriber, incoming.ground, pending)


def _confirm(subscriber: Subscriber, incoming: Incoming, mark: str, *, anew: bool) -> None:
    """Begin what was asked for with this number.

    Where nothing was, and ANEW, what they are subscribed to goes on; where that is nothing, the most important of all
    news begins.
    """
    asked = _unanswered(subscriber, mark)
    try:
        for delivery, subscription in asked:
            data = delivery.data
            enrolment.confirm(subscription, data["when"], incoming.ground, language=data.get("language", ""))
    except EnoughSubscriptionsError:
        _say(subscriber, Kind.HELP, has_enough=True)
        return
    if anew and not asked:
        if subscriber.subscriptions.active().exists():
            enrolment.write_again(subscriber, incoming.ground)
        else:
            enrolment.add(subscriber, Wish(Subscription.When.IMPORTANT), incoming.ground)
    _say(subscriber, Kind.WELCOME if asked or anew else Kind.HELP)


def _unanswered(subscriber: Subscriber, mark: str) -> list[tuple[Delivery, Subscription]]:
    """The confirmations lately asked of SUBSCRIBER, each with its subscription, of which nothing was said since.

    Where a button was pressed, the one with its MARK. A later “ok” must not bring back what was left or denied.
    """
    since = timezone.now() - timedelta(seconds=CONFIRMATION_SECONDS)
    asked = subscriber.deliveries.filter(kind=Kind.CONFIRMATION, created_at__gt=since).order_by("pk")
    if mark:
        asked = asked.filter(pk=read_delivery_mark(mark) or 0)
    subscriptions = subscriber.subscriptions.in_bulk([one.data["subscription"] for one in asked])
    found = ((one, subscriptions.get(one.data["subscription"])) for one in asked)
    return [(one, subscription) for one, subscription in found if subscription and _is_open(subscription, one)]


def _is_open(subscription: Subscription, asked: Delivery) -> bool:
    """Whether SUBSCRIPTION neither began nor ended since ASKED was written."""
    moments = (subscription.active_since, subscription.left_at)
    return all(moment is None or moment < asked.created_at for moment in moments)


def _say(subscriber: Subscriber, kind: str, **data: bool) -> None:
    if not settings.SUBSCRIPTIONS:
        return
    most = MAX_HELP_A_DAY if kind == Kind.HELP else MAX_ANSWERS_A_DAY
    purpose = "whatsapp help" if kind == Kind.HELP else "whatsapp answer"
    if limits.admit(purpose, subscriber.address_key, most=most, seconds=limits.DAY_SECONDS):
        enrolment.write_service_message(subscriber, kind, data)

"""Subscribing and leaving: everything that changes what a subscriber wants, each change with the consent it rests on.

Asking does the same whoever asks, subscriber or not: the only difference is in the message, which the owner of the
address alone reads.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.exceptions import EnoughSubscriptionsError
from archive.models import (
    Channel,
    Consent,
    Delivery,
    Entity,
    SavedSearch,
    Section,
    Story,
    Subscriber,
    Subscription,
    SubscriptionTally,
)
from archive.models.subscription import make_secret
from archive.subscriptions import figures, limits
from archive.subscriptions.addresses import LARGE_PROVIDERS, domain_of, mailbox_key, registered_domain
from archive.subscriptions.digests import LONGEST_PERIOD, WHENS, keep_beginning, told_until

MAX_CONFIRMATIONS_A_DAY = 4
"""So many messages that they did not ask for themselves an address can be sent in a day, whoever asks for them."""

MAX_CONFIRMATIONS_OF_DOMAIN_AN_HOUR = 40
"""So many can be sent to all addresses of a domain in an hour: more than one network may ask for, so that none uses
it up alone; and as many whoever is there, or it would tell whether anybody is."""

MAX_CONFIRMATIONS_OF_DOMAIN_A_DAY = 100
"""So many in a day: whoever has a domain of their own, and one mailbox for all of its addresses, is not flooded by
hours on end. A network that asks for hours can use that up; the domain's own readers are then asked the day after."""

MAX_SUBSCRIPTIONS = 50
"""So many one subscriber can have."""

UNCONFIRMED_DAYS = 7
KEPT_DELIVERY_DAYS = 400

Action, Method = Consent.Action, Consent.Method
What = Subscription.What
Event = SubscriptionTally.Event
Target = Section | Entity | Story | SavedSearch | None
TARGETS = ("section", "entity", "story", "search")
"""What a subscription may be to, by the names of its columns, and of the parameters that name it."""

_KINDS = {Section: What.SECTION, Entity: What.ENTITY, Story: What.STORY, SavedSearch: What.SEARCH}
_NEITHER_LEFT_NOR_LOST = {"left_at": None, "suppression": "", "suppressed_at": None}


@dataclass(frozen=True)
class Wish:
    """What is wanted, everything where TARGET is None, and WHEN."""

    when: str
    target: Target = None

    @property
    def columns(self) -> dict:
        """The columns of a subscription that tell its target."""
        what = _KINDS[type(self.target)] if self.target else What.EVERYTHING
        targets = dict.fromkeys(TARGETS)
        return {"what": what, **targets, **({what.value: self.target} if self.target else {})}


@dataclass(frozen=True)
class Ground:
    """What a change rests on: the METHOD, the PAGE it was asked for on, the TEXT that stood there; the NETWORK."""

    method: str
    page: str = ""
    text: str = ""
    network: str = ""

    def record(self, subscriber: Subscriber, action: str, subscription: Subscription | None = None) -> None:
        Consent.objects.create(subscriber=subscriber, subscription=subscription, action=action, **vars(self))


@transaction.atomic
def ask(wish: Wish, ground: Ground, *, channel: str, address: str, key: str, language: str) -> None:
    """Let ADDRESS, compared by KEY, be asked to confirm WISH; nothing is sent where it was asked too often lately."""
    if not may_write_to(channel, key):
        return
    subscriber, _new = Subscriber.objects.get_or_create(
        channel=channel, address_key=key, defaults={"address": address, "language": language}
    )
    subscription, _new = Subscription.objects.get_or_create(
        subscriber=subscriber, **wish.columns, defaults={"when": wish.when}
    )
    ground.record(subscriber, Action.ASKED, subscription)
    write_service_message(
        subscriber, Delivery.Kind.CONFIRMATION, {"subscription": subscription.pk, "when": wish.when}, language
    )


def may_write_to(channel: str, key: str) -> bool:
    """Count a message that somebody asked to be sent to an address, whoever it is, and say whether it may be.

    A domain is counted as one too, with all that are below it: all its addresses may lead to one mailbox. Only those
    of large providers do not.
    """
    if not may_write_to_mailbox(channel, key):
        return False
    domain = domain_of(key)
    if channel != Channel.EMAIL or domain in LARGE_PROVIDERS:
        return True
    owned = registered_domain(domain)
    return limits.admit(
        "confirm domain", owned, most=MAX_CONFIRMATIONS_OF_DOMAIN_AN_HOUR, seconds=limits.HOUR_SECONDS
    ) and limits.admit(
        "confirm domain by day", owned, most=MAX_CONFIRMATIONS_OF_DOMAIN_A_DAY, seconds=limits.DAY_SECONDS
    )


def may_write_to_mailbox(channel: str, key: str) -> bool:
    """The same for what only those who have confirmed are sent; a mailbox is one, with all tags of its addresses."""
    return limits.admit(
        f"confirm {channel}", mailbox_key(key), most=MAX_CONFIRMATIONS_A_DAY, seconds=limits.DAY_SECONDS
    )


def write_service_message(subscriber: Subscriber, kind: str, data: dict, language: str = "") -> None:
    """Put a message that is about the subscription itself into the outbox."""
    Delivery.objects.create(
        subscriber=subscriber,
        channel=subscriber.channel,
        kind=kind,
        data={**data, "language": language or subscriber.language},
        is_service=True,
    )


@transaction.atomic
def confirm(subscription: Subscription, when: str, ground: Ground, *, language: str = "") -> None:
    """Begin SUBSCRIPTION, as its subscriber has confirmed; done again, it changes nothing.

    From then on they are written to in the LANGUAGE in which they did: whoever asked may not have been them.
    Raises EnoughSubscriptionsError where they have as many as one can have. So does `add`.
    """
    subscriber = Subscriber.objects.select_for_update().get(pk=subscription.subscriber_id)
    subscription = Subscription.objects.select_for_update().get(pk=subscription.pk)
    is_begun = subscription.state == Subscription.State.ACTIVE and subscription.when == when
    if is_begun and subscriber.state == Subscriber.State.ACTIVE:
        return
    _begin(subscriber, subscription, when)
    if language:
        Subscriber.objects.filter(pk=subscriber.pk).update(language=language)
    ground.record(subscriber, Action.CONFIRMED, subscription)


@transaction.atomic
def add(subscriber: Subscriber, wish: Wish, ground: Ground) -> None:
    """Begin what SUBSCRIBER, who has proven who they are, wishes."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    subscription, _new = Subscription.objects.get_or_create(
        subscriber=subscriber, **wish.columns, defaults={"when": wish.when}
    )
    _begin(subscriber, subscription, wish.when)
    ground.record(subscriber, Action.CHANGED, subscription)


@transaction.atomic
def change_language(subscriber: Subscriber, language: str, ground: Ground) -> None:
    """Write to SUBSCRIBER in LANGUAGE from now on."""
    if Subscriber.objects.filter(pk=subscriber.pk).exclude(language=language).update(language=language):
        ground.record(subscriber, Action.CHANGED)


def _begin(subscriber: Subscriber, subscription: Subscription, when: str) -> None:
    now = timezone.now()
    if subscription.state != Subscription.State.ACTIVE:
        _refuse_more_than(subscriber.subscriptions.active().count() + 1)
    if subscriber.state != Subscriber.State.ACTIVE:
        Subscriber.objects.filter(pk=subscriber.pk).update(
            state=Subscriber.State.ACTIVE, confirmed_at=now, **_NEITHER_LEFT_NOR_LOST
        )
        figures.count(Event.JOINED, subscriber.channel)
    if subscription.state != Subscription.State.ACTIVE:
        figures.count(Event.CONFIRMED, subscriber.channel, subscription.section_id)
        _begin_anew(subscription, now)
    elif subscription.when != when:
        if {subscription.when, when} <= set(WHENS):
            _let_go_over(subscription)
        else:
            _begin_anew(subscription, now)
    subscription.state, subscription.when, subscription.left_at = Subscription.State.ACTIVE, when, None
    subscription.save(update_fields=["state", "when", "left_at", "active_since"])


def _begin_anew(subscription: Subscription, now: datetime) -> None:
    """Let SUBSCRIPTION tell what comes from NOW on; what digests that wait have to tell of it, they still do."""
    if subscription.active_since:
        keep_beginning(subscription)
    subscription.active_since = now


def _let_go_over(subscription: Subscription) -> None:
    """Let SUBSCRIPTION, told in daily digests, be told in weekly ones, or the other way round.

    They go on where the last of the others ended (`digests.told_until`), and tell what waits there still to be sent;
    but for what it was to tell before it began anew, which only that digest knows.
    """
    Delivery.objects.filter(
        subscriber=subscription.subscriber_id,
        state=Delivery.State.DUE,
        digest__startswith=f"{subscription.when}-",
        reasons__contains=[subscription.pk],
        period_end__gt=subscription.active_since,
    ).update(reasons=Func(F("reasons"), subscription.pk, function="array_remove"))


@transaction.atomic
def leave(subscriber: Subscriber, ground: Ground, subscription_ids: list[int] | None = None) -> int:
    """End the subscriptions with these ids, all without any; return how many ended. Done again, it changes nothing.

    A subscriber without a subscription has left: nothing more is sent, also of what was on its way.
    """
    now = timezone.now()
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    ending = subscriber.subscriptions.exclude(state=Subscription.State.LEFT)
    if subscription_ids:
        ending = ending.filter(pk__in=subscription_ids)
    ended = list(ending)
    ending.update(state=Subscription.State.LEFT, left_at=now)
    for subscription in ended:
        if subscription.state == Subscription.State.ACTIVE:  # What was never confirmed has not ended.
            figures.count(Event.LEFT, subscriber.channel, subscription.section_id)
    if ended:
        ground.record(subscriber, Action.LEFT, ended[0] if len(ended) == 1 else None)
    still_here = subscriber.subscriptions.active().exists()
    if not still_here and subscriber.state in (Subscriber.State.ACTIVE, Subscriber.State.PENDING):
        Subscriber.objects.filter(pk=subscriber.pk).update(state=Subscriber.State.LEFT, left_at=now)
        if subscriber.state == Subscriber.State.ACTIVE:
            figures.count(Event.GONE, subscriber.channel)
    if not still_here:
        waiting(subscriber).filter(is_service=False).update(state=Delivery.State.CANCELLED, outcome="left")
    return len(ended)


def change_address(subscriber: Subscriber, address: str, key: str, ground: Ground) -> Subscriber:
    """Give SUBSCRIBER the ADDRESS they have confirmed; what it had already, if it was subscribed, is theirs then.

    Links in earlier messages lead nowhere afterwards: whoever has the old mailbox is not them any more. But messages
    to the new address may be left by their links as long as it is theirs (`tokens.read_leave_token`). Raises
    EnoughSubscriptionsError where both together have more subscriptions than one can have.
    """
    try:
        return _take_address(subscriber, address, key, ground)
    except IntegrityError:
        # Somebody subscribed it since it was looked for: now it is found.
        return _take_address(subscriber, address, key, ground)


@transaction.atomic
def _take_address(subscriber: Subscriber, address: str, key: str, ground: Ground) -> Subscriber:
    both = Subscriber.objects.select_for_update().order_by("pk")
    both = list(both.filter(Q(pk=subscriber.pk) | Q(channel=subscriber.channel, address_key=key)))
    subscriber = next(one for one in both if one.pk == subscriber.pk)
    absorbed: dict[str, dict] = {}
    for other in both:
        if other.pk != subscriber.pk:
            absorbed = _absorb(subscriber, other)
    Subscriber.objects.filter(pk=subscriber.pk).update(
        address=address,
        address_key=key,
        secret=make_secret(),
        channel_data=subscriber.channel_data | {"absorbed": absorbed, "addressed_at": timezone.now().timestamp()},
    )
    lift_suppression(subscriber)
    subscriber.refresh_from_db()
    ground.record(subscriber, Action.CHANGED)
    return subscriber


def _absorb(subscriber: Subscriber, other: Subscriber) -> dict[str, dict]:
    """Let everything of OTHER be SUBSCRIBER's: subscriptions, what was agreed to, what was sent; OTHER is no more.

    Where both want the same, SUBSCRIBER's own stays as it is. Return by what messages to OTHER, and to those it had
    absorbed, are left: by their numbers the SECRET, and what their SUBSCRIPTIONS, by number, are now.
    """
    own = {_target_key(one): one for one in subscriber.subscriptions.all()}
    theirs = list(other.subscriptions.all())
    wanted = {_target_key(one) for one in theirs if one.state == Subscription.State.ACTIVE}
    already = {key for key, one in own.items() if one.state == Subscription.State.ACTIVE}
    if wanted - already:
        _refuse_more_than(len(wanted | already))
    told = told_until(other.pk, timezone.now() - LONGEST_PERIOD)
    _take_deliveries(subscriber, other)
    now = {one.pk: own.get(_target_key(one), one).pk for one in theirs}
    for one in theirs:
        twin = own.get(_target_key(one))
        # Of a digest that both were sent, OTHER's is gone, and what it told with it.
        one.active_since = max(filter(None, (one.active_since, told.get(one.pk))), default=None)
        if twin is None:
            Subscription.objects.filter(pk=one.pk).update(subscriber=subscriber, active_since=one.active_since)
        else:
            _replace(one, twin)
    other.consents.update(subscriber=subscriber)
    if subscriber.state == other.state == Subscriber.State.ACTIVE:  # There is one less.
        figures.count(Event.GONE, other.channel)
    if subscriber.subscriptions.active().exists():
        Subscriber.objects.filter(pk=subscriber.pk).update(
            state=Subscriber.State.ACTIVE,
            confirmed_at=subscriber.confirmed_at or other.confirmed_at,
            **_NEITHER_LEFT_NOR_LOST,
        )
    earlier = other.channel_data.get("absorbed", {})
    absorbed = {
        number: {
            **kept,
            "subscriptions": {former: now[pk] for former, pk in kept["subscriptions"].items() if pk in now},
        }
        for number, kept in earlier.items()
    }
    absorbed[str(other.pk)] = {"secret": other.secret, "subscriptions": now}
    other.delete()
    return absorbed


def _take_deliveries(subscriber: Subscriber, other: Subscriber) -> None:
    """Let what was sent to OTHER have been sent to SUBSCRIBER, but for what both were sent."""
    same = Q(article=OuterRef("article"), version=OuterRef("version")) | Q(~Q(digest=""), digest=OuterRef("digest"))
    other.deliveries.exclude(Exists(Delivery.objects.filter(same, subscriber=subscriber))).update(
        subscriber=subscriber
    )


def _replace(one: Subscription, twin: Subscription) -> None:
    """Let TWIN be what ONE was: what was agreed to and sent for it, and that it is wanted."""
    Consent.objects.filter(subscription=one).update(subscription=twin)
    Delivery.objects.filter(subscriber=twin.subscriber_id, reasons__contains=[one.pk]).update(
        reasons=Func(F("reasons"), one.pk, twin.pk, function="array_replace")
    )
    if one.state == Subscription.State.ACTIVE != twin.state:
        Subscription.objects.filter(pk=twin.pk).update(
            state=one.state, when=one.when, active_since=one.active_since, left_at=None
        )


def _target_key(subscription: Subscription) -> tuple:
    return (subscription.what, *(getattr(subscription, f"{name}_id") for name in TARGETS))


def _refuse_more_than(count: int) -> None:
    """Raise EnoughSubscriptionsError where COUNT subscriptions are more than one can have."""
    if count > MAX_SUBSCRIPTIONS:
        raise EnoughSubscriptionsError(_("You have as many subscriptions as one can have: end one first."))


@transaction.atomic
def suppress(subscriber: Subscriber, why: str) -> None:
    """Send nothing more to an address that cannot be reached, or does not want to be; done again, nothing changes.

    Nor is anything done where SUBSCRIBER, as read some time ago, has another address now.
    """
    same = Subscriber.objects.filter(pk=subscriber.pk, address_key=subscriber.address_key)
    changed = same.exclude(state=Subscriber.State.SUPPRESSED)
    if changed.update(state=Subscriber.State.SUPPRESSED, suppression=why, suppressed_at=timezone.now()):
        figures.count(Event.SUPPRESSED, subscriber.channel)
        # What asks to confirm another address goes there.
        lost = waiting(subscriber).exclude(kind=Delivery.Kind.NEW_ADDRESS)
        lost.update(state=Delivery.State.SUPPRESSED, outcome=why)


@transaction.atomic
def lift_suppression(subscriber: Subscriber) -> bool:
    """Take a suppressed SUBSCRIBER for what they were before; return whether anything was to be done."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    if subscriber.state != Subscriber.State.SUPPRESSED:
        return False
    state = Subscriber.State.LEFT
    if subscriber.subscriptions.active().exists():
        state = Subscriber.State.ACTIVE
    elif subscriber.confirmed_at is None:
        state = Subscriber.State.PENDING
    Subscriber.objects.filter(pk=subscriber.pk).update(state=state, suppression="", suppressed_at=None)
    return True


@transaction.atomic
def write_again(subscriber: Subscriber, ground: Ground) -> None:
    """Let a suppressed SUBSCRIBER who asks for it be told again of what they are subscribed to."""
    if lift_suppression(subscriber):
        ground.record(subscriber, Action.CONFIRMED)


def send_link(channel: str, key: str, language: str) -> None:
    """Send the link to their subscriptions to whoever has the address compared by KEY; nothing where nobody has.

    Nor to one that nobody has confirmed: anybody can invent those, as many as there are names before the @.
    """
    known = Subscriber.objects.filter(channel=channel, address_key=key, confirmed_at__isnull=False)
    if subscriber := known.first():
        write_service_message(subscriber, Delivery.Kind.LINK, {}, language)


def waiting(subscriber: Subscriber):
    """The messages to SUBSCRIBER that nobody has begun to send."""
    return subscriber.deliveries.filter(state=Delivery.State.DUE)


def forget_old(*, at: datetime) -> None:
    """Let go of what was never confirmed and is not asked for any more, and of what was sent long ago."""
    since = at - timedelta(days=UNCONFIRMED_DAYS)
    asked = Consent.objects.filter(action=Action.ASKED, at__gte=since)
    # Also those that could not be reached, or that answered no, by which nobody became a subscriber.
    unconfirmed = Subscriber.objects.exclude(state=Subscriber.State.ACTIVE)
    unconfirmed = unconfirmed.filter(confirmed_at=None, created_at__lt=since)
    unconfirmed = unconfirmed.exclude(Q(suppressed_at__gte=since) | Q(left_at__gte=since))
    unconfirmed.exclude(Exists(asked.filter(subscriber=OuterRef("pk")))).delete()
    pending = Subscription.objects.filter(state=Subscription.State.PENDING, created_at__lt=since)
    pending.exclude(Exists(asked.filter(subscription=OuterRef("pk")))).delete()
    Delivery.objects.filter(created_at__lt=at - timedelta(days=KEPT_DELIVERY_DAYS)).delete()
    limits.forget_old()

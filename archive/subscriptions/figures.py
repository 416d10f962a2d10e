"""Counts of subscriptions, which stay when a subscriber is erased, and what editors see of them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from archive.models import Channel, Delivery, Entity, Section, Story, Subscriber, Subscription, SubscriptionTally
from archive.models.subscription import SubscriptionQuerySet

_COUNT = """
INSERT INTO archive_subscriptiontally (day, channel, event, section_id, count) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (day, channel, event, section_id) DO UPDATE SET count = archive_subscriptiontally.count + 1
"""
Event, What = SubscriptionTally.Event, Subscription.What
MOST_NAMED = 10
_ACTIVE_AND_LEFT = {
    "active": Count("pk", filter=Q(state=Subscription.State.ACTIVE)),
    "left": Count("pk", filter=Q(state=Subscription.State.LEFT)),
}


def count(event: SubscriptionTally.Event, channel: str, section_id: int | None = None) -> None:
    """Count that EVENT happened today."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [timezone.localdate(), channel, event, section_id])


@dataclass(frozen=True)
class DayCounts:
    """What happened on a DAY."""

    day: date
    joined: int
    gone: int
    failed: int


@dataclass(frozen=True)
class TargetCounts:
    """TARGET, or all that is WHAT where there is none: its ACTIVE subscriptions, and those LEFT in the period."""

    what: str
    target: Section | Entity | Story | None
    active: int
    left: int


@dataclass(frozen=True)
class ChannelFigures:
    """What editors see of a channel in a period."""

    channel: str
    active: int
    pending: int
    suppressed: int
    waiting: int
    sent: int
    failed: int
    days: list[DayCounts]
    kinds: list[TargetCounts]
    """Each section, and all news, names, stories and searches together."""
    named: list[TargetCounts]
    """The names and stories that most are subscribed to."""


def channel_figures(channel: Channel, *, days: int, today: date) -> ChannelFigures:
    """The figures of CHANNEL in the DAYS that end TODAY."""
    first = today - timedelta(days=days - 1)
    state, sent = Subscriber.State, Delivery.State
    subscribers = Subscriber.objects.filter(channel=channel).aggregate(
        **{name: Count("pk", filter=Q(state=name)) for name in (state.ACTIVE, state.PENDING, state.SUPPRESSED)}
    )
    # Each of them from the index, which has the last days of a state side by side.
    deliveries = Delivery.objects.filter(channel=channel)
    begin = timezone.make_aware(datetime.combine(first, time()))
    recent = deliveries.filter(created_at__gte=begin)
    failed = recent.filter(state__in=(sent.FAILED, sent.SUPPRESSED))
    counts = {
        "waiting": deliveries.filter(state__in=(sent.DUE, sent.CLAIMED)).count(),
        "sent": recent.filter(state=sent.SENT).count(),
        "failed": failed.count(),
    }
    tallies = SubscriptionTally.objects.filter(channel=channel, day__gte=first, day__lte=today)
    return ChannelFigures(
        channel,
        **subscribers,
        **counts,
        days=_days(tallies, failed, first, days),
        kinds=_kinds(channel, tallies, begin),
        named=_named(channel, begin),
    )


def _days(tallies, failed, first: date, days: int) -> list[DayCounts]:
    counted = {
        (day, event): total
        for day, event, total in tallies.values_list("day", "event").annotate(total=Sum("count")).order_by()
    }
    by_day = failed.annotate(day=TruncDate("created_at")).values_list("day")
    failures = dict(by_day.annotate(total=Count("pk")).order_by())
    shown = (first + timedelta(days=number) for number in range(days))
    return [
        DayCounts(day, counted.get((day, Event.JOINED), 0), counted.get((day, Event.GONE), 0), failures.get(day, 0))
        for day in shown
    ]


def _kinds(channel: Channel, tallies, begin: datetime) -> list[TargetCounts]:
    """Sections as they were tallied; of the rest those that are still here, as no tally tells them apart."""
    counted = _since(channel, begin).values_list("what", "section").annotate(**_ACTIVE_AND_LEFT).order_by()
    counts = {(what, section): (active, left) for what, section, active, left in counted}
    left = dict(tallies.filter(event=Event.LEFT).values_list("section").annotate(total=Sum("count")).order_by())
    sections = Section.objects.in_bulk(({section for _what, section in counts} | set(left)) - {None})
    found = [TargetCounts(what, None, *counts.get((what, None), (0, 0))) for what in What if what != What.SECTION]
    for pk, section in sections.items():
        active, _left = counts.get((What.SECTION, pk), (0, 0))
        found.append(TargetCounts(What.SECTION, section, active, left.get(pk, 0)))
    return _most_first(found)


def _named(channel: Channel, begin: datetime) -> list[TargetCounts]:
    found = []
    for what, model in ((What.ENTITY, Entity), (What.STORY, Story)):
        of_kind = _since(channel, begin).filter(what=what).values_list(what).annotate(**_ACTIVE_AND_LEFT)
        most = {pk: counts for pk, *counts in of_kind.order_by("-active", "-left", what)[:MOST_NAMED]}
        targets = model.objects.in_bulk(most)
        found += [TargetCounts(what, targets[pk], *counts) for pk, counts in most.items() if pk in targets]
    return _most_first(found)[:MOST_NAMED]


def _since(channel: Channel, begin: datetime) -> SubscriptionQuerySet:
    """The subscriptions on CHANNEL that are active, or have ended since BEGIN: `_ACTIVE_AND_LEFT` counts them."""
    state = Subscription.State
    shown = Q(state=state.ACTIVE) | Q(state=state.LEFT, active_since__isnull=False, left_at__gte=begin)
    return Subscription.objects.filter(shown, subscriber__channel=channel)


def _most_first(found: list[TargetCounts]) -> list[TargetCounts]:
    return sorted(found, key=lambda one: (-one.active, -one.left))

"""Counts of subscriptions, which stay when a subscriber is erased, and what editors see of them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Q, Sum
from django.utils import timezone

from archive.models import Channel, Delivery, Section, Subscriber, Subscription, SubscriptionTally

_COUNT = """
INSERT INTO archive_subscriptiontally (day, channel, event, section_id, count) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (day, channel, event, section_id) DO UPDATE SET count = archive_subscriptiontally.count + 1
"""
Event = SubscriptionTally.Event


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


@dataclass(frozen=True)
class SectionCounts:
    """A SECTION, None for all news and the rest, with its ACTIVE subscriptions, and those ended in the period."""

    section: Section | None
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
    sections: list[SectionCounts]


def channel_figures(channel: Channel, *, days: int, today: date) -> ChannelFigures:
    """The figures of CHANNEL in the DAYS that end TODAY."""
    first = today - timedelta(days=days - 1)
    state, sent = Subscriber.State, Delivery.State
    subscribers = Subscriber.objects.filter(channel=channel).aggregate(
        **{name: Count("pk", filter=Q(state=name)) for name in (state.ACTIVE, state.PENDING, state.SUPPRESSED)}
    )
    # Each of them from the index, which has the last days of a state side by side.
    deliveries = Delivery.objects.filter(channel=channel)
    recent = deliveries.filter(created_at__gte=timezone.make_aware(datetime.combine(first, time())))
    counts = {
        "waiting": deliveries.filter(state__in=(sent.DUE, sent.CLAIMED)).count(),
        "sent": recent.filter(state=sent.SENT).count(),
        "failed": recent.filter(state__in=(sent.FAILED, sent.SUPPRESSED)).count(),
    }
    tallies = SubscriptionTally.objects.filter(channel=channel, day__gte=first, day__lte=today)
    by_day, by_section = _days(tallies, first, days), _sections(channel, tallies)
    return ChannelFigures(channel, **subscribers, **counts, days=by_day, sections=by_section)


def _days(tallies, first: date, days: int) -> list[DayCounts]:
    counted = {
        (day, event): total
        for day, event, total in tallies.values_list("day", "event").annotate(total=Sum("count")).order_by()
    }
    shown = (first + timedelta(days=number) for number in range(days))
    return [DayCounts(day, counted.get((day, Event.JOINED), 0), counted.get((day, Event.GONE), 0)) for day in shown]


def _sections(channel: Channel, tallies) -> list[SectionCounts]:
    active = Subscription.objects.active().filter(subscriber__channel=channel)
    active = dict(active.values_list("section").annotate(total=Count("pk")).order_by())
    left = dict(tallies.filter(event=Event.LEFT).values_list("section").annotate(total=Sum("count")).order_by())
    sections: dict[int | None, Section | None] = {None: None, **Section.objects.in_bulk({*active, *left} - {None})}
    found = [SectionCounts(one, active.get(pk, 0), left.get(pk, 0)) for pk, one in sections.items()]
    return sorted(found, key=lambda one: (-one.active, -one.left))

"""Addresses whose server takes nothing of ours and does not say why: given up after several messages, days apart.

One refusal without a code that names the address says little: it may be about the message, or a bad day of the
server's.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from archive.models import Channel, Delivery, Subscriber
from archive.redaction import without_secrets
from archive.subscriptions.addresses import domain_of
from archive.subscriptions.enrolment import suppress
from archive.subscriptions.refusals import may_be_about_address

logger = logging.getLogger(__name__)

REFUSALS = 3
APART = timedelta(days=1)
"""So many messages in a row, each so long after the one before, and none taken between them."""

MAX_READ = 500

State = Delivery.State


def give_up_if_hopeless(delivery: Delivery) -> None:
    """Suppress the subscriber of DELIVERY, which was refused for good, if so were those before it."""
    subscriber = delivery.subscriber
    if delivery.channel != Channel.EMAIL or not subscriber.is_reached_by(delivery):
        return
    refused = list(_refused_in_a_row(delivery))
    if len(refused) < REFUSALS or _refuses_everybody(subscriber, since=min(refused)):
        return
    suppress(subscriber, Subscriber.Suppression.REPEATED)
    said = Delivery.objects.get(pk=delivery.pk).outcome
    logger.warning(
        "Subscriber %s is written to no more: their server refused message after message, the last with: %s",
        subscriber.pk,
        without_secrets(said),
    )


def _refused_in_a_row(delivery: Delivery) -> Iterator[datetime]:
    """When the messages to the subscriber up to DELIVERY were written, newest first, as long as all were refused.

    Of those written within a day one counts.
    """
    ended = delivery.subscriber.deliveries.filter(pk__lte=delivery.pk, state__in=(State.SENT, State.FAILED))
    ended = ended.exclude(kind=Delivery.Kind.NEW_ADDRESS, state=State.FAILED).order_by("-pk")
    if since := delivery.subscriber.addressed_at:
        ended = ended.filter(created_at__gte=since)
    counted = None
    for written_at, state, outcome in ended.values_list("created_at", "state", "outcome")[:MAX_READ]:
        if state == State.SENT or not may_be_about_address(outcome):
            return
        if counted is None or counted - written_at >= APART:
            counted = written_at
            yield written_at


def _refuses_everybody(subscriber: Subscriber, *, since: datetime) -> bool:
    """Whether the domain of SUBSCRIBER has refused others too SINCE then, and taken nothing: then it is about us."""
    domain = domain_of(subscriber.address_key)
    others = Delivery.objects.filter(
        channel=Channel.EMAIL, subscriber__address_key__endswith=f"@{domain}", created_at__gte=since
    ).exclude(subscriber=subscriber)
    return others.filter(state=State.FAILED).exists() and not others.filter(state=State.SENT).exists()

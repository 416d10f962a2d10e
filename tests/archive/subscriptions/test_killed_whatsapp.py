"""Processes that are killed while they send on WhatsApp: the receipts tell what they could not note."""

import random
import time
from collections import Counter

import pytest
from django.utils import timezone

from archive.models import Channel, Delivery, DeliveryChannel
from archive.subscriptions.channels.whatsapp_receipts import take_receipt
from tests.archive.subscriptions.channels.conftest import account, of_account, server  # noqa: F401
from tests.archive.subscriptions.cloud_api import status
from tests.archive.subscriptions.killing import send_for
from tests.factories import ArticleFactory, SubscriberFactory, SubscriptionFactory
from tests.kills import kills

KILLS = kills(4)
MESSAGES = 75 * KILLS
SECONDS = 30 * KILLS


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_with_receipts_nothing_comes_twice(server):  # noqa: F811
    article = ArticleFactory()
    DeliveryChannel.objects.create(channel=Channel.WHATSAPP, per_minute=0)
    numbers = [f"9613{number:06}" for number in range(MESSAGES)]
    for number in numbers:
        one = SubscriberFactory(channel=Channel.WHATSAPP, address=f"+{number}", address_key=number)
        subscription = SubscriptionFactory(subscriber=one, when="at_once")
        Delivery.objects.create(
            subscriber=one, channel=Channel.WHATSAPP, kind="article", article=article, reasons=[subscription.pk]
        )
    # Most of the time a process is waiting for an answer: so most are killed after a message was taken.
    server.delay_seconds = 0.005
    chance, kills, told, ends_at = random.Random(7), 0, 0, time.monotonic() + SECONDS
    while Delivery.objects.filter(state__in=("due", "claimed")).exists():
        assert time.monotonic() < ends_at
        seconds = chance.uniform(0.1, 0.8) if kills < KILLS else ends_at - time.monotonic()
        kills += send_for(Channel.WHATSAPP, seconds, **of_account(server))
        for message in server.taken[told:]:
            assert take_receipt(status(message, "sent", timezone.now()))
        told = len(server.taken)
    assert kills == KILLS
    twice = len(server.taken) - len({message["to"] for message in server.taken})
    print(f"{MESSAGES} messages, {kills} processes killed, {len(server.taken)} taken, {twice} twice")  # noqa: T201
    assert Counter(message["to"] for message in server.taken) == Counter(numbers)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}

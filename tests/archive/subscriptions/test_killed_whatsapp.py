"""Processes that are killed while they send on WhatsApp: the receipts tell what they could not note."""

import os
import random
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.conf import settings
from django.utils import timezone

from archive.models import Channel, Delivery, DeliveryChannel
from archive.subscriptions.channels.whatsapp_receipts import take_receipt
from tests.archive.subscriptions.channels.conftest import account, server  # noqa: F401
from tests.archive.subscriptions.cloud_api import PHONE_ID, TOKEN, status
from tests.archive.subscriptions.test_killed_senders import environment
from tests.factories import ArticleFactory, SubscriberFactory, SubscriptionFactory

MESSAGES = 300
KILLS = 4
SECONDS = 120


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
        kills += send_for(chance.uniform(0.1, 0.8) if kills < KILLS else ends_at - time.monotonic(), server)
        for message in server.taken[told:]:
            assert take_receipt(status(message, "sent", timezone.now()))
        told = len(server.taken)
    assert kills == KILLS
    assert Counter(message["to"] for message in server.taken) == Counter(numbers)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def send_for(seconds: float, server) -> bool:  # noqa: F811
    """Let a process send for so many SECONDS, and kill it; return whether it was still at it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.archive.subscriptions.whatsapp_sender"],
        env=os.environ
        | environment(0)
        | {
            "WHATSAPP_TOKEN": TOKEN,
            "WHATSAPP_PHONE_ID": PHONE_ID,
            "WHATSAPP_API_URL": server.url,
            # It signs the marks that are read here.
            "SECRET_KEY": settings.SECRET_KEY,
        },
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
    )
    try:
        process.stdout.readline()
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    return False

"""A thousand messages, processes that are killed at random, and a mail server that refuses, stalls and drops."""

import random
import time
from collections import Counter

import pytest

from archive.models import Channel, Delivery, DeliveryChannel, Subscriber, Subscription
from tests.archive.smtp import mail_server
from tests.archive.subscriptions.killing import send_for
from tests.factories import ArticleFactory, SubscriberFactory, SubscriptionFactory

MESSAGES = 1000
MAX_KILLS = 8
SECONDS = 240
STALL_SECONDS = 3
"""Longer than the senders of the test wait."""

STALLED = [f"reader{number}@example.org" for number in (103, 503, 903)]


class Troubles:
    """What the server does with each address the first time, by its number: one in twenty of each kind."""

    def __init__(self, mailbox):
        self.lost = self.stalled = 0
        self._known: set[str] = set()
        mailbox.answer, mailbox.data, mailbox.stall = self.answer, self.data, self.stall

    def _first(self, kind: str, recipient: str, remainder: int) -> bool:
        number = int(recipient.removeprefix("reader").partition("@")[0])
        key = f"{kind}{recipient}"
        is_first = key not in self._known
        self._known.add(key)
        return number % 20 == remainder and is_first

    def answer(self, recipient):
        if recipient.startswith("nobody"):
            return "550 5.1.1 no such user"
        return "450 4.2.0 busy" if self._first("answer", recipient, 1) else None

    def data(self, recipient):
        if self._first("data", recipient, 2):
            self.lost += 1
            return "drop"
        return None

    def stall(self, recipient):
        is_first = self._first("stall", recipient, 3) and recipient in STALLED
        self.stalled += is_first
        return STALL_SECONDS if is_first else 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nothing_comes_twice_beyond_the_window():
    article = ArticleFactory()
    DeliveryChannel.objects.create(channel=Channel.EMAIL, per_minute=0)
    subscribers = SubscriberFactory.create_batch(MESSAGES - 50)
    subscribers += [SubscriberFactory(address=f"nobody{number}@example.org") for number in range(50)]
    subscribers = renumbered(subscribers)
    subscriptions = [SubscriptionFactory(subscriber=one, when="at_once") for one in subscribers]
    Delivery.objects.bulk_create(
        Delivery(subscriber=one.subscriber, channel=Channel.EMAIL, kind="article", article=article, reasons=[one.pk])
        for one in subscriptions
    )
    with mail_server() as (mailbox, port):
        troubles = Troubles(mailbox)
        kills = send_all(port, random.Random(7))
    reached = Counter(recipients[0] for _sender, recipients in mailbox.envelopes)
    expected = {one.address for one in subscribers if one.address.startswith("reader")}
    assert set(reached) == expected
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"sent": MESSAGES - 50, "suppressed": 50}
    assert Subscriber.objects.filter(state="suppressed").count() == 50
    twice = sum(reached.values()) - len(reached)
    print(  # noqa: T201
        f"{MESSAGES} messages, {kills} processes killed, {troubles.lost} connections dropped, {troubles.stalled} stalled: "
        f"{len(reached)} reached, {twice} twice"
    )
    assert kills >= 3
    assert troubles.stalled == len(STALLED)
    # A message is sent again only where the connection was lost, or the process died, after the server had taken it.
    assert troubles.lost <= twice <= troubles.lost + troubles.stalled + kills
    assert len(set(mailbox.ids())) == len(reached)


def renumbered(subscribers: list[Subscriber]) -> list[Subscriber]:
    """Readers by number from 0, whatever other tests made before."""
    for number, one in enumerate(subscribers):
        if one.address.startswith("reader"):
            one.address = one.address_key = f"reader{number}@example.org"
    Subscriber.objects.bulk_update(subscribers, ["address", "address_key"])
    return subscribers


def send_all(port: int, chance: random.Random) -> int:
    """Have the outbox emptied by processes that are killed one after another; return how many were."""
    kills, ends_at = 0, time.monotonic() + SECONDS
    while Delivery.objects.filter(state__in=("due", "claimed")).exists():
        assert time.monotonic() < ends_at
        seconds = chance.uniform(0.1, 1.2) if kills < MAX_KILLS else ends_at - time.monotonic()
        kills += send_for(Channel.EMAIL, seconds, EMAIL_URL=f"smtp://127.0.0.1:{port}")
    assert Subscription.objects.filter(state="active").exists()
    return kills
